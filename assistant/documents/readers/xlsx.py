"""Excel workbooks into a document: a section per sheet, a sentence per row."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.documents.archives import opened_archive
from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment
from assistant.documents.readers.csv import add_rows
from assistant.documents.readers.office import check_office
from assistant.documents.sanitising import sanitise
from assistant.records import Document

MAX_EMPTY_ROWS = 10_000
"""In a row; a sheet that says it has a million rows mostly has a hundred."""
MAX_COLUMNS = 500


def read(path: str, data: bytes) -> Document:
    """The document; a line is the row's number in its sheet.

    Raises: UnreadableFile for what is no workbook, encrypted, or a bomb.
    """
    check_office(data)
    opened_archive(data).close()
    from openpyxl import load_workbook

    builder = DocumentBuilder(path, "xlsx", "")
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for number, sheet in enumerate(book.worksheets, start=1):
            builder.page(number, sanitise(sheet.title))
            builder.heading(1, [Fragment(sanitise(sheet.title), 1)])
            rows = list(_rows(sheet))
            for row in rows:
                builder.count_source("".join(row.cells))
            add_rows(builder, rows)
    finally:
        book.close()
    return builder.build()


def _rows(sheet: Any) -> Iterator[Row]:
    n_empty = 0
    # The dimensions that the file states may be a lie; without them rows end where cells do.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = [_text(cell) for cell in cells[:MAX_COLUMNS]]
        while texts and not texts[-1]:
            texts.pop()
        n_empty = 0 if texts else n_empty + 1
        if n_empty > MAX_EMPTY_ROWS:
            return
        if texts:
            yield Row(texts, number)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return " ".join(sanitise(str(value)).split())
