"""PDF into a document, page by page: reading order, headings, tables, no running headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistant.documents.building import DocumentBuilder
from assistant.documents.characters import has_words
from assistant.documents.readers.pdf_flow import PdfFlow
from assistant.documents.readers.pdf_layout import Run, lines_of
from assistant.documents.readers.pdf_margins import PageLines, without_margins
from assistant.documents.sanitising import sanitise
from assistant.errors import UnreadableFile
from assistant.records import Document

MAX_RUNS = 20_000
"""Of one page; drawings made of single letters have more, and no words."""
NAMED_PAGES = 5
"""Pages without text that are named one by one."""

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_SPACES = re.compile(r"\s+")
_HYPHEN_MARKS = re.compile("[\ufffe\x02\xad](?=\\s*$)")
"""What pdfium gives for a hyphen that only divides a word."""


def read(path: str, data: bytes) -> Document:
    """The document; a line is the ordinal of the line on its page.

    Raises: UnreadableFile for encrypted, damaged and scanned files.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unopened(error) from error
    builder = DocumentBuilder(path, "pdf", "")
    try:
        title = sanitise(pdf.get_metadata_value("Title") or "").strip()
        builder.title = " ".join(title.split()) if has_words(title) else ""
        flow = PdfFlow(builder, _outline(pdf))
        empty: list[int] = []
        for page in without_margins(_pages(pdf, builder, empty)):
            flow.add(page)
        flow.end()
        _warn_of_empty(builder, empty, len(pdf))
    finally:
        pdf.close()
    return builder.build()


def _unopened(error: Exception) -> UnreadableFile:
    if "password" in str(error).lower():
        return UnreadableFile("it is encrypted", "save a copy without its password")
    return UnreadableFile(f"the PDF is damaged: {error}", "open and save it anew, or copy it again")


def _outline(pdf: Any) -> dict[int, list[tuple[int, str]]]:
    """Page number -> (level, title) of the bookmarks that lead there."""
    found: dict[int, list[tuple[int, str]]] = {}
    for bookmark in pdf.get_toc(max_depth=12):
        target = bookmark.get_dest()
        index = target.get_index() if target is not None else None
        if index is not None:
            title = " ".join(sanitise(bookmark.get_title()).split())
            found.setdefault(index + 1, []).append((bookmark.level + 1, title))
    return found


def _pages(pdf: Any, builder: DocumentBuilder, empty: list[int]) -> Iterator[PageLines]:
    """One after the other, each closed before the next: memory holds one at a time."""
    import pypdfium2

    for i in range(len(pdf)):
        try:
            page = pdf[i]
        except pypdfium2.PdfiumError:
            builder.warn(f"page {i + 1} is damaged and was left out")
            continue
        try:
            runs = _runs(page)
            height = page.get_height()
        finally:
            page.close()
        for run in runs:
            builder.count_source(run.text)
        if not any(has_words(run.text) for run in runs):
            empty.append(i + 1)
        yield PageLines(i + 1, sanitise(pdf.get_page_label(i) or ""), height, lines_of(runs))


def _runs(page: Any) -> list[Run]:
    text_page = page.get_textpage()
    try:
        runs = []
        for i in range(min(text_page.count_rects(), MAX_RUNS)):
            box = text_page.get_rect(i)
            text = text_page.get_text_bounded(*box)
            if text.strip():
                runs.append(Run(_cleaned(text), *box))
        return runs
    finally:
        text_page.close()


def _cleaned(text: str) -> str:
    """White space at either end is kept, as one space: it says where words end."""
    text = _HYPHEN_MARKS.sub("-", text).replace("\ufffe", "-")
    return _SPACES.sub(" ", sanitise(text).translate(_LIGATURES))


def _warn_of_empty(builder: DocumentBuilder, empty: list[int], n_pages: int) -> None:
    """Raises: UnreadableFile where no page has text."""
    if len(empty) == n_pages:
        raise UnreadableFile(
            f"none of its {n_pages:,} pages has text: scanned?", "run OCR on it first"
        )
    for number in empty[:NAMED_PAGES]:
        builder.warn(f"page {number} has no text: scanned?")
    if len(empty) > NAMED_PAGES:
        builder.warn(f"{len(empty) - NAMED_PAGES:,} more pages have no text")
