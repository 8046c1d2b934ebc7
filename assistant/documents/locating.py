"""Offsets into source lines and pages; texts into the line of the source that they stand on."""

from __future__ import annotations

import re
from bisect import bisect_right

from assistant.documents.joining import Fragment
from assistant.records import Document

# A run that stands in the source as it stands in the text: no escapes, entities or wraps.
_PLAIN_RUN = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff]+(?:[ .,:-][A-Za-z0-9_\u4e00-\u9fff]+){0,4}")


NEAR = 4_000  # characters: past the markup between two texts
FAR = 200_000  # past a part that a reader left out, such as a navigation bar


def line_at(document: Document, offset: int) -> int:
    """The 1-based line of the file on which this character of the text stands."""
    return _mark_at(document.line_marks, offset) or 1


def page_at(document: Document, offset: int) -> int | None:
    """The 1-based page; None for formats without pages."""
    return _mark_at(document.page_marks, offset)


def _mark_at(marks: tuple[tuple[int, int], ...], offset: int) -> int | None:
    i = bisect_right(marks, offset, key=lambda mark: mark[0])
    if i == 0:
        return marks[0][1] if marks else None
    return marks[i - 1][1]


class SourceCursor:
    """Finds texts in their source one after another; each search begins where the last ended.

    A text that is not found leaves the cursor where it is: a line slightly too small is
    better than one that ran away.
    """

    def __init__(self, source: str, line: int = 1) -> None:
        self._source = source
        self._position = 0
        self._line = line
        # Misses scan on: without an end to them a hostile file would take hours.
        self._budget = 20 * len(source) + 1_000_000

    def fragment(self, text: str) -> Fragment:
        """The text with the line on which it begins; white space around it need not match."""
        inner = text.strip()
        if not inner:
            return Fragment(text, self._line)
        line = self._line_of(inner)
        return Fragment(text, line - text[: text.index(inner[0])].count("\n"))

    def _line_of(self, text: str) -> int:
        run = _PLAIN_RUN.search(text)
        candidates = [text] if run is None else [text, run.group()]
        for reach in (NEAR, FAR):
            for candidate in candidates:
                # A short text far away is likely another one.
                is_trusted = reach == NEAR or len(candidate) >= 10
                if is_trusted and self._find(candidate, reach):
                    return self._passed(candidate)
        return self._line

    def _find(self, text: str, reach: int) -> bool:
        if self._budget < 0:
            return False
        found = self._source.find(text, self._position, self._position + len(text) + reach)
        if found < 0:
            self._budget -= min(reach, len(self._source) - self._position)
            return False
        self._line += self._source.count("\n", self._position, found)
        self._position = found
        return True

    def _passed(self, text: str) -> int:
        begins = self._line
        self._position += len(text)
        self._line += text.count("\n")
        return begins
