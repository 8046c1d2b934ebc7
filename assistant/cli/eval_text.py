"""An evaluation into the tables that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from assistant.cli.layout import one_line, table
from assistant.evaluation.earlier import Change, Changes, RunChange
from assistant.evaluation.metrics import METRICS
from assistant.evaluation.records import EvaluationReport, RunReport, Scores

_MAIN = "ndcg@10"
"""The one whose interval is shown; the JSON has them all."""


def title_lines(title: str) -> Iterator[Text]:
    yield Text()
    yield Text(title, style="bold underline")


def report_lines(
    report: EvaluationReport, changes: Changes | None, earlier: str = "the saved run"
) -> Iterator[Text]:
    """`earlier`: what the changes are since."""
    n_scored = report.n_questions - report.n_unanswerable
    unanswerable = (
        f"; {report.n_unanswerable:,} more have no answer" if report.n_unanswerable else ""
    )
    yield Text(f"{n_scored:,} questions with an answer{unanswerable}")
    for title, runs in (
        ("Modes, under the trained pooling", report.modes),
        ('Poolings, in mode "sentence"', report.poolings),
    ):
        yield Text()
        yield Text(title, style="bold")
        yield from _runs(runs)
    for mode, by_pooling in report.crossed.items():
        yield Text()
        yield Text(f'Poolings, in mode "{mode}"', style="bold")
        yield from _runs(by_pooling)
    if report.n_unanswerable:
        yield Text()
        yield from _calibrations(report.modes)
    yield from _groups("kind", {name: run.by_kind for name, run in report.modes.items()})
    yield from _groups("language", {name: run.by_language for name, run in report.modes.items()})
    if changes:
        yield from _changes({**changes[0], **changes[1]}, earlier)


def _runs(runs: Mapping[str, RunReport]) -> Iterator[Text]:
    # Narrow enough for 80 columns: the interval stands beside its metric and has no name.
    header = ["", *METRICS[:5], "95 %", "recall", "ms"]
    rows = []
    for name, run in runs.items():
        low, high = run.overall.intervals.get(_MAIN, (0.0, 0.0))
        rows.append(
            [
                name,
                *(_figure(run.overall, metric) for metric in METRICS[:5]),
                f"{low:.3f}-{high:.3f}",
                _figure(run.overall, METRICS[5]),
                "–" if run.ms_per_question is None else f"{run.ms_per_question:.1f}",
            ]
        )
    yield from table(header, rows)


def _calibrations(runs: Mapping[str, RunReport]) -> Iterator[Text]:
    """Per mode: does the evidence's strength tell the questions that nothing answers?"""
    header = ["", "ROC area", "floor", "declined", "of answerable", "best floor", "declined", "of"]
    rows = []
    for name, run in runs.items():
        if found := run.calibration:
            row = [name, f"{found.area:.3f}"]
            for point in (found.in_use, found.best):
                shares = (point.unanswerable_declined, point.answerable_declined)
                row += [f"{point.floor:.3f}", *(f"{share:.0%}" for share in shares)]
            rows.append(row)
    if rows:
        yield Text("Declined for weak evidence, where nothing answers", style="bold")
        yield from table(header, rows)


def _groups(what: str, by_run: Mapping[str, Mapping[str, Scores]]) -> Iterator[Text]:
    """One row a group, one column a mode."""
    groups = dict.fromkeys(group for scores in by_run.values() for group in scores)
    if not groups:
        return
    yield Text()
    yield Text(f"{_MAIN} per {what}", style="bold")
    rows = []
    for group in groups:
        first = next(iter(by_run.values()))[group]
        figures = (_figure(scores[group], _MAIN) for scores in by_run.values())
        rows.append([group, f"{first.n_questions:,}", *figures])
    yield from table(["", "n", *by_run], rows)


def _changes(changes: Mapping[str, RunChange], earlier: str) -> Iterator[Text]:
    """Won and lost: questions with a relevant hit in the top 10 now and not then, or not now."""
    yield Text()
    yield Text(f"Changed since {earlier}, with 95 % interval", style="bold")
    shown = (_MAIN, "mrr@10")
    rows = [
        [
            name,
            *(_difference(change.of(metric)) for metric in shown),
            f"{len(change.won)}",
            f"{len(change.lost)}",
        ]
        for name, change in changes.items()
    ]
    yield from table(["", *shown, "won", "lost"], rows)
    for name, change in changes.items():
        for word, questions in (("Won", change.won), ("Lost", change.lost)):
            if questions:
                yield Text(f"{word} by {name}: {', '.join(map(one_line, questions))}")


def _difference(change: Change | None) -> str:
    if change is None:
        return "–"
    return f"{change.difference:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"


def _figure(scores: Scores, metric: str) -> str:
    return f"{scores.means[metric]:.3f}" if metric in scores.means else "–"
