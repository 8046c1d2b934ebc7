"""Lines of pages into headings, paragraphs, list items and tables, over page ends where they go on.

Wrong structure costs more than none: what shows no clear sign is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from statistics import median

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment
from assistant.documents.readers.pdf_layout import Line
from assistant.documents.readers.pdf_margins import PageLines
from assistant.records import SentenceKind

HEADING_CHARACTERS = 120
HEADING_SIZE = 1.25
"""Height of an unnumbered heading's line against the page's usual line."""
PARAGRAPH_GAP = 1.7
"""From line to line, in line heights: more is a new paragraph."""
TABLE_LINES = 2
ALIGNED = 6.0
"""Points within which cells begin at the same place."""

_NUMBERED = re.compile(r"(?:Appendix\s+)?(?:\d{1,3}|[A-Z])(?:\.\d{1,3}){0,6}\.?\s+\S.{1,}")
_NUMBER = re.compile(r"(?:Appendix\s+)?([\dA-Z]+(?:\.\d+)*)")
_BULLET = re.compile(r"(?:[•◦▪‣∙●○■□–—·*-]|o(?=\s)|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_LEADERS = re.compile(r"(?:\.\s?){5,}\s*(?:\d+|[ivxlc]+)?\s*$|…{2,}")
_ENDS = re.compile(r"[.!?:;。！？：；][\"')\]”’」』）]*$")
_HEADER_CELL = re.compile(r"[^\W\d_][^\d]{0,39}")


class PdfFlow:
    """Takes pages in order and keeps the paragraph that may go on."""

    def __init__(
        self, builder: DocumentBuilder, outline: Mapping[int, Sequence[tuple[int, str]]]
    ) -> None:
        self._builder = builder
        self._outline = outline
        self._kind: SentenceKind = "prose"
        self._open: list[Fragment] = []
        self._last: Line | None = None

    def add(self, page: PageLines) -> None:
        lines = [line for line in page.lines if not _LEADERS.search(line.text)]
        goes_on = bool(self._open and lines) and self._continues(lines[0])
        if not goes_on:
            self._close()
            self._builder.page(page.number, page.label)
        size = median(line.height for line in lines) if lines else 0.0
        titles = {_plain(title): level for level, title in self._outline.get(page.number, ())}
        at, is_page_begun = 0, not goes_on
        self._last = None
        while at < len(lines):
            n_rows = self._table(lines, at)
            if n_rows:
                at += n_rows
                continue
            line = lines[at]
            level = _heading_level(line, size, titles)
            starts = level or self._begins(line)
            if starts and not (goes_on and at == 0):
                self._close()
            if not is_page_begun and not self._open:
                self._builder.page(page.number, page.label)
                is_page_begun = True
            if level:
                self._builder.heading(level, [Fragment(line.text, at + 1)])
                self._last = None
            else:
                self._take(line, at + 1)
            at += 1
        if not is_page_begun:
            self._close()
            self._builder.page(page.number, page.label)

    def end(self) -> None:
        self._close()

    def _continues(self, line: Line) -> bool:
        """Whether the paragraph of the page before plainly goes on here."""
        said = "".join(fragment.text for fragment in self._open).rstrip()
        return not _ENDS.search(said) and line.text[:1].islower() and not _BULLET.match(line.text)

    def _begins(self, line: Line) -> bool:
        """Whether a paragraph or item begins with this line."""
        if not self._open or self._last is None:
            return True
        step = self._last.bottom - line.bottom
        is_far = step > PARAGRAPH_GAP * max(line.height, self._last.height) or step < 0
        return is_far or _BULLET.match(line.text) is not None

    def _take(self, line: Line, number: int) -> None:
        text = line.text
        if not self._open:
            bullet = _BULLET.match(text)
            self._kind = "list_item" if bullet else "prose"
            text = text[bullet.end() :] if bullet else text
        else:
            self._join_hyphen(text)
        self._open.append(Fragment(text + "\n", number))
        self._last = line

    def _join_hyphen(self, following: str) -> None:
        """Where the line's end divides a word; it keeps its hyphen unless both halves are lower."""
        last = self._open[-1]
        word = last.text.rstrip("\n")
        if word.endswith("-") and word[-2:-1].isalnum() and following[:1].isalnum():
            is_one_word = word[-2:-1].islower() and following[:1].islower()
            self._open[-1] = Fragment(word[:-1] + ("" if is_one_word else "-"), last.line)

    def _close(self) -> None:
        if self._open:
            self._builder.block(self._kind, self._open)
        self._open, self._last = [], None

    def _table(self, lines: Sequence[Line], at: int) -> int:
        """How many lines from here are a table, which is then written."""
        first = lines[at]
        if len(first.cells) < 2:
            return 0
        rows = [[[cell] for cell in first.cells]]
        numbers, lefts, end = [at + 1], first.lefts, at + 1
        for i in range(at + 1, len(lines)):
            columns = _columns(lines[i], lefts)
            if columns is None:
                break
            if columns[0] == 0 and len(columns) > 1:
                rows.append([[] for _ in lefts])
                numbers.append(i + 1)
            elif len(columns) == len(lefts) or (len(columns) == 1 and columns[0] == 0):
                break
            for column, cell in zip(columns, lines[i].cells, strict=True):
                rows[-1][column].append(cell)
            end = i + 1
        if len(rows) < TABLE_LINES:
            return 0
        self._close()
        made = [
            Row([" ".join(cell) for cell in row], number)
            for row, number in zip(rows, numbers, strict=True)
        ]
        is_headed = len(made) > 2 and all(_HEADER_CELL.fullmatch(cell) for cell in made[0].cells)
        self._builder.table(made[0] if is_headed else None, made[1:] if is_headed else made)
        return end - at


def _columns(line: Line, lefts: Sequence[float]) -> list[int] | None:
    """Which of the table's columns each cell stands in; None where one stands in none."""
    columns = []
    for left in line.lefts:
        column = next((i for i, x in enumerate(lefts) if abs(x - left) <= ALIGNED), None)
        if column is None or column in columns:
            return None
        columns.append(column)
    return columns


def _heading_level(line: Line, size: float, titles: Mapping[str, int]) -> int:
    """1 for the outermost; 0 for what is no heading."""
    text = line.text
    if len(text) > HEADING_CHARACTERS:
        return 0
    plain = _plain(text)
    if level := titles.get(plain, 0):
        return level
    # Bookmarks often lack the number that is printed before the title.
    number = _NUMBER.match(text)
    if number and (level := titles.get(_plain(text[number.end() :]), 0)):
        return level
    if line.height < HEADING_SIZE * size or text.rstrip().endswith((".", "。", ",", ";")):
        return 0
    if _NUMBERED.fullmatch(text) and number:
        return 1 + number.group(1).count(".")
    return 1 if line.height > 1.6 * size else 2 if line.height > 1.4 * size else 3


def _plain(title: str) -> str:
    return "".join(title.split()).casefold()
