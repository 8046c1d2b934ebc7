"""The lab's judge: sentences marked as answers, the evaluation of a folder, and the lesson."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from assistant.tui import evaluation_jobs as jobs
from assistant.tui.messages import MarkKept, MarkUndone, SentenceMarked
from assistant.tui.screens.lab import LabScreen
from assistant.tui.texts import counted, fitted, one_line

if TYPE_CHECKING:
    from assistant.evaluation.records import Marked
    from assistant.tui.screens.evaluate import Outcome

TOAST_WIDTH = 60


class JudgingScreen(LabScreen):
    """Its keys are named in `MainScreen`."""

    def __init__(self, folder_name: str) -> None:
        super().__init__(folder_name)
        self._marks: list[Marked] = []
        """Of this sitting, the newest last: what can be taken back."""

    # ── "this sentence answers it" ──

    @on(SentenceMarked)
    def _mark(self, event: SentenceMarked) -> None:
        if self._opened is not None:
            marking = (self._opened.workspace, event.question, event.place, event.sentence)
            self._start_mark(partial(jobs.mark_sentence, self.post_message, *marking))

    @on(MarkKept)
    def _tell_kept(self, event: MarkKept) -> None:
        marked = event.marked
        lines = [fitted(marked.entry.quote, TOAST_WIDTH).rstrip(), f"→ {marked.file}"]
        if marked.is_new:
            self._marks.append(marked)
            title = f"Answer kept ({counted(marked.n_relevant, 'answer')} to this question)"
            lines.append("Ctrl+Z takes it back, F9 evaluates.")
        else:
            title = "This sentence was marked before"
        if marked.damaged_lines:
            numbers = ", ".join(map(str, marked.damaged_lines))
            lines.append(f"Left as they are, for they are no questions: lines {numbers}")
        self.notify(
            "\n".join(lines),
            title=title,
            severity="warning" if marked.damaged_lines else "information",
            timeout=8,
            markup=False,
        )

    def action_unmark(self) -> None:
        """Take back the newest mark of this sitting."""
        if self._opened is None or not self._marks:
            self.notify("Nothing was marked as an answer in this sitting.", markup=False)
            return
        undoing = (self._opened.workspace, self._marks.pop())
        self._start_mark(partial(jobs.undo_mark, self.post_message, *undoing))

    def _start_mark(self, job: Callable[[], None]) -> None:
        # Not exclusive: a second mark must not end the first before it is written.
        self.run_worker(job, group="mark", thread=True, exit_on_error=False)

    @on(MarkUndone)
    def _tell_undone(self, event: MarkUndone) -> None:
        quote = fitted(one_line(event.marked.entry.quote), TOAST_WIDTH).rstrip()
        self.notify(quote, title="No longer an answer", markup=False)

    # ── the evaluation ──

    def action_evaluate(self) -> None:
        from assistant.tui.screens.evaluate import EvaluateScreen

        if self._opened is not None:
            self.app.push_screen(EvaluateScreen(self._opened), self._take_outcome)

    async def _take_outcome(self, outcome: Outcome | None) -> None:
        """Another default for this sitting too, and a question to look into."""
        if outcome is None or self._opened is None:
            return
        if outcome.question:
            await self.rank_question(outcome.question, outcome.mode, outcome.pooling)
        elif (outcome.mode, outcome.pooling) != (self._mode, self._pooling):
            self.set_mode(outcome.mode)
            self.set_pooling(outcome.pooling)

    # ── the lesson ──

    def action_lesson(self) -> None:
        from assistant.tui.screens.lesson import LessonScreen

        if self._opened is not None:
            self.app.push_screen(LessonScreen(self._opened.workspace))
