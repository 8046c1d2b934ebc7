"""Runs of `#` comment lines, as Kconfig, EDK II metadata and Python have them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import (
    add_comment,
    is_short,
    line_comment,
    one_line,
)


class HashComments:
    """Comment lines that wait for what they explain."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._lines: list[Fragment] = []

    @property
    def first_line(self) -> int:
        """Where the waiting comment begins; 0 where none waits."""
        return self._lines[0].line if self._lines else 0

    def add(self, raw: str, line: int) -> None:
        self._lines.append(line_comment(raw, line))

    def flush(self) -> None:
        """What waits explains nothing in particular."""
        lines, self._lines = self._lines, []
        add_comment(self._builder, lines)

    def entry(self, source: str, line: int, beside: str = "") -> None:
        """One line of code as a sentence, with the comment beside it or a short one above."""
        notes = [one_line([line_comment(beside, line)])] if beside else []
        if is_short(self._lines):
            notes.insert(0, one_line(self._lines))
            self._lines = []
        self.flush()
        note = " ".join(note for note in notes if note)
        tail = [Fragment(f" # {note}", line)] if note else []
        self._builder.block("code", [Fragment(source, line), *tail])


def parted(text: str, mark: str = "#") -> tuple[str, str]:
    """A line into its code and its comment; marks inside of quotes begin none."""
    if mark not in text:
        return text, ""
    quote = ""
    for i, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character == '"':
            quote = character
        elif character == mark:
            return text[:i], text[i:]
    return text, ""


def joined_continuations(lines: Sequence[str]) -> list[tuple[str, int]]:
    r"""(text, line of its beginning), with lines that end in `\` joined to the next."""
    joined: list[tuple[str, int]] = []
    parts: list[str] = []
    for i, line in enumerate(lines):
        parts.append(line.rstrip("\\") if line.endswith("\\") else line)
        if not line.endswith("\\"):
            joined.append((" ".join(parts), i + 2 - len(parts)))
            parts = []
    if parts:
        joined.append((" ".join(parts), len(lines) + 1 - len(parts)))
    return joined
