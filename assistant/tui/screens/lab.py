"""The lab's half of the chat screen: the trace at hand, the panel that shows it, mode and pooling.

State lives here; data goes down to the panel, events come up as messages. A message of an older
request than the current one is dropped: its worker was cancelled but a thread cannot be stopped.
"""

from __future__ import annotations

from functools import partial

from textual import on

from assistant.errors import UsageError
from assistant.folders import Folders
from assistant.records import Scope, Trace
from assistant.tui import jobs
from assistant.tui.messages import Compared, Retrieved
from assistant.tui.opening import Choice, Opened, label_of
from assistant.tui.screens.indexing import IndexingScreen
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.side_panel import SidePanel


class LabScreen(IndexingScreen):
    """Its keys are named in `MainScreen`, which orders the footer."""

    def __init__(self, folder_name: str) -> None:
        super().__init__(folder_name)
        self._opened: Opened | None = None
        self._request = 0
        self._trace: Trace | None = None
        self._mode = ""
        self._pooling = ""

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def panel(self) -> SidePanel:
        return self.query_one(SidePanel)

    @property
    def question(self) -> str:
        """The question at hand; empty before the first one."""
        return self.conversation.question

    @property
    def trace(self) -> Trace | None:
        """The trace that the panel shows."""
        return self._trace

    # ── ranking ──

    async def rank_question(self, question: str, mode: str, pooling: str) -> None:
        """Show the ranks of another question, without asking the chat model."""
        await self.conversation.take(question)
        self._request += 1
        self.use(mode, pooling)
        self._rank_again()

    def use(self, mode: str, pooling: str) -> None:
        """From now on; what is shown stays."""
        self._mode, self._pooling = mode, pooling
        self._show_choices()

    def _rank_again(self) -> None:
        """Another mode or pooling for the question at hand, without asking the model."""
        if not self.question or self._opened is None:
            return
        self.panel.show_waiting("Searching …")
        trace = self._trace
        self.start_job(
            "rank",
            partial(
                jobs.rank_again,
                self.post_message,
                self._opened.workspace,
                self._request,
                self.question,
                self._mode,
                self._pooling,
                trace.rewrites if trace and trace.question == self.question else (),
            ),
        )

    @on(Retrieved)
    def _show_retrieved(self, event: Retrieved) -> None:
        if event.request == self._request and self._is_wanted(event.trace):
            self._take_trace(event.trace)

    def _is_wanted(self, trace: Trace) -> bool:
        assert self._opened is not None  # a trace comes from an opened workspace
        wanted = (self._mode, self._pooling, self._opened.workspace.scope)
        return (trace.mode, trace.pooling, trace.scope) == wanted

    # ── the panel ──

    def _take_trace(self, trace: Trace) -> None:
        self._trace = trace
        self.panel.show_trace(trace)
        assert self._opened is not None  # a trace comes from an opened workspace
        self.start_job(
            "compare",
            partial(
                jobs.compare_poolings,
                self.post_message,
                self._opened.workspace,
                self._request,
                trace,
                self.conversation.recorder,
                self.panel.is_explaining,
            ),
        )

    @on(Compared)
    def _show_comparison(self, event: Compared) -> None:
        if event.request == self._request and self._is_wanted(event.trace):
            self._trace = event.trace
            self.panel.show_trace(event.trace)

    def action_toggle_panel(self) -> None:
        self.toggle_class("-panel-toggled")

    def action_go_to_tab(self, step: int) -> None:
        if not self.panel.display:  # focus must not go where nothing is seen
            self.action_toggle_panel()
        self.panel.go_to_tab(step)

    def action_choose_mode(self) -> None:
        from assistant.tui.screens.choosing import ChoosingScreen

        if self._opened is not None:
            screen = ChoosingScreen("Mode: how to retrieve", self._opened.modes, self._mode)
            self.app.push_screen(screen, self.set_mode)

    def action_choose_pooling(self) -> None:
        from assistant.tui.screens.choosing import ChoosingScreen

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

    def set_scope(self, scope: Scope) -> None:
        """Which documents are asked from now on, this question's too."""
        if self._opened is not None:
            self.take_scope(scope)
            self._rank_again()

    def take_scope(self, scope: Scope) -> None:
        """From now on; what is shown stays."""
        assert self._opened is not None  # there is nothing to choose from before
        self._opened.workspace.scope = scope
        self.status_bar.scope = scope.in_words

    @property
    def folders(self) -> Folders:
        """Raises: UsageError before they are open."""
        if self._opened is None:
            raise UsageError("the folder is still being opened", "try again in a moment")
        return self._opened.workspace.folders

    @property
    def menus(self) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
        """Modes and poolings, for the palette; empty until the folder is open."""
        return (self._opened.modes, self._opened.poolings) if self._opened else ((), ())

    def _show_choices(self) -> None:
        if self._opened is not None:
            self.conversation.mode, self.conversation.pooling = self._mode, self._pooling
            self.panel.take_choices(self._opened.poolings)
            self.status_bar.mode = label_of(self._opened.modes, self._mode)
            self.status_bar.pooling = label_of(self._opened.poolings, self._pooling)
