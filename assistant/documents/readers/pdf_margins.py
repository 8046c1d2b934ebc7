"""Running headers and footers: lines at the edge of a page that pages around it have too."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.documents.readers.pdf_layout import Line

EDGE = 0.1
"""Share of the page's height at its top and bottom where such lines stand."""
REACH = 12
"""Pages before and after that are looked at; chapters change the running title."""
REPEATS = 3
"""Pages that must have the line, this one included."""

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(?:#|\d+)(?:\s*(?:of|/)\s*(?:#|\d+))?\W*", re.IGNORECASE)


@dataclass(slots=True)
class PageLines:
    """One page's lines in reading order; those that repeat are taken out by `without_margins`."""

    number: int
    label: str
    height: float
    lines: list[Line]

    def keys(self) -> set[str]:
        return {key for line in self.lines if (key := _key(self, line))}


def without_margins(pages: Iterable[PageLines]) -> Iterator[PageLines]:
    """The pages in order, each once those after it within reach are known."""
    window: deque[tuple[PageLines, set[str]]] = deque()
    position = 0
    for page in pages:
        window.append((page, page.keys()))
        if len(window) - position > REACH:
            yield _cleaned(window, position)
            position += 1
            if position > REACH:
                window.popleft()
                position -= 1
    while position < len(window):
        yield _cleaned(window, position)
        position += 1


def _cleaned(window: deque[tuple[PageLines, set[str]]], position: int) -> PageLines:
    page, _ = window[position]
    page.lines = [line for line in page.lines if not _repeats(page, line, window)]
    return page


def _repeats(page: PageLines, line: Line, window: deque[tuple[PageLines, set[str]]]) -> bool:
    key = _key(page, line)
    if not key:
        return False
    return sum(key in keys for _, keys in window) >= min(REPEATS, max(2, len(window)))


def _key(page: PageLines, line: Line) -> str:
    """What is the same on other pages; empty for lines that are not at an edge."""
    is_top = line.bottom > page.height * (1 - EDGE)
    is_bottom = line.top < page.height * EDGE
    if not (is_top or is_bottom):
        return ""
    text = _NUMBERS.sub("#", line.text)
    if _PAGE_NUMBER.fullmatch(text):
        text = "#"
    return f"{'top' if is_top else 'bottom'} {text}"
