"""The chat and, beside it, the panel that shows why each sentence was found.

State lives here; data goes down to the widgets, events come up as messages. A message of an older
request than the current one is dropped: its worker was cancelled but a thread cannot be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import Worker, WorkerState

from assistant.records import (
    AnswerFinished,
    EvidenceFound,
    IndexFinished,
    IndexReport,
    Place,
    StageStarted,
    ThinkingProduced,
    TokenProduced,
    Trace,
)
from assistant.tui import jobs
from assistant.tui.messages import (
    AnswerAdvanced,
    Compared,
    IndexAdvanced,
    JobFailed,
    Retrieved,
    WorkspaceOpened,
)
from assistant.tui.opening import Choice, Opened, WorkspaceOpener, label_of
from assistant.tui.screens.choosing import ChoosingScreen
from assistant.tui.screens.document import DocumentScreen
from assistant.tui.texts import escaped, one_line
from assistant.tui.widgets.chat_log import ChatLog, Exchange
from assistant.tui.widgets.matches import Matches
from assistant.tui.widgets.poolings import Poolings
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.side_panel import SidePanel
from assistant.tui.widgets.status_bar import StatusBar

WELCOME = """\
**{folder}** is being opened. Type a question below and press **Enter**.

The panel beside the answer shows which sentences matched and where each pooling would have ranked
them. **F2** changes the mode, **F3** the pooling, **F1** explains the focused part.
"""
NOTHING_READABLE = """\
There is no readable document in **{folder}**. Put Markdown, reStructuredText, HTML or text files
there and press **F5**, or start with another folder: `assistant FOLDER`.
"""


class MainScreen(Screen[None]):
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (typed by Screen)
    BINDING_GROUP_TITLE = "Chat"
    HELP = "Ask the documents of a folder, and see why each sentence was found."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", tooltip="Stop the answer or the indexing", id="stop"),
        Binding("f2", "choose_mode", "Mode", tooltip="How to retrieve", id="mode"),
        Binding("f3", "choose_pooling", "Pooling", tooltip="The active pooling", id="pooling"),
        Binding("ctrl+r", "ask_again", "Ask again", tooltip="Ask with this mode", id="ask_again"),
        Binding("ctrl+b", "toggle_panel", "Panel", tooltip="Show or hide the panel", id="panel"),
        Binding("f4", "next_tab", "Next tab", tooltip="Matches or poolings", id="tab", show=False),
        Binding(
            "f5", "refresh_index", "Re-index", tooltip="Look for changes", id="index", show=False
        ),
        Binding(
            "f6", "focus_prompt", "Question", tooltip="To the question", id="prompt", show=False
        ),
    ]

    def __init__(self, open_folder: WorkspaceOpener, folder: Path) -> None:
        super().__init__()
        self._open_folder = open_folder
        self._folder = folder
        self._opened: Opened | None = None
        self._request = 0
        self._question = ""
        self._exchange: Exchange | None = None
        self._trace: Trace | None = None
        self._mode = ""
        self._pooling = ""
        self._folder_name = one_line(folder.resolve().name or str(folder))

    # ── what is on the screen ──

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="chat"):
                yield ChatLog()
                yield Prompt()
            yield SidePanel()
        yield StatusBar(self._folder_name)
        yield Footer()

    @property
    def chat_log(self) -> ChatLog:
        return self.query_one(ChatLog)

    @property
    def panel(self) -> SidePanel:
        return self.query_one(SidePanel)

    @property
    def trace(self) -> Trace | None:
        """The trace that the panel shows."""
        return self._trace

    @property
    def is_busy(self) -> bool:
        """Whether anything still works on the question at hand."""
        return any(self._is_running(group) for group in ("answer", "rank", "compare"))

    @property
    def status_bar(self) -> StatusBar:
        return self.query_one(StatusBar)

    async def on_mount(self) -> None:
        self.query_one(Prompt).focus()
        await self.chat_log.welcome(WELCOME.format(folder=escaped(self._folder_name)))
        # After the first paint: opening imports NumPy and the rooms.
        self.call_after_refresh(self._start_opening)

    def _start_opening(self) -> None:
        self.status_bar.begin("Opening …")
        self._start(
            "open", partial(jobs.open_workspace, self.post_message, self._open_folder, self._folder)
        )

    def _start(self, group: str, job: Callable[[], None]) -> None:
        self.run_worker(job, group=group, thread=True, exclusive=True, exit_on_error=False)

    # ── opening and indexing ──

    @on(WorkspaceOpened)
    def _take_workspace(self, event: WorkspaceOpened) -> None:
        self._opened = event.opened
        workspace = event.opened.workspace
        self._mode = workspace.settings.search.mode
        self._pooling = workspace.settings.search.pooling or workspace.model.trained_pooling
        self._show_choices()
        self.action_refresh_index()

    def action_refresh_index(self) -> None:
        if self._opened is None:
            return
        self.status_bar.begin("Looking for changes …")
        self._start("index", partial(jobs.index_folder, self.post_message, self._opened.workspace))

    @on(IndexAdvanced)
    async def _show_indexing(self, event: IndexAdvanced) -> None:
        self.status_bar.show_event(event.event)
        if isinstance(event.event, IndexFinished):
            await self._show_report(event.event.report)

    async def _show_report(self, report: IndexReport) -> None:
        if report.failures:
            first = report.failures[0]
            self.notify(
                one_line(f"{first.document}: {first.reason}"),
                title=f"{len(report.failures)} files could not be read",
                severity="warning",
                markup=False,
            )
        if not report.documents:
            await self.chat_log.welcome(NOTHING_READABLE.format(folder=escaped(self._folder_name)))

    def _show_choices(self) -> None:
        if self._opened is not None:
            self.status_bar.mode = label_of(self._opened.modes, self._mode)
            self.status_bar.pooling = label_of(self._opened.poolings, self._pooling)

    # ── asking ──

    @on(Prompt.Sent)
    async def _ask(self, event: Prompt.Sent) -> None:
        await self._begin(event.text)

    async def action_ask_again(self) -> None:
        if self._question:
            await self._begin(self._question)

    async def _begin(self, question: str) -> None:
        if self._opened is None:
            self.notify("Still opening the folder: ask again in a moment.")
            self.query_one(Prompt).text = question
            return
        await self._stop_answer("")
        self._request += 1
        self._question = question
        self._exchange = await self.chat_log.begin(question)
        self.panel.show_busy()
        self._start(
            "answer",
            partial(
                jobs.answer_question,
                self.post_message,
                self._opened.workspace,
                self._request,
                question,
                self._mode,
                self._pooling,
            ),
        )

    @on(AnswerAdvanced)
    async def _show_answer(self, event: AnswerAdvanced) -> None:
        if event.request != self._request or self._exchange is None:
            return
        advanced = event.event
        if isinstance(advanced, StageStarted):
            self._exchange.show_stage(f"{advanced.stage.capitalize()} …")
        elif isinstance(advanced, EvidenceFound):
            self._take_trace(advanced.trace)
        elif isinstance(advanced, TokenProduced):
            await self._exchange.add_token(advanced.text)
        elif isinstance(advanced, ThinkingProduced):
            self._exchange.add_thinking(advanced.text)
        elif isinstance(advanced, AnswerFinished):
            await self._exchange.finish(advanced.answer)

    def _rank_again(self) -> None:
        """Another mode or pooling for the question at hand, without asking the model."""
        if not self._question or self._opened is None:
            return
        self.panel.show_busy()
        self._start(
            "rank",
            partial(
                jobs.rank_again,
                self.post_message,
                self._opened.workspace,
                self._request,
                self._question,
                self._mode,
                self._pooling,
            ),
        )

    @on(Retrieved)
    def _show_retrieved(self, event: Retrieved) -> None:
        if event.request == self._request and self._is_wanted(event.trace):
            self._take_trace(event.trace)

    def _is_wanted(self, trace: Trace) -> bool:
        return (trace.mode, trace.pooling) == (self._mode, self._pooling)

    # ── the panel ──

    def _take_trace(self, trace: Trace) -> None:
        self._trace = trace
        self.panel.show_trace(trace)
        assert self._opened is not None  # a trace comes from an opened workspace
        self._start(
            "compare",
            partial(
                jobs.compare_poolings,
                self.post_message,
                self._opened.workspace,
                self._request,
                trace,
            ),
        )

    @on(Compared)
    def _show_comparison(self, event: Compared) -> None:
        assert self._opened is not None  # a trace comes from an opened workspace
        if event.request == self._request and self._is_wanted(event.trace):
            self._trace = event.trace
            self.panel.show_comparison(event.trace, self._opened.poolings)

    def action_toggle_panel(self) -> None:
        self.toggle_class("-panel-toggled")

    def action_next_tab(self) -> None:
        self.panel.next_tab()

    def action_focus_prompt(self) -> None:
        self.query_one(Prompt).focus()

    def action_choose_mode(self) -> None:
        if self._opened is not None:
            screen = ChoosingScreen("Mode: how to retrieve", self._opened.modes, self._mode)
            self.app.push_screen(screen, self.set_mode)

    def action_choose_pooling(self) -> None:
        if self._opened is not None:
            title = "Pooling: how token vectors become one"
            screen = ChoosingScreen(title, self._opened.poolings, self._pooling)
            self.app.push_screen(screen, self.set_pooling)

    def set_mode(self, mode: str | None) -> None:
        if mode and mode != self._mode:
            self._mode = mode
            self._show_choices()
            self._rank_again()

    def set_pooling(self, pooling: str | None) -> None:
        if pooling and pooling != self._pooling:
            self._pooling = pooling
            self._show_choices()
            self._rank_again()

    @property
    def menus(self) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
        """Modes and poolings, for the palette; empty until the folder is open."""
        return (self._opened.modes, self._opened.poolings) if self._opened else ((), ())

    # ── documents ──

    @on(Matches.Opened)
    @on(Poolings.Opened)
    @on(Exchange.Opened)
    def _open_document(self, event: Matches.Opened | Poolings.Opened | Exchange.Opened) -> None:
        self._show_document(event.place)

    def _show_document(self, place: Place) -> None:
        if self._opened is None:
            return
        document = self._opened.workspace.document(place.document)
        self.app.push_screen(DocumentScreen(document, place))

    # ── stopping and failing ──

    async def action_stop(self) -> None:
        """The answer first, then the indexing; else back to the question."""
        if self._is_running("answer"):
            await self._stop_answer("Stopped.")
        elif self._is_running("index"):
            self.workers.cancel_group(self, "index")
            self.status_bar.show_idle("Indexing cancelled: what was done is kept. F5 goes on.")
        else:
            self.query_one(Prompt).focus()

    async def _stop_answer(self, remark: str) -> None:
        if not self._is_running("answer") or self._opened is None:
            return
        self._request += 1  # what the worker still sends is dropped
        self.workers.cancel_group(self, "answer")
        self._opened.workspace.stop_answering()
        if self._exchange is not None:
            await self._exchange.fail(remark, "Ctrl+R asks again." if remark else "")

    def _is_running(self, group: str) -> bool:
        return any(w.group == group and not w.is_finished for w in self.workers)

    @on(JobFailed)
    async def _show_failure(self, event: JobFailed) -> None:
        error = event.error
        if event.job in ("open", "index"):
            self.status_bar.show_idle(error.message)
            self.notify(error.hint, title=error.message, severity="error", timeout=15, markup=False)
        elif event.request == self._request:
            if event.job == "answer" and self._exchange is not None:
                await self._exchange.fail(error.message, error.hint)
            self.panel.show_empty(f"{error.message}\n{error.hint}")

    @on(Worker.StateChanged)
    def _show_unexpected(self, event: Worker.StateChanged) -> None:
        """A defect of the program's own: say so and stay usable."""
        if event.state == WorkerState.ERROR:
            self.status_bar.show_idle("")
            self.notify(
                f"{type(event.worker.error).__name__}: {event.worker.error}",
                title=f"The {event.worker.group} worker failed",
                severity="error",
                markup=False,
            )
