"""Markdown as it streams in into plain text: backslash escapes outside code become characters."""

from __future__ import annotations

_ESCAPABLE = frozenset("\\`*_{}[]<>()#+-.!|~&=\"'$%,/:;?@^")


class PlainText:
    """Fed piece by piece; a backslash at the end of a piece waits for the next."""

    def __init__(self) -> None:
        self._held = ""
        self._ticks = 0
        """Length of the run of backticks that opened code; 0 outside."""

    def feed(self, piece: str) -> str:
        text, self._held = self._held + piece, ""
        written: list[str] = []
        at = 0
        while at < len(text):
            character = text[at]
            if character == "\\" and not self._ticks:
                if at + 1 == len(text):
                    self._held = character
                    break
                is_escape = text[at + 1] in _ESCAPABLE
                written.append(text[at + 1] if is_escape else text[at : at + 2])
                at += 2
                continue
            run = _run_of_ticks(text, at)
            if run and run == self._ticks:
                self._ticks = 0
            elif run and not self._ticks:
                self._ticks = run
            written.append(text[at : at + max(run, 1)])
            at += max(run, 1)
        return "".join(written)

    def finish(self) -> str:
        held, self._held = self._held, ""
        return held


def plain_text(markdown: str) -> str:
    stream = PlainText()
    return stream.feed(markdown) + stream.finish()


def _run_of_ticks(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] == "`":
        end += 1
    return end - at
