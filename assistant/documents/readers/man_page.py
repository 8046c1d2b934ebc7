"""What the two macro packages of manual pages have in common: text that fills paragraphs."""

from __future__ import annotations

import re

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.characters import has_words
from assistant.documents.joining import Fragment, defined
from assistant.documents.readers.roff import RoffLine
from assistant.documents.readers.roff_tables import Plain, read_table
from assistant.records import SentenceKind

_BULLETS = ("•", "·", "○", "*", "-", "+", "o")
_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[a-z])[.)\]]\Z")


def is_item_mark(text: str) -> bool:
    """Whether the text is no more than the bullet or number of an item."""
    return text in _BULLETS or _NUMBER.match(text) is not None


class ManPage:
    """Collects lines of text and makes a block of them at every border."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self.kind: SentenceKind = "prose"
        self.is_code = False
        """Whether lines stand as they are."""
        self._builder = builder
        self._fragments: list[Fragment] = []
        self._tag: list[Fragment] = []
        self._code: list[tuple[str, int]] = []

    def heading(self, level: int, text: str, line: int) -> None:
        """Opens a section."""
        self.end_paragraph()
        self.is_code, self.kind = False, "prose"
        self.flush_code()
        if level == 1 and not has_words(text):
            return
        self._builder.heading(level, [Fragment(text, line)])

    def add(self, text: str, line: int) -> None:
        """A line of text; where lines stand as they are, a line of code."""
        if self.is_code:
            self._code.append((text, line))
        elif text.strip():
            self._fragments.append(Fragment(f"{text}\n", line))

    def end_paragraph(self) -> None:
        """What came so far is a block of its own."""
        self.end_block()
        self._end_tag()

    def end_block(self) -> None:
        """The same, where a tag may still wait for its text."""
        if not self.is_code:
            self.flush_code()
        fragments, self._fragments = self._fragments, []
        if not fragments:
            return
        if self._tag:
            fragments, self._tag = defined(self._tag, fragments), []
        self._builder.block(self.kind, fragments)

    def tag(self, text: str, line: int) -> None:
        """Begins a list item with what it is about: a bullet, a number or a term."""
        self.end_paragraph()
        self.kind = "list_item"
        text = text.strip()
        if _NUMBER.match(text):
            self._fragments.append(Fragment(f"{text} ", line))
        elif text and text not in _BULLETS:
            self._tag = [Fragment(text, line)]

    def begin_code(self) -> None:
        """From here lines stand as they are."""
        self.end_block()
        self.is_code = True

    def end_code(self) -> None:
        """From here lines fill paragraphs again."""
        self.is_code = False
        self.flush_code()

    def table(self, lines: list[RoffLine], plain: Plain) -> None:
        """What stands between the two macros of a table."""
        self.end_paragraph()
        self.flush_code()
        self._builder.table(*read_table(lines, plain))

    def rows(self, rows: list[Row]) -> None:
        """A list in columns."""
        self.end_paragraph()
        self._builder.table(None, rows)

    def flush_code(self) -> None:
        """Writes the lines that stand as they are, where there are any."""
        code, self._code = self._code, []
        if not code:
            return
        self._end_tag()
        first, last = code[0][1], code[-1][1]
        texts = [""] * (last - first + 1)
        for text, line in code:
            texts[line - first] = f"{texts[line - first]} {text}" if texts[line - first] else text
        self._builder.code("\n".join(texts), first)

    def _end_tag(self) -> None:
        tag, self._tag = self._tag, []
        if tag:
            self._builder.block("list_item", tag)
