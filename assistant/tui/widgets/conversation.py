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
    Trace,
)
from assistant.tui import jobs
from assistant.tui.messages import AnswerAdvanced, JobFailed
from assistant.tui.widgets.chat_log import ChatLog
from assistant.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from assistant.tui.widgets.exchange import Exchange
    from assistant.workspace import Workspace


class Conversation(Vertical):
    """The log of exchanges and the prompt below it."""

    class Began(Message):
        """A question was sent."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

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
        """(question, answer) of this sitting, oldest first: follow-ups lean on them."""

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
        await self.ask(event.text)

    async def ask(self, question: str) -> None:
        """Begin an exchange; one that is still under way is stopped."""
        if self.workspace is None:
            self.notify("Still opening the folder: ask again in a moment.")
            self.prompt.text = question
            return
        await self.stop("")
        self._request += 1
        self.question = question
        self._exchange = await self.log_view.begin(question)
        self.post_message(self.Began(question))
        job = partial(
            jobs.answer_question,
            self.post_message,
            self.workspace,
            self._request,
            question,
            self.mode,
            self.pooling,
            tuple(pair for pair in self._history if pair[0] != question),
        )
        self.run_worker(job, group="answer", thread=True, exclusive=True, exit_on_error=False)

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
            if not advanced.answer.declined:
                self._history.append((self.question, advanced.answer.text))
            self.post_message(self.Answered(advanced.answer))

    @on(JobFailed)
    async def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        if event.request == self._request and self._exchange is not None:
            await self._exchange.fail(event.error.message, event.error.hint)
            self.post_message(self.Failed(event.error))
