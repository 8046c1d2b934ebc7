"""What the evaluate screen says beside its figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.evaluation.records import Question, QuestionEvaluated
from assistant.tui.texts import MUTED, counted, one_line

if TYPE_CHECKING:
    from assistant.tui.widgets.run_list import RunRow
    from assistant.workspace import KeptRun, Since

DEFAULT = "Search this folder by the highlighted mode and pooling"
STILL_RUNNING = "Looking into it would end the run: wait for it, or cancel it with Esc first."
SETTINGS = "Search this folder by the settings' mode and pooling again"


def no_questions(own: Path) -> str:
    return (
        "No question file yet.\n\n"
        "Ask a question, select a sentence that answers it in any tab of the panel and press A:"
        f" it is kept in\n{one_line(str(own))}\n\n"
        "F names another question file, Esc goes back."
    )


def file_line(file: Path, questions: Sequence[Question]) -> Content:
    unanswerable = sum(not question.relevant for question in questions)
    without = f", {unanswerable} without an answer" if unanswerable else ""
    return Content.assemble(
        (one_line(file.name), "bold"),
        f"  {counted(len(questions), 'question')}{without}",
        (f"  {one_line(str(file.parent))}", MUTED),
    )


def not_run(n_questions: int) -> str:
    return (
        f"{counted(n_questions, 'question')}, not evaluated yet: R runs every mode under every"
        " pooling, Esc goes back."
    )


def stage(name: str) -> Content:
    return Content.styled(f"{name[:1].upper()}{name[1:]} …", "$text-warning")


def progress(event: QuestionEvaluated) -> Content:
    run = f"{event.run.mode}, {event.run.pooling} pooling"
    text = f"{event.done:,}/{event.total:,} searches · {run} · Esc cancels"
    return Content.styled(text, "$text-warning")


def cancelled(complete: int, of: int) -> Content:
    return Content.styled(
        f"Cancelled: partial results, {complete} of {of or '?'} ways are complete. Nothing was"
        " kept. R runs again.",
        "$text-warning",
    )


def last_run(run: KeptRun, questions: Sequence[Question]) -> Content:

    same = run.n_shared(questions)
    changed = "" if same == len(questions) else f" · {len(questions) - same} changed since"
    return Content.styled(
        f"The run of {_at(run)} by {one_line(run.model)}{changed}. R runs again.", MUTED
    )


def kept(run: KeptRun, since: Since | None, file: Path) -> Content:
    if since is None:
        compared = "The first run on these questions"
    else:
        gains = [change.of("ndcg@10") for change in since.by_run.values()]
        better = sum(c is not None and c.difference > 0 for c in gains)
        worse = sum(c is not None and c.difference < 0 for c in gains)
        others = _what_differs(run, since.earlier)
        unchanged = f"{counted(len(since.same), 'question')} unchanged{others}"
        compared = (
            f"▲ {better} ways better, ▼ {worse} worse by nDCG@10 than {_at(since.earlier)}"
            f" ({unchanged})"
        )
    return Content.assemble(compared, (f"\nKept: {one_line(str(file))}", MUTED))


def _what_differs(now: KeptRun, then: KeptRun) -> str:
    """What beside the ways to search may have made the difference."""
    pairs = (
        ("model", then.model_revision, now.model_revision),
        ("passages", then.passages, now.passages),
        ("documents", then.index_generation, now.index_generation),
        ("program", then.program, now.program),
    )
    differing = [name for name, before, after in pairs if before != after]
    return f"; other {', '.join(differing)}" if differing else ""


def _at(run: KeptRun) -> str:
    return f"{datetime.fromisoformat(run.kept_at).astimezone():%Y-%m-%d %H:%M}"


def missed(row: RunRow) -> Content:
    n_missed, n_scored = len(row.report.missed), row.report.overall.n_questions
    since = ""
    if row.change and (row.change.won or row.change.lost):
        since = f"  since then ▲ {len(row.change.won)} won, ▼ {len(row.change.lost)} lost"
    return Content.assemble(
        (f"Missed by {row.mode} · {row.pooling}: {n_missed} of {n_scored}", "bold"),
        (f"{since}  (nothing relevant in the first ten)", MUTED),
    )


def default(is_chosen: bool, file: Path) -> str:
    if is_chosen:
        return f"X goes back to the settings. Kept in {one_line(str(file))}"
    return "As the settings say: this folder has no default of its own."
