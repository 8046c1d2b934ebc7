"""Table cells with their spans into rows: a cell that spans rows stands in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.documents.building import Row

MAX_SPAN = 1_000  # as in HTML; larger numbers are mistakes or attacks


class Cell(NamedTuple):
    text: str
    n_rows: int = 1
    n_columns: int = 1


class TableRows:
    """Collects the rows of one table, top down."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._hanging: dict[int, Cell] = {}
        """By column, the cells that reach into the next row; `n_rows` are those left."""

    def add(self, cells: Sequence[Cell], line: int) -> None:
        """Appends a row that begins on this line."""
        texts: list[str] = []
        hanging, self._hanging = self._hanging, {}
        column = 0
        pending = list(reversed(cells))
        while pending or column in hanging:
            cell = hanging.get(column) or pending.pop()
            texts.append(cell.text)
            n_rows = min(cell.n_rows, MAX_SPAN)
            if n_rows > 1:
                self._hanging[column] = cell._replace(n_rows=n_rows - 1)
            column += max(1, min(cell.n_columns, MAX_SPAN))
        self.rows.append(Row(texts, line))
