"""All exchanges of this sitting, the newest at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from assistant.records import Turn
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
        exchange = await self._mounted(question)
        # Follows the growing answer until the user scrolls away from the bottom.
        self.anchor()
        return exchange

    async def restore(self, turn: Turn) -> Exchange:
        """An exchange of an earlier sitting."""
        exchange = await self._mounted(turn.question)
        await exchange.restore(turn)
        self.anchor()
        return exchange

    async def clear(self) -> None:
        await self.remove_children()

    async def _mounted(self, question: str) -> Exchange:
        await self.query(".welcome").remove()
        # Deferred: the Markdown parser is not needed for the first paint.
        from assistant.tui.widgets.exchange import Exchange

        exchange = Exchange(question)
        await self.mount(exchange)
        return exchange

    async def welcome(self, text: Content) -> None:
        for old in self.query(".welcome"):
            await old.remove()
        await self.mount(Static(text, classes="welcome", markup=False), before=0)
