"""A report into a file, and that file into what has changed since."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from assistant.errors import UsageError
from assistant.evaluation.metrics import METRICS, paired_difference
from assistant.evaluation.records import FOUND, EvaluationReport, Run, RunReport

PerQuestion = Mapping[str, Mapping[str, float]]


class _SavedRun(msgspec.Struct, frozen=True):
    per_question: dict[str, dict[str, float]]


class Saved(msgspec.Struct, frozen=True):
    """The part of a saved report that a later run is held against."""

    modes: dict[str, _SavedRun]
    poolings: dict[str, _SavedRun]
    crossed: dict[str, dict[str, _SavedRun]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of one mode or pooling now, less what it was, over the questions in both."""

    metric: str
    difference: float
    low: float
    high: float
    """Ends of the 95 % bootstrap interval of the paired difference."""


@dataclass(frozen=True, slots=True)
class RunChange:
    """What one way to search does better and worse than it did, over the questions in both."""

    metrics: tuple[Change, ...]
    won: tuple[str, ...]
    """Ids of the questions that had no relevant hit in the top 10, and have one now."""
    lost: tuple[str, ...]
    n_questions: int

    def of(self, metric: str) -> Change | None:
        return next((change for change in self.metrics if change.metric == metric), None)


Changes = tuple[dict[str, RunChange], dict[str, RunChange]]
"""Per mode and per pooling."""


def read_earlier(file: Path) -> Saved:
    """What `eval --save` wrote, or a run that was kept. Raises: UsageError."""
    try:
        saved: Any = msgspec.json.decode(file.read_bytes())
        kept = saved.get("report", saved) if isinstance(saved, dict) else saved
        return msgspec.convert(kept, Saved)
    except OSError as error:
        raise UsageError(
            f"the earlier run cannot be read: {file}: {error.strerror}",
            "make one with `assistant eval ... --save FILE`",
        ) from error
    except msgspec.MsgspecError as error:
        raise UsageError(
            f"this is not a saved evaluation: {file}: {error}",
            "make one with `assistant eval ... --save FILE`",
        ) from error


def changes_since(
    earlier: Saved | EvaluationReport,
    report: EvaluationReport,
    among: Container[str] | None = None,
) -> Changes:
    """Per mode and per pooling that both runs have; `among`: only these questions count."""
    groups = ((earlier.modes, report.modes), (earlier.poolings, report.poolings))
    modes, poolings = (
        {
            name: _change(before[name].per_question, run.per_question, among)
            for name, run in now.items()
            if name in before
        }
        for before, now in groups
    )
    return modes, poolings


def changes_by_run(
    earlier: Mapping[Run, RunReport],
    now: Mapping[Run, RunReport],
    among: Container[str] | None = None,
) -> dict[Run, RunChange]:
    """The same for every mode under every pooling that both have."""
    return {
        run: _change(earlier[run].per_question, report.per_question, among)
        for run, report in now.items()
        if run in earlier
    }


def _change(before: PerQuestion, now: PerQuestion, among: Container[str] | None) -> RunChange:
    common = [q for q in before if q in now and (among is None or q in among)]
    metrics = []
    for metric in METRICS:
        difference = paired_difference(
            {q: before[q][metric] for q in common if metric in before[q]},
            {q: now[q][metric] for q in common},
        )
        if difference:
            metrics.append(Change(metric, *difference))
    moved = {q: now[q][FOUND] - before[q][FOUND] for q in common if FOUND in before[q]}
    return RunChange(
        tuple(metrics),
        tuple(q for q, by in moved.items() if by > 0),
        tuple(q for q, by in moved.items() if by < 0),
        len(common),
    )
