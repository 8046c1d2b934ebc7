"""Figures of indexing runs into tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.benchmarks.report import Row, exponent, machine_lines, table

KINDS = {
    "real": "the model encodes",
    "seeded": "seeded vectors in place of the model's: all but the encoder's own seconds",
}
TARGETS_MB = {"100,000 sentences": 1500.0}


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield from machine_lines(report["machine"])
    yield f"encoder threads: {report['threads']}"
    for name, figures in report["folders"].items():
        for kind, run in figures["runs"].items():
            yield f"\n{_title(name)}: {run['sentences']:,} sentences, {KINDS[kind]}"
            yield from table(_stages(run))
        yield from _reading(figures["reading_alone"])
    for kind, text in KINDS.items():
        sizes = {
            figures["runs"][kind]["sentences"]: figures["runs"][kind]
            for figures in report["folders"].values()
            if kind in figures["runs"]
        }
        if len(sizes) > 1:
            yield f"\ngrowth: figure ~ sentences ** exponent; {text}"
            yield from table(_growth(dict(sorted(sizes.items()))))
    if report["memory"]:
        yield "\npeak memory, MB; the model is loaded and encodes in one of 50 calls"
        yield from table(_memory(report["memory"]))


def _title(name: str) -> str:
    return f"{int(name):,} asked for" if name.isdigit() else name


def _stages(run: Mapping[str, Any]) -> Iterator[Row]:
    yield "", "seconds", "share", "CPU s", "sentences/s"
    n, whole = run["sentences"], run["wall_s"]
    for name, stage in sorted(run["stages"].items(), key=lambda entry: -entry[1]["wall_s"]):
        yield _row(name, stage["wall_s"], whole, stage["cpu_s"], n)
    yield "(the reading process)", "", "", f"{run['reading_process_cpu_s']:.2f}", ""
    cpu_s = run["cpu_s"] + run["reading_process_cpu_s"]
    yield _row("whole", whole, whole, cpu_s, n)


def _row(name: str, wall_s: float, whole_s: float, cpu_s: float, n: int) -> Row:
    speed = f"{n / wall_s:,.0f}" if wall_s >= 0.01 else "-"
    return name, f"{wall_s:.2f}", f"{wall_s / whole_s:.1%}", f"{cpu_s:.2f}", speed


def _reading(alone: Mapping[str, Any]) -> Iterator[str]:
    seconds = ", ".join(f"{name} {taken:.2f} s" for name, taken in alone["cpu_s"].items())
    yield f"reading {alone['bytes'] / 1e6:.1f} MB in one process alone, CPU: {seconds}"


def _growth(sizes: Mapping[int, Mapping[str, Any]]) -> Iterator[Row]:
    steps = list(pairwise(sizes))
    flat = {n: _flat(run) for n, run in sizes.items()}
    yield "", *(f"{a:,} to {b:,}" for a, b in steps)
    for name in flat[max(flat)]:
        grown = (exponent(a, flat[a].get(name, 0), b, flat[b].get(name, 0)) for a, b in steps)
        yield name, *grown


def _flat(run: Mapping[str, Any]) -> dict[str, float]:
    stages = {name: stage["wall_s"] for name, stage in run["stages"].items()}
    memory = {f"memory, {name}": mb for name, mb in run["memory_mb"].items()}
    disk = {f"disk, {name}": mb for name, mb in run["disk_mb"].items()}
    return {**stages, "whole": run["wall_s"], **memory, **disk}


def _memory(runs: Mapping[str, Any]) -> Iterator[Row]:
    yield (
        *("", "sentences", "all at once", "its own", "program", "reading process", "disk"),
        *("seconds", "target"),
    )
    for name, run in runs.items():
        peak = run["memory_mb"]
        target = TARGETS_MB.get(name)
        met = "" if target is None else f"{target:.0f} {_met(peak['all'], target)}"
        mb = (f"{peak[kind]:.0f}" for kind in ("all", "own", "main", "other"))
        disk = f"{run['disk_mb']['all']:.0f}"
        yield name, f"{run['sentences']:,}", *mb, disk, f"{run['wall_s']:.0f}", met


def _met(value: float, target: float) -> str:
    return "met" if value <= target else "MISSED"
