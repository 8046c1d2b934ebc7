"""Word files into a document: headings by their styles, lists, tables, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment
from assistant.documents.readers.office import check_office
from assistant.documents.sanitising import sanitise
from assistant.records import Document

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read(path: str, data: bytes) -> Document:
    """The document; the format knows no pages and lines, so a line is the ordinal of the block.

    Raises: UnreadableFile for what is no Word file, encrypted, or a bomb.
    """
    check_office(data)
    import docx

    word = docx.Document(BytesIO(data))
    builder = DocumentBuilder(path, "docx", "")
    title = sanitise(word.core_properties.title or "")
    builder.title = " ".join(title.split())
    for number, block in enumerate(word.iter_inner_content(), start=1):
        if hasattr(block, "rows"):
            _add_table(builder, block, number)
        else:
            _add_paragraph(builder, block, number)
    return builder.build()


def _add_paragraph(builder: DocumentBuilder, paragraph: Any, number: int) -> None:
    text = sanitise(paragraph.text)
    builder.count_source(text)
    style = paragraph.style.name if paragraph.style is not None else ""
    level = _level(paragraph, style or "")
    fragments = [Fragment(text, number)]
    if level:
        builder.heading(level, fragments)
    elif (style or "").lower().startswith("caption"):
        builder.block("caption", fragments)
    else:
        is_item = "list" in (style or "").lower() or _is_numbered(paragraph)
        builder.block("list_item" if is_item else "prose", fragments)


def _level(paragraph: Any, style: str) -> int:
    """1 for the outermost heading; 0 for what is none."""
    if style == "Title":
        return 1
    match = _HEADING.match(style)
    if match:
        return int(match.group(1)) or 1
    outline = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    return int(outline[0]) + 1 if outline and outline[0].isdigit() and outline[0] < "9" else 0


def _is_numbered(paragraph: Any) -> bool:
    return bool(paragraph._p.xpath("./w:pPr/w:numPr"))


def _add_table(builder: DocumentBuilder, table: Any, number: int) -> None:
    rows = [Row(list(_cells(row)), number) for row in table.rows]
    for row in rows:
        builder.count_source("".join(row.cells))
    if rows:
        builder.table(rows[0] if len(rows) > 1 else None, rows[1:] if len(rows) > 1 else rows)


def _cells(row: Any) -> Iterator[str]:
    """A merged cell once."""
    last = None
    for cell in row.cells:
        if cell._tc is not last:
            yield " ".join(sanitise(cell.text).split())
        last = cell._tc
