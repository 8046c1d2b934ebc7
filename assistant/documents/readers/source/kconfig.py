"""Kconfig into a document: options with their prompts, help as prose, conditions as code."""

from __future__ import annotations

import re

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import add_comment
from assistant.documents.readers.source.hashed import HashComments, joined_continuations, parted
from assistant.documents.readers.source.opening import opened_source
from assistant.records import Document

MAX_DEPTH = 8  # of headings; menus nested deeper stand side by side
LOOK_AHEAD = 12  # lines from an option within which its prompt stands

_ENTRY = re.compile(r"\s*(config|menuconfig|choice|menu|comment)\b\s*(.*)")
_END = re.compile(r"\s*end(menu|choice|if)\b")
_HELP = re.compile(r"\s*(?:-+\s*)?help(?:\s*-+)?\s*\Z")
_PROMPT = re.compile(r"\s*(?:bool|tristate|string|hex|int|prompt|def_bool)\s+([\"'])(.*)\1")
_QUOTED = re.compile(r"[\"'](.*)[\"']")
_DROPPED = re.compile(r"\s*(?:source|rsource|osource|orsource|endif|endmenu|endchoice)\b")


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "kconfig")
    _Walk(builder, joined_continuations(source.split("\n"))).run()
    return builder.build()


class _Walk:
    """Menus nest; the options in a menu or a choice stand under it."""

    def __init__(self, builder: DocumentBuilder, lines: list[tuple[str, int]]) -> None:
        self._builder = builder
        self._lines = lines
        self._comments = HashComments(builder)
        self._depth = 0

    def run(self) -> None:
        i = 0
        while i < len(self._lines):
            text, line = self._lines[i]
            if _HELP.match(text):
                i = self._help(i + 1)
                continue
            self._line(text, line, i)
            i += 1
        self._comments.flush()

    def _line(self, text: str, line: int, i: int) -> None:
        if not text.strip():
            self._comments.flush()
        elif text.lstrip().startswith("#"):
            self._comments.add(text.strip(), line)
        elif entry := _ENTRY.match(text):
            self._entry(entry.group(1), parted(entry.group(2))[0].strip(), line, i)
        elif end := _END.match(text):
            self._comments.flush()
            if end.group(1) != "if":
                self._builder.close_headings(max(1, min(self._depth, MAX_DEPTH)))
                self._depth = max(0, self._depth - 1)
        elif not _DROPPED.match(text):
            code, comment = parted(text)
            self._comments.entry(code.strip(), line, comment)

    def _entry(self, kind: str, name: str, line: int, i: int) -> None:
        prompt = self._prompt(i)
        quoted = _QUOTED.fullmatch(name)
        words = [quoted.group(1) if quoted else name, prompt]
        title = ": ".join(word for word in words if word) or kind
        opens = kind in ("menu", "choice")
        level = min(self._depth + 1, MAX_DEPTH)
        self._builder.close_headings(level)
        self._builder.heading(level, [Fragment(title, self._comments.first_line or line)])
        self._comments.flush()
        self._depth += opens

    def _prompt(self, i: int) -> str:
        for text, _ in self._lines[i + 1 : i + 1 + LOOK_AHEAD]:
            if _ENTRY.match(text) or _HELP.match(text):
                break
            if match := _PROMPT.match(text):
                return match.group(2)
        return ""

    def _help(self, i: int) -> int:
        """Adds the indented text from here on; gives the index after it."""
        self._comments.flush()
        margin = -1
        text_lines: list[Fragment] = []
        while i < len(self._lines):
            text, line = self._lines[i]
            indent = len(text) - len(text.lstrip())
            if text.strip():
                margin = indent if margin < 0 else margin
                if indent < margin or indent == 0:
                    break
            text_lines.append(Fragment(text[max(0, margin) :], line))
            i += 1
        add_comment(self._builder, text_lines)
        return i
