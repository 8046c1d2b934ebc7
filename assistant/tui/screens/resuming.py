"""The chat's sessions: a new one, an earlier one with its panel as it was, a question reworded."""

from __future__ import annotations

from assistant.records import Session, Trace, Turn
from assistant.tui.screens.comparing import ComparingScreen
from assistant.tui.texts import welcome
from assistant.tui.widgets.side_panel import NO_QUESTION


class ResumingScreen(ComparingScreen):
    """Its keys are named in `MainScreen`."""

    async def welcome(self) -> None:
        await self.conversation.log_view.welcome(welcome(self.folder_name))

    async def action_new_session(self) -> None:
        was_asked = bool(self.conversation.question)
        await self.conversation.begin_anew()
        await self.welcome()
        self._forget_trace()
        self.conversation.prompt.focus()
        if was_asked:
            self.notify("The one before is kept: Ctrl+S lists all.", title="New session")

    def action_sessions(self) -> None:
        from assistant.tui.screens.sessions import SessionsScreen

        if self._opened is None:
            return
        recorder = self.conversation.recorder
        at_hand = recorder.session if recorder is not None else None
        self.app.push_screen(SessionsScreen(self._opened.workspace, at_hand), self._resume)

    async def _resume(self, session: Session | None) -> None:
        if session is None:
            return
        await self.conversation.resume(session)
        self._forget_trace()
        if session.turns:
            self._show_turn(session.turns[-1])

    def _show_turn(self, turn: Turn) -> None:
        """The panel as it was, from what was kept: nothing is retrieved again."""
        trace = turn.shown or turn.trace
        if trace is None:
            self.panel.show_waiting("The panel of this question was not kept: Ctrl+R asks again.")
            return
        self._use_if_known(trace)
        if trace.comparison is None:  # the program ended before the ranks were there
            self._take_trace(trace)
        else:
            self._trace = trace
            self.panel.show_trace(trace)
        if turn.answer is not None and trace is turn.trace:
            self.panel.show_answer(turn.answer)

    def _use_if_known(self, trace: Trace) -> None:
        modes, poolings = ({choice.name for choice in menu} for menu in self.menus)
        if trace.mode in modes and trace.pooling in poolings:
            self.use(trace.mode, trace.pooling)
        if self._opened is not None and set(trace.scope.collections) <= set(
            self._opened.workspace.folders.names
        ):
            self.take_scope(trace.scope)

    def _forget_trace(self) -> None:
        self._request += 1
        self._trace = None
        self.panel.show_waiting(NO_QUESTION)

    def action_models(self) -> None:
        from assistant.tui.screens.chat_models import ChatModelsScreen

        if self._opened is not None:
            workspace = self._opened.workspace
            current = self.conversation.answered_by or workspace.chats.settings.model
            self.app.push_screen(ChatModelsScreen(workspace, current), self.answer_with)

    def answer_with(self, model: str | None) -> None:
        if model and self._opened is not None:
            self._opened.workspace.chats.change(model=model, backend="ollama")
            self.notify("Ctrl+R asks the question again with it.", title=f"{model} answers now")

    async def action_edit(self) -> None:
        await self.conversation.edit_newest()

    def action_toggle_thinking(self) -> None:
        self.conversation.toggle_thinking()

    def action_copy_answer(self) -> None:
        self.conversation.copy_answer()
