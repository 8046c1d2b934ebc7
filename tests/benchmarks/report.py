"""Figures at several sizes into tables: beside targets, in the machine's unit, how they grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import log
from typing import Any

TARGETS_MS = {
    "encode": 15,
    "bm25": 10,
    "sentence, encoded before": 10,
    "hybrid": 40,
    "compare": 100,
    "late": 150,
    "first answer in bm25": 800,
    "first answer in hybrid": 1500,
    "first answer in late": 1500,
    "one-shot search": 2000,
}
"""Up to 100,000 sentences, 95th percentile. The encoding has a target of its own, above that of
`sentence`, which therefore counts without it; `hybrid` is whole."""
TARGETS_BEYOND_MS = {"hybrid": 120}
"""At 500,000."""
_TARGETS_UP_TO = 100_000

Row = tuple[str, ...]


def machine_lines(machine: Mapping[str, Any]) -> Iterator[str]:
    """What the figures were taken on."""
    threads = ", ".join(f"{name} {number}" for name, number in machine["threads"].items())
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB"
    yield f"{machine['system']}; threads: {threads}"
    yield ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    load = " ".join(f"{value:.1f}" for value in machine["load"])
    yield f"load before the run: {load} (1, 5, 15 minutes)"


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    sizes: dict[str, Any] = report["sizes"]
    unit = report["machine"]["unit_ms"]
    yield from machine_lines(report["machine"])
    yield f"unit: one float32 product of 100,000 x 384 takes {unit:.1f} ms here"
    for size, figures in sizes.items():
        yield f"\n{int(size):,} sentences, {figures['questions']} questions, milliseconds"
        yield from table(
            [("", "median", "p95", "p95 / unit", "target"), *_times(int(size), figures, unit)]
        )
    yield "\nmemory and disk, MB, and per 100,000 sentences"
    for size, figures in sizes.items():
        yield from table([(f"{int(size):,}", "MB", "per 100k"), *_amounts(int(size), figures)])
    if len(sizes) > 1:
        yield "\ngrowth: figure ~ sentences ** exponent, between neighbouring sizes"
        yield from table(_growth(sizes))


def table(rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()


def _times(size: int, figures: Mapping[str, Any], unit: float) -> Iterator[Row]:
    targets = TARGETS_MS if size <= _TARGETS_UP_TO else TARGETS_BEYOND_MS
    for name, ms in figures["ms"].items():
        target = targets.get(name)
        met = "" if target is None else f"{target} {'met' if ms['p95'] <= target else 'MISSED'}"
        yield name, f"{ms['median']:.1f}", f"{ms['p95']:.1f}", f"{ms['p95'] / unit:.1f}", met


def _amounts(size: int, figures: Mapping[str, Any]) -> Iterator[Row]:
    for name, mb in {**figures["memory_mb"], **figures["disk_mb"]}.items():
        yield name, f"{mb:.0f}", f"{mb / size * 100_000:.0f}"


def _growth(sizes: Mapping[str, Any]) -> list[Row]:
    flat = {int(size): _flat(figures) for size, figures in sizes.items()}
    steps = list(pairwise(sorted(flat)))
    rows = [("", *(f"{a:,} to {b:,}" for a, b in steps))]
    for name in flat[min(flat)]:
        grown = (exponent(a, flat[a].get(name, 0), b, flat[b].get(name, 0)) for a, b in steps)
        rows.append((name, *grown))
    return rows


def _flat(figures: Mapping[str, Any]) -> dict[str, float]:
    medians = {name: ms["median"] for name, ms in figures["ms"].items()}
    return {**medians, **figures["memory_mb"], **figures["disk_mb"]}


def exponent(n: int, value: float, larger_n: int, larger_value: float) -> str:
    """Of the power of n that the figure grew with."""
    if min(value, larger_value) <= 0:
        return "-"
    return f"{log(larger_value / value) / log(larger_n / n):.2f}"
