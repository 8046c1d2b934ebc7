"""Cells and sentences into aligned lines; a CJK character takes two columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from assistant.documents.sanitising import sanitise
from assistant.records import Place

GAP = 2
Cell = str | Text


def one_line(text: str) -> str:
    """The text on one line: sentences and file names may hold line breaks."""
    return " ".join(sanitise(text).split())


def fitted(text: str, width: int | None) -> str:
    """On one line, cut with an ellipsis where it is wider than the width; None never cuts."""
    text = one_line(text)
    if width is None or cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def place_label(place: Place) -> str:
    """document:line, or with the page where the document has pages."""
    return one_line(f"{place.document}:{place.where}")


def heading_label(heading: Sequence[str]) -> str:
    return " › ".join(one_line(part) for part in heading)


def indented(text: Text, indent: int, width: int | None) -> Iterator[Text]:
    """The text's lines, wrapped to the width and moved to the right."""
    for line in text.split("\n", allow_blank=True):
        wrapped = [line] if width is None else _wrapped(line, width - indent)
        for part in wrapped:
            part.rstrip()
            yield Text(" " * indent).append_text(part)


def _wrapped(line: Text, width: int) -> list[Text]:
    # A console of its own: wrapping asks it for nothing but its tab size.
    return list(line.wrap(Console(width=width), width)) or [line]


def table(header: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Iterator[Text]:
    """The first column to the left, the others to the right; no line ends in blanks."""
    cells = [[_text(cell) for cell in row] for row in [header, *rows]]
    widths = [max(row[i].cell_len for row in cells) for i in range(len(header))]
    for number, row in enumerate(cells):
        line = Text(style="dim" if number == 0 else "")
        for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
            padding = " " * (width - cell.cell_len)
            if i == 0:
                line.append_text(cell).append(padding)
            else:
                line.append(" " * GAP + padding).append_text(cell)
        line.rstrip()
        yield line


def _text(cell: Cell) -> Text:
    return cell.copy() if isinstance(cell, Text) else Text(cell)
