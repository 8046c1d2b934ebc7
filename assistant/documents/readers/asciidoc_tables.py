"""AsciiDoc tables: cells with their specifications, over lines and columns, into rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.documents.building import Row
from assistant.documents.readers.plain_lines import Line
from assistant.documents.tables import Cell, TableRows

MAX_COLUMNS = 200
MAX_ROW_SPAN = 100
REPEATED_CHARACTERS = 200_000  # that a table may gain from cells that repeat or span

_SPECIFICATION = (
    r"(?:(?<!\S)(?:(?P<times>\d{1,4})\*|(?P<columns>\d{0,4})(?:\.(?P<rows>\d{1,4}))?\+)?"
    r"(?:[<^>]?(?:\.[<^>])?)[adehlmsv]?)?"
)
_COLUMNS = re.compile(r"""\bcols\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]]*))""")
_REPEATED = re.compile(r"(\d{1,4})\*")
_HEADER = re.compile(r"%[\w%]{0,40}header|\b(?:options|opts)\s*=[^\]]{0,80}?\bheader\b")
_NO_HEADER = re.compile(r"%[\w%]{0,40}noheader|\b(?:options|opts)\s*=[^\]]{0,80}?\bnoheader\b")
_SEPARATOR = re.compile(r"""\bseparator\s*=\s*["']?(.)""")
_FORMAT = re.compile(r"""\bformat\s*=\s*["']?(csv|dsv|tsv)""")
_BLOCK_MARKUP = re.compile(r"\s*(?:\[[\w.#%][^\]]*\]|[-=.*_]{4,}|!={3,}|```\w*|\+|--)\s*")
_ITEM_MARK = re.compile(r"\s*(?:\*{1,5}|\.{1,5}|-|\d{1,3}\.)\s+(?=\S)")

Plain = Callable[[str], str]


class Table(NamedTuple):
    header: Row | None
    rows: list[Row]


class _RawCell(NamedTuple):
    cell: Cell
    n_times: int
    line: int


def read_table(lines: Sequence[Line], options: str, mark: str, plain: Plain) -> Table:
    """The table between two delimiters; `mark` is what its delimiter begins with."""
    separator = _SEPARATOR.search(options)
    is_header = _HEADER.search(options) is not None or _begins_with_header(lines)
    is_header = is_header and _NO_HEADER.search(options) is None
    kind = _FORMAT.search(options)
    if mark in ",:" or kind:
        default = {"csv": ",", "tsv": "\t", "dsv": ":"}[kind.group(1)] if kind else mark
        rows = _separated(lines, separator.group(1) if separator else default, plain)
    else:
        cells = _cells(lines, separator.group(1) if separator else mark)
        n_columns = _n_columns(options) or _first_line_columns(cells)
        rows = _rows(cells, n_columns, plain)
    if is_header and len(rows) > 1:
        return Table(rows[0], rows[1:])
    return Table(None, rows)


def _begins_with_header(lines: Sequence[Line]) -> bool:
    return len(lines) > 2 and bool(lines[0].text.strip()) and not lines[1].text.strip()


def _n_columns(options: str) -> int:
    match = _COLUMNS.search(options)
    if match is None:
        return 0
    text = next(group for group in match.groups() if group is not None)
    total = 0
    for part in re.split("[,;]", text.strip()):
        repeated = _REPEATED.match(part.strip())
        total += int(repeated.group(1)) if repeated else 1
    return min(total, MAX_COLUMNS)


def _separated(lines: Sequence[Line], separator: str, plain: Plain) -> list[Row]:
    texts = [line.text for line in lines]
    try:
        parsed = csv.reader(texts, delimiter=separator, skipinitialspace=True)
        found = [(parsed.line_num, fields) for fields in parsed]
    except (csv.Error, TypeError, ValueError):
        found = [(i + 1, text.split(separator)) for i, text in enumerate(texts)]
    rows, first = [], 0
    for last, fields in found:
        if fields:
            rows.append(Row([plain(field) for field in fields], lines[first].number))
        first = min(last, len(lines) - 1)
    return rows


def _cells(lines: Sequence[Line], separator: str) -> list[_RawCell]:
    pattern = re.compile(rf"{_SPECIFICATION}(?<!\\){re.escape(separator)}")
    cells: list[_RawCell] = []
    texts: list[list[str]] = []
    for line in lines:
        text, end = line.text, 0
        for match in pattern.finditer(text):
            if texts:
                texts[-1].append(text[end : match.start()])
            texts.append([])
            columns, rows = _number(match["columns"]), _number(match["rows"])
            cell = Cell("", min(rows, MAX_ROW_SPAN), min(columns, MAX_COLUMNS))
            cells.append(_RawCell(cell, _number(match["times"]), line.number))
            end = match.end()
        if texts:
            texts[-1].append(f"{text[end:]}\n")
    return [
        raw._replace(cell=raw.cell._replace(text=_unescaped("".join(parts), separator)))
        for raw, parts in zip(cells, texts, strict=True)
    ]


def _unescaped(text: str, separator: str) -> str:
    lines = (line for line in text.split("\n") if not _BLOCK_MARKUP.fullmatch(line))
    kept = "\n".join(_ITEM_MARK.sub("", line, count=1) for line in lines)
    # Nested tables have exclamation marks for bars.
    kept = re.sub(r"(?:^|(?<=\s))!(?=\S)", " ", kept) if "!===" in text else kept
    return kept.replace(f"\\{separator}", separator)


def _number(text: str | None) -> int:
    return max(1, int(text)) if text else 1


def _first_line_columns(cells: Sequence[_RawCell]) -> int:
    return sum(
        min(raw.n_times, MAX_COLUMNS) * raw.cell.n_columns
        for raw in cells
        if raw.line == cells[0].line
    )


def _rows(cells: Sequence[_RawCell], n_columns: int, plain: Plain) -> list[Row]:
    """Cells fill rows from the left; columns that a cell above reaches into are taken."""
    table = TableRows()
    taken: Counter[int] = Counter()
    row: list[Cell] = []
    width, line, budget = 0, 0, REPEATED_CHARACTERS
    for raw in cells:
        cell = raw.cell._replace(text=plain(raw.cell.text))
        n_times = min(raw.n_times, max(1, n_columns))
        budget -= (n_times * cell.n_rows - 1) * (len(cell.text) + 1)
        if budget < 0:
            n_times, cell = 1, cell._replace(n_rows=1)
        for _ in range(n_times):
            line = line if row else raw.line
            row.append(cell)
            width += cell.n_columns
            for below in range(1, cell.n_rows):
                taken[len(table.rows) + below] += cell.n_columns
            if width + taken[len(table.rows)] >= n_columns:
                taken.pop(len(table.rows), 0)
                table.add(row, line)
                row, width = [], 0
    if row:
        table.add(row, line)
    return table.rows
