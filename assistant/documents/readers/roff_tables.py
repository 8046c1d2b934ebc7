"""Tables of manual pages, as the preprocessor tbl takes them, into rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.documents.building import Row
from assistant.documents.readers.roff import RoffLine, arguments

_TAB = re.compile(r"\btab\s*\((.)\)", re.IGNORECASE)
_RULE = re.compile(r"(?:\\?[_=]\s*)+\Z")
_BOLD = re.compile(r"b|f\s*(?:3|\(?B)|c(?!w)", re.IGNORECASE)
_SPANNED = "\\^"

Plain = Callable[[str], str]


def read_table(lines: Sequence[RoffLine], plain: Plain) -> tuple[Row | None, list[Row]]:
    """The header row, if there is one, and the others."""
    rest = list(lines)
    options = rest.pop(0).rest if rest and rest[0].rest.rstrip().endswith(";") else ""
    separator = _TAB.search(options)
    layout: list[str] = []
    while rest:
        line = rest.pop(0).rest
        layout += [part for part in line.split(",") if part.strip()]
        if line.rstrip().endswith("."):
            break
    rows, is_ruled = _rows(rest, separator.group(1) if separator else "\t", plain)
    is_marked = len(layout) > 1 and _is_bold(layout[0]) and not _is_bold(layout[-1])
    if len(rows) > 1 and (is_ruled or is_marked):
        return rows[0], rows[1:]
    return None, rows


def _is_bold(layout: str) -> bool:
    return _BOLD.search(layout) is not None


def _rows(lines: Sequence[RoffLine], separator: str, plain: Plain) -> tuple[list[Row], bool]:
    """The rows, and whether a rule stands under the first of them."""
    rows: list[Row] = []
    is_ruled = False
    for text, number in _entries(lines):
        if _RULE.match(text.strip()):
            is_ruled = is_ruled or len(rows) == 1
            continue
        above = rows[-1].cells if rows else []
        cells = [
            above[i] if cell.strip() == _SPANNED and i < len(above) else plain(cell)
            for i, cell in enumerate(text.split(separator))
        ]
        rows.append(Row(cells, number))
    return rows, is_ruled


def _entries(lines: Sequence[RoffLine]) -> Iterator[tuple[str, int]]:
    """(row, line it begins on), with the text blocks of its cells put into it."""
    parts: list[str] = []
    number = 0
    is_block = is_layout = False
    for line in lines:
        text = " ".join(arguments(line.rest)) if line.macro else line.rest
        if is_layout or line.macro == "T&":
            is_layout = not (is_layout and text.rstrip().endswith("."))
            continue
        if line.macro and (not is_block or line.macro.islower()):
            continue
        number = number if parts else line.number
        if is_block:
            is_block = not text.startswith("T}")
            text = text if is_block else text[2:]
            parts.append(f" {text}" if is_block else text)
        else:
            parts.append(text)
        if text.endswith("T{"):
            parts[-1] = parts[-1][:-2]
            is_block = True
        if not is_block:
            yield "".join(parts), number
            parts = []
    if parts:
        yield "".join(parts), number
