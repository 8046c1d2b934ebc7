"""One line that says what is open, how it is searched, and how far long work has come."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import ProgressBar, Static

from assistant.records import IndexEvent, IndexFinished, IndexProgressed, StageStarted
from assistant.tui.texts import MUTED, counted


class StatusBar(Horizontal):
    folder: reactive[str] = reactive("")
    counts: reactive[tuple[int, int]] = reactive((0, 0))
    """Documents and sentences in the index."""
    mode: reactive[str] = reactive("")
    pooling: reactive[str] = reactive("")
    scope: reactive[str] = reactive("")
    """The documents that are asked; empty for all."""

    def __init__(self, folder: str) -> None:
        super().__init__(id="status-bar")
        self._started = 0.0
        self._is_counted = False
        self.set_reactive(StatusBar.folder, folder)

    def compose(self) -> ComposeResult:
        yield Static(id="standing", markup=False)
        yield Static(id="work", markup=False)
        yield ProgressBar(id="progress", show_eta=False, show_percentage=False)

    def on_mount(self) -> None:
        self.show_idle()
        self._draw_standing()

    def watch_counts(self) -> None:
        self._draw_standing()

    def watch_mode(self) -> None:
        self._draw_standing()

    def watch_pooling(self) -> None:
        self._draw_standing()

    def watch_scope(self) -> None:
        self._draw_standing()

    def _draw_standing(self) -> None:
        if not self.is_mounted:
            return
        documents, sentences = self.counts
        counted = f"{documents:,} documents · {sentences:,} sentences" if documents else ""
        if self._is_counted and not documents:
            counted = "nothing indexed yet"
        parts = [
            Content.styled(self.folder, "bold"),
            Content.styled(self.mode, "$text-accent"),
            Content.styled(self.pooling, "$text-accent"),
            Content.styled(f"only {self.scope}" if self.scope else "", "$text-accent"),
            Content.styled(counted, MUTED),
        ]
        line = Content.styled(" · ", MUTED).join([part for part in parts if part.plain])
        self.query_one("#standing", Static).update(line)

    def begin(self, text: str) -> None:
        """Long work starts now."""
        self._started = time.monotonic()
        self.show_stage(text)

    def show_event(self, event: IndexEvent) -> None:
        if isinstance(event, StageStarted):
            self.show_stage(f"{event.stage[:1].upper()}{event.stage[1:]} …")
        elif isinstance(event, IndexProgressed):
            self._show_progress(event)
        elif isinstance(event, IndexFinished):
            report = event.report
            # Before a run tells, files may be searchable already: it is not "nothing".
            self._is_counted = True
            self.counts = (report.documents, report.sentences)
            self._draw_standing()
            changed = report.added + report.updated + report.removed
            took = f"{counted(changed, 'document')} changed in {report.elapsed_s:.1f} s"
            failed = len(report.failures)
            unread = f" · {counted(failed, 'file')} not read" if failed else ""
            self.show_idle(f"Index: {took if changed else 'up to date'}{unread}")

    def show_stage(self, text: str) -> None:
        """Work whose end cannot be counted."""
        self._show_work(text, "$text-warning")
        self._bar.update(total=None)
        self._bar.display = True

    def show_idle(self, text: str = "") -> None:
        self._show_work(text, MUTED)
        self._bar.display = False

    def _show_progress(self, event: IndexProgressed) -> None:
        left = f" · {_clock(event.left_s)} left" if event.left_s is not None else ""
        rate = f"{event.sentences_per_s:,.0f} sentences/s" if event.sentences_per_s else "reading"
        text = f"{event.files_done}/{event.files} files · {rate}{left} · Esc cancels"
        self._show_work(text, "$text-warning")
        self._bar.display = True
        elapsed = time.monotonic() - self._started
        if event.left_s is None:
            self._bar.update(total=None)
        else:
            self._bar.update(total=elapsed + event.left_s, progress=elapsed)

    def _show_work(self, text: str, style: str) -> None:
        self.query_one("#work", Static).update(Content.styled(text, style))

    @property
    def _bar(self) -> ProgressBar:
        return self.query_one(ProgressBar)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
