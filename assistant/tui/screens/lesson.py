"""The lesson on dilution, step by step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from assistant.records import IndexProgressed, Lesson, LessonEvent, LessonFinished, StageStarted
from assistant.tui import evaluation_jobs as jobs
from assistant.tui.messages import JobFailed, LessonAdvanced
from assistant.tui.texts import MUTED

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_NEXT = "enter,right,space"
_BACK = "left,backspace"


class LessonScreen(Screen[None]):
    BINDING_GROUP_TITLE = "Lesson"
    HELP = """\
What one vector for a long text costs, shown on documents that come with the program. All numbers
are computed now, by the same encoder, poolings and ranks that answer your questions.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_NEXT, "next", "Next", tooltip="The next step", id="lesson.next"),
        Binding(_BACK, "back", "Back", tooltip="The step before", id="lesson.back"),
        Binding("escape,q", "leave", "Close", tooltip="Back to the chat", id="lesson.close"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lesson: Lesson | None = None
        self._step = 0

    def compose(self) -> ComposeResult:
        yield Static(id="lesson-title", markup=False)
        with VerticalScroll(id="lesson-scroll"):
            yield Static(id="lesson-text", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._say("Preparing the lesson …")
        job = partial(jobs.give_lesson, self.post_message, self._workspace)
        self.run_worker(job, group="lesson", thread=True, exclusive=True, exit_on_error=False)

    @property
    def is_ready(self) -> bool:
        return self._lesson is not None

    # ── preparing ──

    @on(LessonAdvanced)
    def _advance(self, event: LessonAdvanced) -> None:
        if isinstance(event.event, LessonFinished):
            self._lesson = event.event.lesson
            self._draw()
        elif said := _in_words(event.event):
            self._say(f"{said}\nOnly the first time takes long. Esc closes.")

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        self._say(f"{event.error.message}\n{event.error.hint}\nEsc closes.")

    @on(Worker.StateChanged)
    def _show_unexpected(self, event: Worker.StateChanged) -> None:
        """A defect of the program's own: say so and stay usable."""
        if event.state == WorkerState.ERROR:
            self._say(f"{type(event.worker.error).__name__}: {event.worker.error}\nEsc closes.")

    def _say(self, text: str) -> None:
        self.query_one("#lesson-title", Static).update(
            Content.styled("What dilution costs", "bold")
        )
        self.query_one("#lesson-text", Static).update(Content.styled(text, MUTED))

    # ── the steps ──

    def _draw(self) -> None:
        if self._lesson is None:
            return
        steps = self._lesson.steps
        step = steps[self._step]
        where = "".join("●" if i == self._step else "○" for i in range(len(steps)))
        title = Content.assemble(
            (f"{self._step + 1}/{len(steps)} ", MUTED), (step.title, "bold"), (f"  {where}", MUTED)
        )
        self.query_one("#lesson-title", Static).update(title)
        lines = Content("\n").join([_styled(line) for line in step.lines])
        self.query_one("#lesson-text", Static).update(lines)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_next(self) -> None:
        if self._lesson is not None:
            self._step = min(self._step + 1, len(self._lesson.steps) - 1)
            self._draw()

    def action_back(self) -> None:
        self._step = max(self._step - 1, 0)
        self._draw()

    def action_leave(self) -> None:
        self.dismiss(None)


def _styled(line: str) -> Content:
    if line.startswith("  │"):
        return Content.styled(line, "$text-accent")
    return Content.styled(line, "bold") if "★ " in line[4:20] else Content(line)


def _in_words(event: LessonEvent) -> str:
    if isinstance(event, StageStarted):
        return f"{event.stage[:1].upper()}{event.stage[1:]} …"
    if isinstance(event, IndexProgressed):
        return f"Indexing {event.files_done}/{event.files} of its documents …"
    return ""
