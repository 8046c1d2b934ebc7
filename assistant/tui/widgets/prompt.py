"""Where questions are typed: Enter sends, other keys make a new line, up and down recall."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from assistant.tui.slash_commands import commands_in_words


class Prompt(TextArea):
    """A multi-line input with the history of this sitting."""

    BINDING_GROUP_TITLE = "Question"
    HELP = f"""\
Type a question in English or Chinese, or only the words and identifiers you look for.

**Enter** sends it. **Shift+Enter**, **Ctrl+J** or **Alt+Enter** begins a new line.
A slash and a word is a command: {commands_in_words()}.
**Up** in the first line and **Down** in the last one recall earlier questions.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", tooltip="Ask this question", id="prompt.send"),
        Binding(
            "shift+enter,ctrl+j,alt+enter",
            "new_line",
            "New line",
            show=False,
            id="prompt.new_line",
        ),
    ]

    class Sent(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(
            id="prompt",
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="Ask a question about these documents",
        )
        self._history: list[str] = []
        self._recalled = 0

    def action_send(self) -> None:
        text = self.text
        if not text.strip():
            return
        if not self._history or self._history[-1] != text:
            self._history.append(text)
        self._recalled = len(self._history)
        self.clear()
        self.post_message(self.Sent(text))

    def remember(self, text: str) -> None:
        """One that was sent in an earlier sitting."""
        self._history.append(text)
        self._recalled = len(self._history)

    def action_new_line(self) -> None:
        self.insert("\n")

    async def _on_key(self, event: events.Key) -> None:
        # TextArea takes Enter for itself before bindings are looked at.
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
        elif event.key == "up" and self.cursor_location[0] == 0 and self._history:
            event.stop()
            event.prevent_default()
            self._recall(-1)
        elif event.key == "down" and self._in_last_line() and self._recalled < len(self._history):
            event.stop()
            event.prevent_default()
            self._recall(+1)
        else:
            await super()._on_key(event)

    def _in_last_line(self) -> bool:
        return self.cursor_location[0] == self.document.line_count - 1

    def _recall(self, step: int) -> None:
        self._recalled = min(max(self._recalled + step, 0), len(self._history))
        recalled = self._history[self._recalled] if self._recalled < len(self._history) else ""
        self.text = recalled
        self.move_cursor(self.document.end)
