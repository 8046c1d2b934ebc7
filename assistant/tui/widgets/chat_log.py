"""All exchanges of this sitting, the newest at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from assistant.tui.widgets.exchange import Exchange


class ChatLog(VerticalScroll):
    """All exchanges of this sitting, the newest at the bottom."""

    BINDING_GROUP_TITLE = "Conversation"
    HELP = """\
Questions and answers. Markers such as [1] name the sentences that a claim rests on: click one, or
choose it in the list below the answer, to see the sentence in its document.
"""

    def __init__(self) -> None:
        super().__init__(id="chat-log")

    async def begin(self, question: str) -> Exchange:
        for welcome in self.query(".welcome"):
            await welcome.remove()
        # Deferred: the Markdown parser is not needed for the first paint.
        from assistant.tui.widgets.exchange import Exchange

        exchange = Exchange(question)
        await self.mount(exchange)
        # Follows the growing answer until the user scrolls away from the bottom.
        self.anchor()
        return exchange

    async def welcome(self, text: Content) -> None:
        for old in self.query(".welcome"):
            await old.remove()
        await self.mount(Static(text, classes="welcome", markup=False), before=0)
