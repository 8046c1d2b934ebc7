"""Jupyter notebooks into a document: Markdown cells as Markdown, code cells as code."""

from __future__ import annotations

import json
from typing import Any

from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.readers.markdown import add_markdown
from assistant.documents.sanitising import sanitise_source
from assistant.errors import UnreadableFile
from assistant.records import Document

OUTPUT_LINES = 20
"""Of what a cell printed; more is data."""


def read(path: str, data: bytes) -> Document:
    """The document; a page is a cell, a line one within it.

    Raises: UnreadableFile for what is no notebook.
    """
    decoded = decode(data)
    try:
        cells = json.loads(decoded.text)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFile("it is no notebook", "save it anew as .ipynb version 4") from error
    builder = DocumentBuilder(path, "notebook", decoded.encoding)
    for number, cell in enumerate(cells if isinstance(cells, list) else (), start=1):
        if isinstance(cell, dict):
            builder.page(number)
            _add_cell(builder, cell)
    return builder.build()


def _add_cell(builder: DocumentBuilder, cell: dict[str, Any]) -> None:
    source = _text(cell.get("source"))
    builder.count_source(source)
    if cell.get("cell_type") == "markdown":
        add_markdown(builder, source)
        return
    builder.code(source, 1)
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        text = _text(output.get("text")) if isinstance(output, dict) else ""
        builder.count_source(text)
        builder.code("\n".join(text.split("\n")[:OUTPUT_LINES]), 1)


def _text(source: object) -> str:
    """Notebooks hold text as one string or as a list of lines."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return sanitise_source(source) if isinstance(source, str) else ""
