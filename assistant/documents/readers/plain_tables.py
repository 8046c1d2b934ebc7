"""Lines of plain text into the rows of a table, where bars or columns show that they are one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from assistant.documents.building import Row
from assistant.documents.readers.plain_lines import MOST, Line, bullet_end, width_of

MIN_ROWS = 3  # fewer lines share a column by chance
MAX_WIDTH = 400  # longer lines are records, not columns

_RUN = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
_SIGN = re.compile(r"\S {2,}\S|\|")

Table = tuple[Row | None, list[Row]]  # the header, the rows
_Run = tuple[int, int, str]  # first column, column after the last, text


def table_in(lines: Sequence[Line]) -> Table | None:
    """The header, if rules set one off, and the rows; None where the lines are no table."""
    rows = [line for line in lines if not _is_ruler(line)]
    if len(rows) < 2 or not any(_SIGN.search(line.text) for line in rows[:3]):
        return None
    ruler = next((line for line in lines[:3] if _is_ruler(line)), None)
    cells = _barred(rows)
    if cells is None and len(rows) >= MIN_ROWS and not bullet_end(rows[0]):
        cells = _columns(rows, ruler)
    if cells is None:
        return None
    table = [Row(row, line.number) for row, line in zip(cells, rows, strict=True)]
    has_header = any(_is_ruler(line) for line in lines[1:3])
    return (table[0], table[1:]) if has_header else (None, table)


def _columns(lines: Sequence[Line], ruler: Line | None) -> list[list[str]] | None:
    """The cells of lines set in columns; None where most lines have no gap of two blanks.

    Columns begin where the runs of the ruler do, else where most lines begin a run and no
    word of another line stands in the way. Without such places each line has its own cells.
    """
    if any(len(line.text) > MAX_WIDTH for line in lines):
        return None
    runs = [_runs(line.text, _RUN) for line in lines]
    n_split = sum(1 for row in runs if len(row) > 1)
    if ruler is None and n_split < MOST * len(lines):
        return None
    words = [_runs(line.text, _WORD) for line in lines]
    starts = [start for start, _, _ in _runs(ruler.text, _RUN)] if ruler else []
    if len(starts) < 2:
        starts = _shared_starts(runs, words)
    # Fewer starts than most lines have runs: the columns drift, so that each has its own.
    is_drifting = len(starts) < median(map(len, runs))
    if is_drifting and n_split == len(lines):
        return [[text for _, _, text in row] for row in runs]
    return [_cells(row, starts) for row in words] if len(starts) > 1 else None


def _shared_starts(runs: Sequence[Sequence[_Run]], words: Sequence[Sequence[_Run]]) -> list[int]:
    counts = Counter(start for row in runs for start, _, _ in row)
    taken = {column for row in words for start, end, _ in row for column in range(start, end)}
    frequent = [start for start, n in counts.items() if n * 2 > len(runs)]
    return sorted(start for start in frequent if start - 1 not in taken)


def _barred(lines: Sequence[Line]) -> list[list[str]] | None:
    """The cells of lines that all begin with a bar and have as many of them."""
    n_bars = lines[0].text.count("|")
    if n_bars < 2 or any(line.text.count("|") != n_bars for line in lines):
        return None
    texts = [line.text.strip() for line in lines]
    if not all(text.startswith("|") for text in texts):
        return None
    return [text.strip("|").split("|") for text in texts]


def _cells(words: Sequence[_Run], starts: Sequence[int]) -> list[str]:
    cells: list[list[str]] = [[] for _ in starts]
    column = 0
    for start, _, text in words:
        while column + 1 < len(starts) and starts[column + 1] <= start:
            column += 1
        cells[column].append(text)
    return [" ".join(cell) for cell in cells]


def _runs(text: str, pattern: re.Pattern[str]) -> list[_Run]:
    found: list[_Run] = []
    column = position = 0
    for match in pattern.finditer(text):
        column += width_of(text[position : match.start()])
        width = width_of(match.group())
        found.append((column, column + width, match.group()))
        column, position = column + width, match.end()
    return found


def _is_ruler(line: Line) -> bool:
    return not line.text.strip(" -=+|:_")
