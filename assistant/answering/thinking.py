"""Streamed text with raw <think> tags into what was thought and what was said.

Servers before 0.12.4, and models whose tags a server does not know, leave the tags in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answering.backends.chat_backend import TextStreamed, ThinkingStreamed

_OPENING_TAGS = ("<think>", "<thinking>", "<thought>")
_CLOSING_TAG = re.compile(r"</(?:think|thinking|thought)>\s*")
_MAX_TAG_LENGTH = len("</thinking>")


class ThinkingSplitter:
    """Takes pieces as they come; a tag may be spread over several."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, text: str) -> Iterator[TextStreamed | ThinkingStreamed]:
        self._held += text
        if self._state == "start":
            self._open()
        if self._state == "thinking":
            yield from self._think()
        if self._state == "text" and self._held:
            yield TextStreamed(self._held)
            self._held = ""

    def finish(self) -> Iterator[TextStreamed | ThinkingStreamed]:
        """What was held back for a tag that did not come."""
        if self._held:
            kind = ThinkingStreamed if self._state == "thinking" else TextStreamed
            yield kind(self._held)
            self._held = ""

    def _open(self) -> None:
        start = self._held.lstrip()
        tag = next((tag for tag in _OPENING_TAGS if start.startswith(tag)), "")
        if tag:
            self._held = start[len(tag) :]
            self._state = "thinking"
        elif not any(tag.startswith(start) for tag in _OPENING_TAGS):
            self._state = "text"

    def _think(self) -> Iterator[ThinkingStreamed]:
        closing = _CLOSING_TAG.search(self._held)
        if closing:
            thought, self._held = self._held[: closing.start()], self._held[closing.end() :]
            self._state = "text"
        else:
            # Only what may yet become a tag is held back.
            at = self._held.rfind("<", max(0, len(self._held) - _MAX_TAG_LENGTH))
            at = len(self._held) if at < 0 else at
            thought, self._held = self._held[:at], self._held[at:]
        if thought:
            yield ThinkingStreamed(thought)


def split_unopened(text: str) -> tuple[str, str]:
    """(thinking, text) of a whole answer whose opening tag was part of the prompt."""
    pieces = _CLOSING_TAG.split(text, maxsplit=1)
    return (pieces[0], pieces[1]) if len(pieces) == 2 else ("", text)
