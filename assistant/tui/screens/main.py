"""The chat and, beside it, the panel that shows why each sentence was found."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Footer
from textual.worker import Worker, WorkerState

from assistant.errors import UsageError
from assistant.records import Scope
from assistant.tui import jobs
from assistant.tui.messages import (
    DocumentRead,
    JobFailed,
    PlaceChosen,
    WorkspaceOpened,
)
from assistant.tui.opening import WorkspaceOpener
from assistant.tui.screens.resuming import ResumingScreen
from assistant.tui.slash_commands import run_command
from assistant.tui.texts import one_line
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.side_panel import SidePanel
from assistant.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from assistant.tui.screens.collections import FoldersChosen

_DOCUMENTS = "How each document was read"
_FOLDERS = "Which folders to ask, another one beside them, one less"
_REPORT = "Write what the panel shows to a file, as HTML"
_COMPARE = "Every mode side by side for this question"
_EVALUATE = "Score every mode and pooling on a question file"
_UNMARK = "Take back the sentence that was marked as an answer last"


_SESSIONS = "Earlier conversations of this folder: resume, search, rename, fork, export, delete"
_MODELS = "Chat models of the server: choose, fetch, delete, options"
_NEW = "Begin another session; this one is kept"
_EDIT = "Ask the last question in other words, in its place"
_COPY = "Copy the last answer with its sources"
_THINKING = "Unfold or fold what the model thought before its newest answer"
_NEXT_TAB = "Matches, poolings, dilution, tokens, prompt"

_ASIDE = ("read", "mark", "report", "keep")
"""Jobs that are no affair of the question at hand."""


class MainScreen(ResumingScreen):
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (typed by Screen)
    BINDING_GROUP_TITLE = "Chat"
    HELP = "Ask the documents of a folder, and see why each sentence was found."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", tooltip="Stop the answer or the indexing", id="stop"),
        Binding("f2", "choose_mode", "Mode", tooltip="How to retrieve", id="mode"),
        Binding("f3", "choose_pooling", "Pooling", tooltip="The active pooling", id="pooling"),
        Binding("ctrl+r", "ask_again", "Again", tooltip="Ask with this mode", id="ask_again"),
        Binding("ctrl+b", "toggle_panel", "Panel", tooltip="Show or hide the panel", id="panel"),
        Binding("f4", "go_to_tab(1)", "Next tab", tooltip=_NEXT_TAB, id="tab", show=False),
        # Most terminals send Shift+F4, Shift+F6 and Shift+F8 as F16, F18 and F20.
        Binding("shift+f4,f16", "go_to_tab(-1)", "Tab before", show=False, id="tab_before"),
        Binding("f5", "index", "Re-index", tooltip="Look for changes", id="index", show=False),
        Binding("f6", "ask", "Question", tooltip="To the question", id="prompt", show=False),
        Binding(
            *("shift+f6,f18", "toggle_thinking", "Thinking"),
            tooltip=_THINKING,
            id="thinking",
            show=False,
        ),
        # Before the question's text area, which has F7 for "select all" (so has Ctrl+A).
        Binding(
            *("f7", "compare", "Compare"), tooltip=_COMPARE, id="compare", priority=True, show=False
        ),
        Binding("f8", "documents", "Documents", tooltip=_DOCUMENTS, id="documents", show=False),
        Binding(
            *("shift+f8,f20", "folders", "Folders"), tooltip=_FOLDERS, id="folders", show=False
        ),
        Binding("f9", "evaluate", "Evaluate", tooltip=_EVALUATE, id="evaluate", show=False),
        Binding("ctrl+s", "sessions", "Sessions", tooltip=_SESSIONS, id="sessions", show=False),
        Binding("ctrl+l", "models", "Models", tooltip=_MODELS, id="models", show=False),
        Binding("ctrl+n", "new_session", "New", tooltip=_NEW, id="new_session", show=False),
        Binding("ctrl+g", "edit", "Edit", tooltip=_EDIT, id="edit", show=False),
        Binding("ctrl+t", "copy_answer", "Copy", tooltip=_COPY, id="copy_answer", show=False),
        Binding("f12", "report", "Report", tooltip=_REPORT, id="report", show=False),
        Binding("ctrl+z", "unmark", "Undo mark", tooltip=_UNMARK, id="unmark", show=False),
    ]

    def __init__(
        self,
        open_folders: WorkspaceOpener,
        folders: tuple[Path, ...],
        scope: Scope = Scope(),  # noqa: B008  (it cannot be changed)
    ) -> None:
        names = [folder.name or str(folder) for folder in sorted(f.resolve() for f in folders)]
        super().__init__(one_line(" + ".join(names)))
        self._open_folders = open_folders
        self._folders = folders
        self._first_scope = scope

    # ── what is on the screen ──

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Conversation()
            yield SidePanel()
        yield StatusBar(self.folder_name)
        yield Footer()

    @property
    def is_busy(self) -> bool:
        """Whether anything still works on the question at hand."""
        return self.conversation.is_answering or any(map(self.is_at, ("rank", "compare")))

    async def on_mount(self) -> None:
        self.conversation.prompt.focus()
        await self.welcome()
        # After the first paint: opening imports NumPy and the rooms.
        self.call_after_refresh(self._start_opening)

    def _start_opening(self) -> None:
        self.status_bar.begin("Opening …")
        self.start_job(
            "open",
            partial(jobs.open_workspace, self.post_message, self._open_folders, self._folders),
        )

    # ── opening and indexing ──

    @on(WorkspaceOpened)
    def _take_workspace(self, event: WorkspaceOpened) -> None:
        self._opened = event.opened
        workspace = self.conversation.workspace = event.opened.workspace
        self._mode = workspace.settings.search.mode
        self._pooling = workspace.settings.search.pooling or workspace.model.trained_pooling
        self._show_choices()
        self.status_bar.folder = one_line(workspace.folders.label)  # two may have the same name
        self.set_scope(self._first_scope)
        self.begin_indexing(workspace, self.conversation.log_view)

    # ── asking ──

    @on(Conversation.Began)
    def _await_trace(self) -> None:
        self._request += 1
        self.panel.show_waiting("Searching …")

    @on(Conversation.TraceFound)
    def _show_evidence(self, event: Conversation.TraceFound) -> None:
        self._take_trace(event.trace)

    @on(Conversation.Failed)
    def _show_unanswered(self, event: Conversation.Failed) -> None:
        if self._trace is None or self._trace.question != self.conversation.question:
            self.panel.show_waiting(f"{event.error.message}\n{event.error.hint}")

    @on(Conversation.Answered)
    def _show_prompt(self, event: Conversation.Answered) -> None:
        self.panel.show_answer(event.answer)

    async def action_ask_again(self) -> None:
        if self.conversation.question:
            await self.conversation.ask(self.conversation.question)

    @on(Conversation.CommandTyped)
    async def _run_typed(self, event: Conversation.CommandTyped) -> None:
        try:
            await run_command(self, event.text)
        except UsageError as error:
            self.notify(error.hint, title=error.message, severity="warning", markup=False)

    def action_ask(self) -> None:
        self.conversation.prompt.focus()

    # ── documents ──

    def begin_command(self, text: str) -> None:
        """For the user to say the rest of it."""
        prompt = self.conversation.prompt
        prompt.text = text
        prompt.move_cursor(prompt.document.end)
        prompt.focus()

    def action_folders(self) -> None:
        from assistant.tui.screens.collections import CollectionsScreen

        if self._opened is not None:
            workspace = self._opened.workspace
            screen = CollectionsScreen(workspace.folders, workspace.scope.collections)
            self.app.push_screen(screen, self._take_folders)

    async def _take_folders(self, chosen: FoldersChosen | None) -> None:
        if chosen is None or self._opened is None:
            return
        workspace = self._opened.workspace
        if chosen.folders == workspace.folders:
            self.set_scope(replace(workspace.scope, collections=chosen.asked))
            return
        await self.conversation.stop("Stopped.")
        scope = Scope(collections=chosen.asked)
        self.app.switch_screen(MainScreen(self._open_folders, chosen.folders.roots, scope))

    def action_documents(self) -> None:
        from assistant.tui.screens.documents import DocumentsScreen

        if self._opened is not None:
            self.app.push_screen(DocumentsScreen(self._opened.workspace))

    @on(PlaceChosen)
    def _open_document(self, event: PlaceChosen) -> None:
        if self._opened is not None:
            workspace = self._opened.workspace
            job = partial(jobs.read_document, self.post_message, workspace, event.place)
            self.start_job("read", job)

    @on(DocumentRead)
    def _show_document(self, event: DocumentRead) -> None:
        from assistant.tui.screens.document import DocumentScreen

        if self.is_current and self._opened is not None:
            hits = [hit.place for hit in self.trace.hits] if self.trace else []
            source = self._opened.workspace.source_file
            self.app.push_screen(DocumentScreen(event.document, event.place, hits, source))

    # ── stopping and failing ──

    async def action_stop(self) -> None:
        """The answer first, then the indexing; else back to the question."""
        if self.conversation.is_answering:
            await self.conversation.stop("Stopped.")
        elif self.conversation.is_editing:
            self.conversation.leave_editing()
        elif self.is_at("index"):
            self.cancel_indexing()
        else:
            self.conversation.prompt.focus()

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        error = event.error
        if event.job in ("open", "index", *_ASIDE):
            if event.job == "index" and self.is_indexing_unasked:
                self.status_bar.show_idle(f"Not indexed: {error.message}")
                return
            if event.job not in _ASIDE:
                self.status_bar.show_idle(error.message)
            self.notify(error.hint, title=error.message, severity="error", timeout=15, markup=False)
        elif event.request == self._request:
            show = self.panel.show_fault if event.job == "compare" else self.panel.show_waiting
            show(f"{error.message}\n{error.hint}")

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
