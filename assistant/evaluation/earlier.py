"""A report into a file, and that file into what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from assistant.errors import UsageError
from assistant.evaluation.metrics import METRICS, paired_difference
from assistant.evaluation.records import EvaluationReport


class _SavedRun(msgspec.Struct, frozen=True):
    per_question: dict[str, dict[str, float]]


class _Saved(msgspec.Struct, frozen=True):
    """The part of a saved report that a later run is held against."""

    modes: dict[str, _SavedRun]
    poolings: dict[str, _SavedRun]


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of one mode or pooling now, less what it was, over the questions in both."""

    metric: str
    difference: float
    low: float
    high: float
    """Ends of the 95 % bootstrap interval of the paired difference."""


def read_earlier(file: Path) -> _Saved:
    """Raises: UsageError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Saved)
    except OSError as error:
        raise UsageError(
            f"the earlier run cannot be read: {file}: {error.strerror}",
            "make one with `assistant eval ... --save FILE`",
        ) from error
    except msgspec.DecodeError as error:
        raise UsageError(
            f"this is not a saved evaluation: {file}: {error}",
            "make one with `assistant eval ... --save FILE`",
        ) from error


def changes_since(
    earlier: _Saved, report: EvaluationReport
) -> tuple[dict[str, list[Change]], dict[str, list[Change]]]:
    """Per mode and per pooling that both runs have, every metric's change."""
    groups = ((earlier.modes, report.modes), (earlier.poolings, report.poolings))
    modes, poolings = (
        {
            name: _changes(before[name].per_question, run.per_question)
            for name, run in now.items()
            if name in before
        }
        for before, now in groups
    )
    return modes, poolings


def _changes(before: dict[str, dict[str, float]], now: dict[str, dict[str, float]]) -> list[Change]:
    changes = []
    for metric in METRICS:
        difference = paired_difference(
            {q: values[metric] for q, values in before.items() if metric in values},
            {q: values[metric] for q, values in now.items()},
        )
        if difference:
            changes.append(Change(metric, *difference))
    return changes
