"""An evaluation into its JSON: the fields of the design, section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.evaluation.earlier import Changes, RunChange
from assistant.evaluation.records import (
    Calibration,
    EvaluationReport,
    FloorPoint,
    QuestionEvaluated,
    RunReport,
    Scores,
)

if TYPE_CHECKING:
    from assistant.workspace import Since

View = dict[str, Any]


def hits_line(event: QuestionEvaluated) -> View:
    """One line of `eval --hits`."""
    return {
        "id": event.question.id,
        "mode": event.run.mode,
        "pooling": event.run.pooling,
        "hits": [
            {
                "document": hit.place.document,
                "line": hit.place.line,
                "sentence": hit.sentence,
                "score": hit.score,
                "repeats": [{"document": p.document, "line": p.line} for p in hit.repeats],
            }
            for hit in event.hits
        ],
        "declined": event.declined,
    }


def evaluation_view(report: EvaluationReport) -> View:
    return {
        "questions": report.n_questions,
        "unanswerable": report.n_unanswerable,
        "modes": {name: _run(run) for name, run in report.modes.items()},
        "poolings": {name: _run(run) for name, run in report.poolings.items()},
        "crossed": {
            mode: {pooling: _run(run) for pooling, run in by_pooling.items()}
            for mode, by_pooling in report.crossed.items()
        },
        "remarks": list(report.remarks),
    }


def _run(run: RunReport) -> View:
    return {
        **_scores(run.overall),
        "ms_per_question": run.ms_per_question,
        "declined_share": run.declined_share,
        "calibration": _calibration(run.calibration) if run.calibration else None,
        "kinds": {kind: _scores(scores) for kind, scores in run.by_kind.items()},
        "languages": {name: _scores(scores) for name, scores in run.by_language.items()},
        "per_question": run.per_question,
    }


def _calibration(found: Calibration) -> View:
    return {
        "answerable": found.n_answerable,
        "unanswerable": found.n_unanswerable,
        "roc_area": found.area,
        "in_use": _floor(found.in_use),
        "best": _floor(found.best),
        "curve": [_floor(point) for point in found.curve],
    }


def _floor(point: FloorPoint) -> View:
    return {
        "floor": point.floor,
        "answerable_declined": point.answerable_declined,
        "unanswerable_declined": point.unanswerable_declined,
    }


def _scores(scores: Scores) -> View:
    return {
        **scores.means,
        "questions": scores.n_questions,
        "intervals": {name: list(ends) for name, ends in scores.intervals.items()},
    }


def changes_view(changes: Changes) -> View:
    """Per mode and per pooling every metric's difference, and the questions won and lost."""
    modes, poolings = changes
    return {
        "modes": {name: _change(change) for name, change in modes.items()},
        "poolings": {name: _change(change) for name, change in poolings.items()},
    }


def _change(change: RunChange) -> View:
    return {
        **{
            c.metric: {"difference": c.difference, "interval": [c.low, c.high]}
            for c in change.metrics
        },
        "questions": change.n_questions,
        "won": list(change.won),
        "lost": list(change.lost),
    }


def since_view(since: Since) -> View:
    earlier = since.earlier
    return {
        "kept_at": earlier.kept_at,
        "program": earlier.program,
        "model": earlier.model,
        "index_generation": earlier.index_generation,
        "same_questions": len(since.same),
        **changes_view(since.named),
    }
