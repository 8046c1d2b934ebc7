"""Jobs side by side into tables."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tests.benchmarks.report import Row, machine_lines, table

OURS = "assistant index"
TARGET_RATIO = 2.0
OURS_DOES_MORE = f"""\
`{OURS}` in both tables is the same run. Beside what the others do it reads and cuts the files,
encodes sentences and passages, keeps five poolings of both, each sentence as its passage reads it,
and token vectors for late interaction, builds the lexical matrix, and fills Chroma.
The others are given the texts ready cut. `job` leaves out imports and loading."""


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield from machine_lines(report["machine"])
    yield f"encoder threads: {report['threads']}"
    for name, versions in report["versions"].items():
        yield f"{name}: " + ", ".join(f"{package} {number}" for package, number in versions.items())
    for name, reason in report["missing"].items():
        yield f"{name} is missing, it could not be installed: {reason}"
    texts = report["texts"]
    yield (
        f"\n{texts['sentences']:,} sentences, {texts['passages']:,} passages,"
        f" {texts['distinct']:,} distinct texts among them"
    )
    yield OURS_DOES_MORE
    for setting, runs in report["runs"].items():
        yield f"\nthe others encode {setting}; medians of {len(runs[OURS])} runs in turns"
        yield from table(_jobs(runs, texts["sentences"]))
    yield "\nworst cosine between the others' vectors of one text: " + _agreement(report["runs"])


def _jobs(runs: Mapping[str, Sequence[Any]], n_sentences: int) -> Iterator[Row]:
    yield (
        *("", "seconds", "CPU s", "job s", "sentences/s", "peak MB"),
        *("time / ours", "CPU / ours", "job / ours", "target"),
    )
    ours = _medians(runs[OURS])
    for name, each in runs.items():
        mine = _medians(each)
        ratios = [mine[key] / ours[key] for key in ("wall", "cpu", "job")]
        met = "met" if ratios[0] >= TARGET_RATIO else "MISSED"
        yield (
            name,
            f"{mine['wall']:.1f}",
            f"{mine['cpu']:.1f}",
            f"{mine['job']:.1f}",
            f"{n_sentences / mine['wall']:.0f}",
            f"{mine['memory']:.0f}",
            *(f"{ratio:.2f}" for ratio in ratios),
            "" if name == OURS else f"{TARGET_RATIO:.0f} {met}",
        )


def _medians(runs: Sequence[Any]) -> dict[str, float]:
    return {
        "wall": statistics.median(run["wall_s"] for run in runs),
        "cpu": statistics.median(run["cpu_s"] for run in runs),
        "job": statistics.median(_job(run["said"]["spent_s"]) for run in runs),
        "memory": statistics.median(run["memory_mb"]["all"] for run in runs),
    }


def _job(spent_s: Mapping[str, float]) -> float:
    return sum(taken for name, taken in spent_s.items() if name not in _START)


_START = ("imports", "load", "start", "probe")


def _agreement(runs: Mapping[str, Mapping[str, Sequence[Any]]]) -> str:
    probes = [
        np.array(each[0]["said"]["probe"])
        for setting in runs.values()
        for name, each in setting.items()
        if name != OURS
    ]
    units = [probe / np.linalg.norm(probe) for probe in probes]
    return f"{min((float(a @ b) for a in units for b in units), default=1.0):.6f}"
