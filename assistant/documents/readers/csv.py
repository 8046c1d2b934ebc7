"""CSV and TSV into a document: every row a sentence, the first one its header where it is one."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.decoding import decode
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document

DELIMITERS = ",;\t|"
SAMPLE_LINES = 20

_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-f]+|[\d.,]+%?)", re.IGNORECASE)


def read(path: str, data: bytes) -> Document:
    """The document; a row that goes over several lines stands on its first.

    Raises: UnreadableFile for binary data.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, "csv", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    add_rows(builder, list(_rows(sanitise_source(decoded.text))))
    return builder.build()


def add_rows(builder: DocumentBuilder, rows: list[Row]) -> None:
    """A table whose first row may be the names of its columns."""
    if rows and is_header(rows[0].cells):
        builder.table(rows[0], rows[1:])
    else:
        builder.table(None, rows)


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells are names: short, different, and none of them a number."""
    names = [cell.strip() for cell in cells if cell.strip()]
    is_named = len(names) > 1 and len(set(names)) == len(names)
    return is_named and all(len(n) <= 60 and not _NUMBER.fullmatch(n) for n in names)


def _rows(source: str) -> Iterator[Row]:
    delimiter = _delimiter(source)
    csv.field_size_limit(2**31 - 1)  # the file's own limit is the bound
    reader = csv.reader(StringIO(source, newline=""), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a row that is none; those after it are
            line = reader.line_num + 1
            continue
        if any(cell.strip() for cell in cells):
            yield Row([" ".join(cell.split()) for cell in cells], line)
        line = reader.line_num + 1


def _delimiter(source: str) -> str:
    """The one that divides the first lines into the most columns, as many in each."""
    lines = [line for line in source.split("\n", SAMPLE_LINES)[:SAMPLE_LINES] if line.strip()]

    def consistency(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=consistency) if lines else ","
