"""EDK II metadata (DEC, DSC, INF, FDF) into a document: sections, and every entry a sentence."""

from __future__ import annotations

import re

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.hashed import HashComments, joined_continuations, parted
from assistant.documents.readers.source.opening import opened_source
from assistant.records import Document

_SECTION = re.compile(r"\[([^\[\]]+)\]\s*\Z")
_SUBSECTION = re.compile(r"<(\w[\w.]{0,40})>\s*\Z")
_BRACES = "{} \t"


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "edk2")
    _Walk(builder).run(source)
    return builder.build()


class _Walk:
    """Line by line: sections, the comments above an entry, the entry."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._comments = HashComments(builder)

    def run(self, source: str) -> None:
        for text, line in joined_continuations(source.split("\n")):
            self._line(text.strip(), line)
        self._comments.flush()

    def _line(self, text: str, line: int) -> None:
        if text.startswith("#"):
            self._comments.add(text, line)
            return
        code, comment = parted(text)
        code = code.strip()
        if section := _SECTION.match(code):
            self._heading(1, section.group(1), line, comment)
        elif subsection := _SUBSECTION.match(code):
            self._heading(2, subsection.group(1), line, comment)
        elif code.strip(_BRACES):
            self._comments.entry(code, line, comment)
        else:
            self._comments.flush()
            if code.startswith("}"):
                self._builder.close_headings(2)

    def _heading(self, level: int, name: str, line: int, comment: str) -> None:
        first_line = self._comments.first_line or line
        self._builder.heading(level, [Fragment(name.strip(), first_line)])
        if comment:
            self._comments.add(comment, line)
        self._comments.flush()
