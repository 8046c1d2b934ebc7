"""PowerPoint files into a document: a page and a section per slide, with its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment
from assistant.documents.readers.office import check_office
from assistant.documents.sanitising import sanitise
from assistant.records import Document


def read(path: str, data: bytes) -> Document:
    """The document; a page is a slide, a line the ordinal of the paragraph on it.

    Raises: UnreadableFile for what is no presentation, encrypted, or a bomb.
    """
    check_office(data)
    import pptx

    builder = DocumentBuilder(path, "pptx", "")
    for number, slide in enumerate(pptx.Presentation(BytesIO(data)).slides, start=1):
        builder.page(number)
        _add_slide(builder, slide)
    return builder.build()


def _add_slide(builder: DocumentBuilder, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None:
        text = _counted(builder, title.text_frame.text)
        builder.heading(1, [Fragment(text, 1)])
    line = 2
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False):
            rows = [
                Row([" ".join(_counted(builder, c.text).split()) for c in row.cells], line)
                for row in shape.table.rows
            ]
            builder.table(rows[0] if len(rows) > 1 else None, rows[1:] if len(rows) > 1 else rows)
            line += 1
        elif getattr(shape, "has_text_frame", False):
            line = _add_text(builder, shape.text_frame, line, "list_item")
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        _add_text(builder, slide.notes_slide.notes_text_frame, line, "prose")


def _add_text(builder: DocumentBuilder, frame: Any, line: int, kind: Any) -> int:
    for paragraph in frame.paragraphs:
        text = _counted(builder, "".join(run.text for run in paragraph.runs))
        builder.block(kind, [Fragment(text, line)])
        line += 1
    return line


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """All shapes, those of groups too, however deep."""
    pending = list(reversed(list(shapes)))
    while pending:
        shape = pending.pop()
        if hasattr(shape, "shapes"):
            pending.extend(reversed(list(shape.shapes)))
        else:
            yield shape


def _counted(builder: DocumentBuilder, text: str) -> str:
    text = sanitise(text)
    builder.count_source(text)
    return text
