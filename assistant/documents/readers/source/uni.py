"""UNI string files into a document: every string of every language a sentence of its own."""

from __future__ import annotations

import re

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import add_comment
from assistant.documents.readers.source.opening import opened_source
from assistant.documents.readers.source.pending import Comment
from assistant.documents.readers.source.scanning import Token
from assistant.records import Document

_PIECE = re.compile(
    r"""
      (?P<comment>//[^\n]*+)
    | (?P<block>/\*(?s:.*?)(?:\*/|\Z))
    | (?P<text>"(?:[^"\\\n]|\\.)*+"?)
    | (?P<string>\#string\s++(?P<id>\w++))
    | (?P<language>\#language\s++(?P<tag>[\w-]++))
    | (?P<langdef>\#langdef\s++(?P<lang>[\w-]++))
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:(wide|narrow|nbr)\b ?|([nrt])|(.))")


def read(path: str, data: bytes) -> Document:
    """The document; lines are those of the texts. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "uni")
    walk = _Walk(builder)
    line, position = 1, 0
    for match in _PIECE.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        walk.piece(match, line)
    walk.end()
    return builder.build()


class _Walk:
    """Collects the literals of one string until anything else begins."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._name = ""
        self._language = ""
        self._texts: list[Fragment] = []
        self._line = 1
        self._comment = Comment()

    def piece(self, match: re.Match[str], line: int) -> None:
        kind = match.lastgroup
        if kind == "text":
            self._texts.append(Fragment(_plain(match.group()), line))
        elif match["comment"] or match["block"]:
            self._on_comment(match, line)
        elif match["string"] or match["langdef"]:
            self.end()
            self._name, self._line = match["id"] or match["lang"], line
        else:
            self._flush()
            self._language = match["tag"]

    def end(self) -> None:
        self._flush()
        self._end_comment()
        self._name = self._language = ""

    def _on_comment(self, match: re.Match[str], line: int) -> None:
        if self._texts:  # beside or after a string that is complete
            self._flush()
        kind = "line_comment" if match["comment"] else "comment"
        token = Token(kind, match.group(), match.start(), match.end(), line)
        if not self._comment.continues_at(token):
            self._end_comment()
        self._comment.add(token)

    def _end_comment(self) -> None:
        comment, self._comment = self._comment, Comment()
        add_comment(self._builder, comment.lines)

    def _flush(self) -> None:
        """The name, the language and the text: "STR_BOOT (en-US): Boot now"."""
        texts, self._texts = self._texts, []
        if not texts:
            return
        self._end_comment()
        language = f" ({self._language})" if self._language else ""
        label = f"{self._name}{language}: " if self._name else ""
        self._builder.block("caption", [Fragment(label, texts[0].line), *texts])


def _plain(literal: str) -> str:
    inside = literal[1:].removesuffix('"')
    return _ESCAPE.sub(_unescaped, inside) if "\\" in inside else inside


def _unescaped(match: re.Match[str]) -> str:
    control, space, character = match.groups()
    return "" if control else " " if space else character
