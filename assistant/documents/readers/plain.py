"""Plain text into a document: headings, lists, tables and code, as far as layout shows them.

Wrong structure costs more than none: what shows no clear sign is a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from assistant.documents.boundaries import is_label
from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.joining import Fragment, definition_colon
from assistant.documents.readers import plain_lines as layout
from assistant.documents.readers.plain_lines import Line
from assistant.documents.readers.plain_tables import Table, table_in
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document, SentenceKind

TERM_COLUMNS = 50
OPEN_CODE_LINES = 100  # so far, an open brace makes everything after it code


def read(path: str, data: bytes) -> Document:
    """The document; of a log, every line is a block.

    Raises: UnreadableFile for binary data.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, "plain", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    lines = _lines(sanitise_source(decoded.text))
    if PurePosixPath(path).suffix.lower() == ".log":
        for line in lines:
            builder.block("prose", [Fragment(*line)], is_whole=True)
    else:
        _Walk(builder).run(_paragraphs(lines))
    return builder.build()


def _lines(source: str) -> Iterator[Line]:
    for i, text in enumerate(source.split("\n")):
        yield Line(layout.expanded(text).rstrip(), i + 1)


def _paragraphs(lines: Iterator[Line]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = [[]]
    for line in lines:
        if line.text:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


class _Walk:
    """Takes paragraphs in order and remembers what the next one is read against."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._margin = 0
        """Indentation of the last paragraph that was not code."""
        self._is_announced = False
        """Whether that paragraph ended with a colon."""
        self._code: list[Line] = []
        self._underlines: list[str] = []
        """The marks of underlined headings: the first one seen is the outermost level."""

    def run(self, paragraphs: Sequence[list[Line]]) -> None:
        for i, paragraph in enumerate(paragraphs):
            following = paragraphs[i + 1] if i + 1 < len(paragraphs) else []
            self._paragraph(paragraph, following)
        self._flush_code()

    def _paragraph(self, lines: list[Line], following: list[Line]) -> None:
        start = 0
        while n_taken := self._underlined(lines, start):
            start += n_taken
        rest = lines[start:]
        if table := table_in(rest):  # its rules belong to it
            self._piece(rest, table, following)
            return
        while start < len(lines):
            if n_taken := self._underlined(lines, start):
                start += n_taken
                continue
            end = next(
                (i for i in range(start, len(lines)) if layout.is_rule(lines[i])), len(lines)
            )
            piece = lines[start:end]
            self._piece(piece, table_in(piece), following if end == len(lines) else [])
            start = end + 1

    def _underlined(self, lines: Sequence[Line], start: int) -> int:
        """How many lines from here are a heading with its rules."""
        is_overlined = start + 2 < len(lines) and layout.is_rule(lines[start])
        n_taken = 3 if is_overlined else 2
        title, rule = start + n_taken - 2, start + n_taken - 1
        if rule >= len(lines) or not layout.underlines(lines[rule], lines[title]):
            return 0
        self._flush_code()
        mark = lines[rule].text.strip()[0] * (n_taken - 1)
        if mark not in self._underlines:
            self._underlines.append(mark)
        self._builder.heading(1 + self._underlines.index(mark), [Fragment(*lines[title])])
        self._margin, self._is_announced = 0, False
        return n_taken

    def _piece(self, lines: list[Line], table: Table | None, following: list[Line]) -> None:
        """Lines that no blank line or rule divides, unless they are a table."""
        if not lines:
            return
        is_drawing = table is None and layout.is_drawing(lines)
        if is_drawing or self._is_code(lines, is_table=table is not None):
            self._code += lines
            return
        self._flush_code()
        if table is not None:
            self._builder.table(*table)
        else:
            self._prose_like(lines, following)
        self._margin = min(line.indent for line in lines)
        self._is_announced = lines[-1].text.endswith((":", "："))

    def _is_code(self, lines: Sequence[Line], is_table: bool) -> bool:
        if len(self._code) < OPEN_CODE_LINES:
            braces = "".join(line.text for line in self._code)
            if braces.count("{") > braces.count("}"):
                return True
        if layout.is_clearly_code(lines):
            return True
        if is_table or layout.bullet_end(lines[0]):
            return False
        return layout.is_code(lines, self._margin, self._is_announced)

    def _prose_like(self, lines: list[Line], following: list[Line]) -> None:
        level = layout.numbered_level(lines[0]) if len(lines) == 1 and following else 0
        # A run of such lines is a list whose items are short.
        is_list = level > 0 and len(following) == 1 and layout.numbered_level(following[0]) == level
        if level and not is_list:
            self._builder.heading(level + len(self._underlines), [Fragment(*lines[0])])
        else:
            self._runs(lines)

    def _runs(self, lines: list[Line]) -> None:
        """List items, entries and prose within one paragraph."""
        if layout.is_entry_list(lines):
            self._entries(lines)
            return
        if layout.is_name_list(lines):
            for line in lines:
                self._builder.block("list_item", [Fragment(*line)])
            return
        for run in _split(lines, _item_starts(lines)):
            self._run(run)

    def _run(self, lines: list[Line]) -> None:
        """One list item, or prose; what a colon in it announces is apart from it."""
        bullet = layout.bullet_end(lines[0])
        kind: SentenceKind = "list_item" if bullet or layout.item_number(lines[0]) else "prose"
        lead = next((i + 1 for i in range(len(lines)) if _announces(lines, i)), len(lines))
        if len(lines) > 2 and layout.is_entry_list(lines[1:]):
            lead = 1
        head, tail = lines[:lead], lines[lead:]
        if kind == "prose" and _is_term(lines):
            term = head[0].text
            head[0] = Line(term + definition_colon(term), head[0].number)
        head[0] = Line(head[0].text[bullet:], head[0].number)
        self._builder.block(kind, map(_fragment, head))
        if not tail:
            return
        if layout.is_code(tail, lines[0].indent, is_announced=True):
            self._code += tail
            self._flush_code()
        elif layout.is_entry_list(tail):
            self._entries(tail)
        else:
            self._builder.block(kind, map(_fragment, tail))

    def _entries(self, lines: list[Line]) -> None:
        margin = lines[0].indent
        for run in _split(lines, [layout.begins_entry(line, margin) for line in lines]):
            self._builder.block("prose", map(_fragment, run))

    def _flush_code(self) -> None:
        lines, self._code = self._code, []
        if not lines:
            return
        margin = min(line.indent for line in lines)
        texts = [""] * (lines[-1].number - lines[0].number + 1)
        for line in lines:
            texts[line.number - lines[0].number] = line.text[margin:]
        self._builder.code("\n".join(texts), lines[0].number)


def _fragment(line: Line) -> Fragment:
    return Fragment(f"{line.text}\n", line.number)


def _split(lines: list[Line], starts: Sequence[bool]) -> Iterator[list[Line]]:
    """The lines in runs that begin where a start is."""
    run: list[Line] = []
    for line, is_start in zip(lines, starts, strict=True):
        # A rule ends what stands above it and says nothing itself.
        if (is_start or layout.is_rule(line)) and run:
            yield run
            run = []
        if not layout.is_rule(line):
            run.append(line)
    if run:
        yield run


def _item_starts(lines: Sequence[Line]) -> list[bool]:
    """A number begins an item at the beginning, after a colon, or when it counts on.

    A line that is only a label begins what it names.
    """
    starts: list[bool] = []
    last = -1
    for i, line in enumerate(lines):
        number = layout.item_number(line)
        is_free = i == 0 or lines[i - 1].text.endswith((":", "：")) or last >= 0 == number - 1
        is_counted = number > 0 and (is_free or number == last + 1)
        last = number if is_counted else last
        starts.append(layout.bullet_end(line) > 0 or is_counted or is_label(line.text.strip()))
    return starts


def _announces(lines: Sequence[Line], i: int) -> bool:
    """Whether this line ends with a colon and all after it are set off from it."""
    if i + 1 == len(lines) or not lines[i].text.endswith((":", "：")):
        return False
    return lines[i + 1].indent > lines[i].indent


def _is_term(lines: Sequence[Line]) -> bool:
    """Whether a short line names what the indented ones under it say."""
    first = lines[0].text.strip()
    is_named = first[-1].isalnum() or (first[0].isalnum() and first[-1] in ")）")
    is_short = len(lines) > 1 and is_named and layout.width_of(first) <= TERM_COLUMNS
    return is_short and all(line.indent > lines[0].indent + 1 for line in lines[1:])
