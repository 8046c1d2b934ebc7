"""Documents into sentences: prose at its sentence ends, everything else a block at a time.

The law: `document.text[s.start:s.end] == s.text`; sentences are in order, do not overlap, do
not begin or end with white space, and share out every other character of every block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from assistant.documents.boundaries import sentence_starts
from assistant.documents.characters import has_words
from assistant.records import Block, Document, Sentence

SEGMENTATION_VERSION = 2  # part of an index's identity: raise it when boundaries move

MAX_CHARACTERS = 1_000  # several times what the encoder reads; longer is a table or a dump
_CLAUSE_ENDS = ("\n", "; ", "；", "。", ". ", "，", ", ", " | ", " ")

Span = tuple[int, int]


def split_sentences(document: Document) -> tuple[Sentence, ...]:
    """All sentences in text order."""
    line_offsets = [offset for offset, _ in document.line_marks]
    page_offsets = [offset for offset, _ in document.page_marks]
    return tuple(
        Sentence(
            start=start,
            end=end,
            text=document.text[start:end],
            kind=block.kind,
            section=block.section,
            line=_mark(document.line_marks, line_offsets, start) or 1,
            page=_mark(document.page_marks, page_offsets, start),
            context=block.context,
        )
        for block in document.blocks
        for start, end in _spans(document, block)
    )


def _mark(marks: tuple[tuple[int, int], ...], offsets: list[int], at: int) -> int | None:
    i = bisect_right(offsets, at)
    return marks[max(0, i - 1)][1] if marks else None


def _spans(document: Document, block: Block) -> Iterator[Span]:
    text = document.text[block.start : block.end]
    is_prose = block.kind in ("prose", "list_item")
    starts = sentence_starts(text) if is_prose else [0]
    pieces = (
        piece
        for first, last in zip(starts, [*starts[1:], len(text)], strict=True)
        for piece in _capped(text, first, last)
    )
    for start, end in _worded(text, pieces):
        yield block.start + start, block.start + end


def _capped(text: str, start: int, end: int) -> Iterator[Span]:
    """The piece without white space around it, in parts of at most MAX_CHARACTERS."""
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= MAX_CHARACTERS:
            break
        cut = _clause_end(text, start, start + MAX_CHARACTERS)
        stop = cut
        while text[stop - 1].isspace():
            stop -= 1
        yield start, stop
        start = cut
    if start < end:
        yield start, end


def _clause_end(text: str, start: int, end: int) -> int:
    """The offset after the last of the best clause ends in the latter half of the range."""
    for mark in _CLAUSE_ENDS:
        found = text.rfind(mark, (start + end) // 2, end)
        if found >= 0:
            return found + len(mark)
    return end


def _worded(text: str, pieces: Iterator[Span]) -> Iterator[Span]:
    """Joins pieces without a letter or digit to the piece before, or else to the one after."""
    held: Span | None = None
    for start, end in pieces:
        if held is None:
            held = start, end
            continue
        is_odd = not has_words(text[start:end]) or not has_words(text[held[0] : held[1]])
        if is_odd and end - held[0] <= 2 * MAX_CHARACTERS:
            held = held[0], end
            continue
        yield held
        held = start, end
    if held is not None:
        yield held
