"""Answers by two modes, side by side."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from assistant.records import AnswerEvent
from assistant.tui.widgets.exchange import Exchange


class ModeAnswer(VerticalScroll):
    BINDING_GROUP_TITLE = "Answer"
    HELP = """\
The answer that the chat model gives from one mode's sentences. Two stand side by side; a third
takes the place of the older one.
"""

    def __init__(self, label: str, question: str) -> None:
        super().__init__(classes="mode-answer")
        self._label = label
        self._question = question

    def compose(self) -> ComposeResult:
        yield Static(f"with {self._label}", classes="mode-head", markup=False)
        yield Exchange(self._question)

    @property
    def exchange(self) -> Exchange:
        return self.query_one(Exchange)


class Answers(Horizontal):
    MOST: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__(id="answers")
        self._by_request: dict[int, ModeAnswer] = {}

    async def begin(self, request: int, label: str, question: str) -> None:
        while len(self._by_request) >= self.MOST:
            await self._by_request.pop(min(self._by_request)).remove()
        answer = self._by_request[request] = ModeAnswer(label, question)
        self.display = True
        await self.mount(answer)

    async def advance(self, request: int, event: AnswerEvent) -> None:
        if request in self._by_request:
            await self._by_request[request].exchange.advance(event)

    async def fail(self, request: int, message: str, hint: str) -> None:
        if request in self._by_request:
            await self._by_request[request].exchange.fail(message, hint)
