"""The chat: it asks, streams the answer in, and tells the screen which evidence was found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from assistant.errors import AssistantError
from assistant.records import (
    Answer,
    AnswerFinished,
    EvidenceFound,
    Session,
    Trace,
)
from assistant.tui import jobs
from assistant.tui.copying import copy_out
from assistant.tui.messages import AnswerAdvanced, JobFailed
from assistant.tui.slash_commands import is_command
from assistant.tui.widgets.chat_log import ChatLog
from assistant.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from assistant.tui.widgets.exchange import Exchange
    from assistant.workspace import Recorder, Workspace

_RETRY = "Ctrl+R asks again, Ctrl+L chooses another model."


class Conversation(Vertical):
    """The log of exchanges and the prompt below it."""

    class Began(Message):
        """A question was sent."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    class CommandTyped(Message):
        """Something other than a question: "/mode hybrid"."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class TraceFound(Message):
        """The newest question was searched."""

        def __init__(self, trace: Trace) -> None:
            super().__init__()
            self.trace = trace

    class Answered(Message):
        """The newest question's answer is whole."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    class Failed(Message):
        """The newest question could not be answered."""

        def __init__(self, error: AssistantError) -> None:
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        super().__init__(id="chat")
        self.workspace: Workspace | None = None
        self.mode = ""
        self.pooling = ""
        self.question = ""
        """The newest one."""
        self._request = 0
        self._exchange: Exchange | None = None
        self._history: list[tuple[str, str]] = []
        """(question, answer) of this session, oldest first: follow-ups lean on them."""
        self._is_editing = False
        """Whether what is sent next takes the place of the newest question."""
        self.answered_by = ""
        """The chat model of the newest answer."""
        self.recorder: Recorder | None = None
        """Keeps this session; None until something was asked."""

    def compose(self) -> ComposeResult:
        yield ChatLog()
        yield Prompt()

    @property
    def log_view(self) -> ChatLog:
        return self.query_one(ChatLog)

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def is_answering(self) -> bool:
        return any(w.node is self and not w.is_finished for w in self.workers)

    @on(Prompt.Sent)
    async def _ask_typed(self, event: Prompt.Sent) -> None:
        event.stop()
        if is_command(event.text):
            self.post_message(self.CommandTyped(event.text))
        else:
            await self.ask(event.text)

    async def ask(self, question: str) -> None:
        """Begin an exchange; one that is still under way is stopped."""
        if self.workspace is None:
            self.notify("Still opening the folder: ask again in a moment.")
            self.prompt.text = question
            return
        await self.stop("")
        self._request += 1
        replaces = self._is_editing
        if replaces:
            await self._drop_newest()
        self.question = question
        self._exchange = await self.log_view.begin(question)
        self.post_message(self.Began(question))
        if self.recorder is None:
            self.recorder = self.workspace.sessions.recorder()
        job = partial(
            jobs.answer_question,
            self.post_message,
            self.workspace,
            self._request,
            question,
            self.mode,
            self.pooling,
            tuple(pair for pair in self._history if pair[0] != question),
            self.recorder,
            replaces,
        )
        self.run_worker(job, group="answer", thread=True, exclusive=True, exit_on_error=False)

    # ── sessions ──

    async def begin_anew(self) -> None:
        """Another session; this one is kept."""
        await self.stop("")
        self._request += 1
        self._leave_editing()
        self.question, self._exchange, self._history, self.recorder = "", None, [], None
        await self.log_view.clear()

    async def resume(self, session: Session) -> None:
        """Its exchanges, as they were, and what is asked next goes on from them."""
        assert self.workspace is not None  # sessions are listed by it
        await self.begin_anew()
        self.recorder = self.workspace.sessions.recorder(session.summary.id)
        for turn in session.turns:
            self._exchange = await self.log_view.restore(turn)
            self.question = turn.question
            self.prompt.remember(turn.question)
            self.recorder.go_on_from(turn)
            if turn.answer is not None and not turn.answer.declined:
                self._history.append((turn.question, turn.answer.text))
        self.prompt.focus()

    # ── asking in other words ──

    @property
    def is_editing(self) -> bool:
        return self._is_editing

    async def edit_newest(self) -> None:
        """The newest question stands in the prompt; when sent, it takes its own place."""
        if self._exchange is None:
            self.notify("There is no question to edit yet.")
            return
        await self.stop("Stopped.")
        self._is_editing = True
        self.prompt.text = self._exchange.question
        self.prompt.move_cursor(self.prompt.document.end)
        self.prompt.border_title = "Editing: Enter asks it in place of the last one, Esc leaves it"
        self.prompt.focus()

    def leave_editing(self) -> None:
        self._leave_editing()
        self.prompt.clear()

    def _leave_editing(self) -> None:
        self._is_editing = False
        self.prompt.border_title = ""

    async def _drop_newest(self) -> None:
        self._leave_editing()
        if self._exchange is not None:
            if self._history and self._history[-1][0] == self._exchange.question:
                self._history.pop()
            await self._exchange.remove()

    def copy_answer(self) -> None:
        """The newest answer with its sources."""
        text = self._exchange.plain_text if self._exchange is not None else ""
        if text:
            copy_out(self.app, text, "The answer and its sources")
        else:
            self.notify("There is no answer to copy yet.")

    def toggle_thinking(self) -> None:
        """What the model thought before the newest answer."""
        if self._exchange is not None and self._exchange.has_thought:
            self.log_view.release_anchor()  # else the next layout goes back to the bottom
            self._exchange.toggle_thinking()
        else:
            self.notify("Ctrl+L, then o, lets a model think that can.", title="No thinking here")

    async def take(self, question: str) -> None:
        """The question at hand is another one; it stands in the prompt, to be sent or not."""
        await self.stop("")
        self._request += 1
        self.question = question
        self.prompt.text = question

    async def stop(self, remark: str) -> None:
        """End the answer under way; what was said of it stays."""
        if not self.is_answering or self.workspace is None:
            return
        self._request += 1  # what the worker still sends is dropped
        self.workers.cancel_node(self)
        self.workspace.stop_answering()
        if self._exchange is not None:
            await self._exchange.fail(remark, "Ctrl+R asks again." if remark else "")

    @on(AnswerAdvanced)
    async def _show_answer(self, event: AnswerAdvanced) -> None:
        event.stop()
        if event.request != self._request or self._exchange is None:
            return
        advanced = event.event
        await self._exchange.advance(advanced)
        if isinstance(advanced, EvidenceFound):
            self.post_message(self.TraceFound(advanced.trace))
        elif isinstance(advanced, AnswerFinished):
            self.answered_by = advanced.answer.chat_model
            if not advanced.answer.declined:
                self._history.append((self.question, advanced.answer.text))
            self.post_message(self.Answered(advanced.answer))

    @on(JobFailed)
    async def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        if event.request == self._request and self._exchange is not None:
            await self._exchange.fail(event.error.message, f"{event.error.hint}\n{_RETRY}")
            self.post_message(self.Failed(event.error))
