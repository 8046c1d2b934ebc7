"""The lab's way to the compare screen, and what outlives it: the pinned question."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from textual import on

from assistant.records import SideBySide
from assistant.tui import comparing_jobs
from assistant.tui.messages import ReportWritten
from assistant.tui.screens.judging import JudgingScreen


class ComparingScreen(JudgingScreen):
    """Its keys are named in `MainScreen`."""

    def __init__(self, folder_name: str) -> None:
        super().__init__(folder_name)
        self.pinned: SideBySide | None = None

    def action_compare(self) -> None:
        from assistant.tui.screens.compare import CompareScreen

        if self._opened is not None:
            # Of a follow-up the question in full: the typed one says too little alone.
            trace = self.trace
            at_hand = trace if trace and trace.question == self.question else None
            question = at_hand.searched if at_hand else self.question
            screen = CompareScreen(self._opened, question, self._pooling, at_hand)
            screen.beside = self.pinned
            self.app.push_screen(screen, self._take_choice)

    def _take_choice(self, outcome: tuple[str, SideBySide | None] | None) -> None:
        """The mode that was chosen there, if one was, and what is pinned now."""
        if outcome is None:
            return
        mode, self.pinned = outcome
        if mode and mode != self._mode:
            self.set_mode(mode)

    # ── the report ──

    def action_report(self) -> None:
        """What the panel shows, as a file to keep or to send."""
        trace = self.trace
        if self._opened is None or trace is None or trace.comparison is None:
            self.notify("Nothing to report yet: ask a question, and wait for the poolings' ranks.")
            return
        name = f"report-{datetime.now():%Y-%m-%d-%H%M%S}.html"
        work = (self.post_message, self._opened.workspace, trace, name)
        job = partial(comparing_jobs.write_report, *work)
        self.run_worker(job, group="report", thread=True, exit_on_error=False)

    @on(ReportWritten)
    def _tell_report(self, event: ReportWritten) -> None:
        self.notify(str(event.file), title="Report written", timeout=12, markup=False)
