"""What a reader finds, in order, into one document: its text, sections, blocks and lines.

Readers say what they see; only this module counts offsets. Blocks without a letter or digit
(rules, lone braces) are left out. Headings stand in the text without being blocks, unless
nothing stands under them: then they are all that can be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from assistant.documents.boundaries import is_lead
from assistant.documents.characters import has_words, is_cjk, n_characters
from assistant.documents.joining import Fragment, join_fragments
from assistant.documents.steps import page_begun
from assistant.records import Block, Document, Section, SentenceKind

CODE_LINES = 12  # of one code block at most: about what fits the encoder's 256 tokens
CODE_LINES_MERGED = 5  # groups join up to this: a line between blank ones is rarely a statement
CONTEXT_CHARACTERS = 240  # a longer header would drown the row it explains
CELL_SEPARATOR = " | "


class Row(NamedTuple):
    """The cells of a table row and the source line it begins on."""

    cells: Sequence[str]
    line: int


@dataclass(slots=True)
class _OpenSection:
    path: tuple[str, ...] = ()
    level: int = 0
    heading_start: int = 0
    heading_end: int = 0
    start: int = -1
    """Where the first text under the heading begins; -1 while there is none."""
    end: int = -1
    has_blocks: bool = False


class DocumentBuilder:
    """Collects headings and blocks in reading order; `build` ends it."""

    def __init__(self, path: str, format_name: str, encoding: str) -> None:
        self.title = ""
        """Set by a reader whose format names one apart from its headings."""
        self._path = path
        self._format = format_name
        self._encoding = encoding
        self._warnings: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._lines: list[tuple[int, int]] = []
        self._pages: list[tuple[int, int]] = []
        self._page_labels: list[tuple[int, str]] = []
        self._n_pages = 0
        self._source_characters = 0
        self._blocks: list[Block] = []
        self._sections = [_OpenSection()]
        self._headings: list[tuple[int, str]] = []
        self._lead: tuple[SentenceKind, list[Fragment]] | None = None
        """A block that is only a number or label, kept for the prose that may follow."""

    def warn(self, *warnings: str) -> None:
        """Keeps what the reader of the report should know, once each."""
        self._warnings.extend(w for w in warnings if w not in self._warnings)

    def count_source(self, text: str) -> None:
        """Count what the file holds, whether or not a block comes of it."""
        self._source_characters += n_characters(text)

    def page(self, number: int, label: str = "") -> None:
        """What follows stands on this page, 1-based; `label`: what is printed on it."""
        self._end_lead()
        page_begun(number)
        self._n_pages = max(self._n_pages, number)
        if label and label != str(number):
            self._page_labels.append((number, label))
        self._pages.append((self._length + (1 if self._parts else 0), number))

    def heading(self, level: int, fragments: Iterable[Fragment]) -> None:
        """Opens a section; level 1 is the outermost, skipped levels are fine."""
        text, marks = join_fragments(fragments)
        if not has_words(text):
            return
        self._end_lead()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        path = tuple(heading for _, heading in self._headings)
        start = self._write(text, marks)
        self._sections.append(_OpenSection(path, level, start, self._length))

    def close_headings(self, level: int = 1) -> None:
        """What follows stands outside of the open sections of this level and below it."""
        if not self._headings or self._headings[-1][0] < level:
            return
        self._end_lead()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        path = tuple(heading for _, heading in self._headings)
        outer = self._headings[-1][0] if self._headings else 0
        self._sections.append(_OpenSection(path, outer, self._length, self._length))

    def block(
        self, kind: SentenceKind, fragments: Iterable[Fragment], *, is_whole: bool = False
    ) -> None:
        """A paragraph, list item or caption; its soft wraps are joined.

        Unless it is said to be whole, a lone number or label goes in front of the next block.
        """
        fragments = list(fragments)
        text, marks = join_fragments(fragments)
        if not has_words(text):
            return
        is_prose = kind in ("prose", "list_item") and not is_whole
        if self._lead and is_prose and not is_lead(text):
            (_, lead), self._lead = self._lead, None
            text, marks = join_fragments(_led(lead, fragments))
        self._end_lead()
        if is_prose and is_lead(text):
            self._lead = kind, fragments
        else:
            self._add(kind, text, marks)

    def code(self, text: str, line: int) -> None:
        """Lines as they are, in groups at blank lines; `line` is that of the first."""
        self._end_lead()
        rows = [row.rstrip() for row in text.split("\n")]
        for first, last in _code_groups(rows):
            marks = list(_row_marks(rows[first:last], line + first))
            self._add("code", "\n".join(rows[first:last]), marks)

    def table(self, header: Row | None, rows: Iterable[Row]) -> None:
        """A block for every row. The header is their context; alone, it is a row itself."""
        self._end_lead()
        names = _row_text(header) if header else ""
        texts = [(_row_text(row), row.line) for row in rows]
        if header and names and any(has_words(text) for text, _ in texts):
            self._note_written(self._write(names, [(0, header.line)]))
        elif header:
            texts, names = [(names, header.line)], ""
        for text, line in texts:
            self._add("table_row", text, [(0, line)], names[:CONTEXT_CHARACTERS])

    def build(self) -> Document:
        """The finished document."""
        self._end_lead()
        blocks = [*self._blocks, *self._heading_blocks()]
        return Document(
            path=self._path,
            title=self._chosen_title(),
            format=self._format,
            encoding=self._encoding,
            text="".join(self._parts),
            sections=tuple(_closed(section) for section in self._sections),
            blocks=tuple(sorted(blocks, key=lambda block: block.start)),
            line_marks=tuple(self._lines),
            page_marks=tuple(self._pages),
            page_labels=tuple(self._page_labels),
            pages=self._n_pages,
            source_characters=self._source_characters,
            warnings=tuple(self._warnings),
        )

    def _end_lead(self) -> None:
        """The number or label that was kept becomes a block of its own."""
        if self._lead:
            (kind, fragments), self._lead = self._lead, None
            self._add(kind, *join_fragments(fragments))

    def _add(
        self, kind: SentenceKind, text: str, marks: list[tuple[int, int]], context: str = ""
    ) -> None:
        if not has_words(text):
            return
        start = self._write(text, marks)
        self._note_written(start)
        self._sections[-1].has_blocks = True
        section = len(self._sections) - 1
        self._blocks.append(Block(kind, start, self._length, section, context))

    def _note_written(self, start: int) -> None:
        section = self._sections[-1]
        section.start = start if section.start < 0 else section.start
        section.end = self._length

    def _write(self, text: str, marks: Iterable[tuple[int, int]]) -> int:
        if self._parts:
            self._parts.append("\n")
            self._length += 1
        start = self._length
        for offset, line in marks:
            if not self._lines or self._lines[-1][1] != line:
                self._lines.append((start + offset, line))
        self._parts.append(text)
        self._length += len(text)
        return start

    def _heading_blocks(self) -> Iterator[Block]:
        """Blocks for the headings under which, at any depth, nothing else stands."""
        # The deepest level that a section before this point may have to reach, going down
        # only, some text: `min` on the way back, since a shallower heading ends the reach.
        reach = 0
        for i in range(len(self._sections) - 1, 0, -1):
            section = self._sections[i]
            is_filled = section.has_blocks
            has_heading = section.heading_end > section.heading_start
            if not is_filled and has_heading and section.level >= reach:
                section.start, section.end = section.heading_start, section.heading_end
                yield Block("heading", section.start, section.end, i)
            reach = max(section.level if is_filled else 0, min(section.level, reach))

    def _chosen_title(self) -> str:
        if self.title.strip():
            return " ".join(self.title.split())
        headed = [section for section in self._sections if section.path]
        if not headed:
            return PurePosixPath(self._path).stem
        return min(headed, key=lambda section: section.level).path[-1]


def _led(lead: list[Fragment], fragments: list[Fragment]) -> list[Fragment]:
    """Both, with a space between them unless the lead ends in a full-width mark."""
    *before, last = lead
    first, *others = fragments
    end = last.text.rstrip()
    space = "" if end and is_cjk(end[-1]) else " "
    first = first._replace(text=first.text.lstrip(" "))
    return [*before, last._replace(text=end + space), first, *others]


def _closed(section: _OpenSection) -> Section:
    if section.start < 0:
        return Section(section.path, section.heading_end, section.heading_end)
    return Section(section.path, section.start, section.end)


def _row_text(row: Row) -> str:
    cells = [join_fragments((Fragment(cell, row.line),)).text for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    first = next((i for i, cell in enumerate(cells) if cell), 0)
    return CELL_SEPARATOR.join(cells[first:])


def _row_marks(rows: Sequence[str], line: int) -> Iterator[tuple[int, int]]:
    offset = 0
    for i, row in enumerate(rows):
        yield offset, line + i
        offset += len(row) + 1


def _code_groups(rows: Sequence[str]) -> list[tuple[int, int]]:
    """Half-open row ranges of at most CODE_LINES, split at blank rows where there are any."""
    groups: list[tuple[int, int]] = []
    for first, last in _between_blanks(rows):
        if groups and last - groups[-1][0] <= CODE_LINES_MERGED:
            groups[-1] = (groups[-1][0], last)
            continue
        n_parts = -(-(last - first) // CODE_LINES)
        cuts = [first + i * (last - first) // n_parts for i in range(n_parts + 1)]
        groups.extend(pairwise(cuts))
    return groups


def _between_blanks(rows: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = -1
    for i, row in enumerate(rows):
        if row and first < 0:
            first = i
        elif not row and first >= 0:
            yield first, i
            first = -1
    if first >= 0:
        yield first, len(rows)
