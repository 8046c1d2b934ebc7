"""A document as it was indexed, opened at a sentence."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static, TextArea
from textual.widgets.text_area import Selection

from assistant.errors import UsageError
from assistant.records import DocumentText, Place
from assistant.tui.texts import heading_label, one_line, place_label
from assistant.tui.widgets.document_text import DocumentTextArea


class DocumentScreen(Screen[None]):
    BINDING_GROUP_TITLE = "Document"
    HELP = """\
The document's text as it was indexed; the sentence that you opened is selected. Line numbers of
the file stand in the title.

**n** and **p** go to the next and the previous hit of the question in this document. **/** searches
for words: then they go through what was found, until **Esc**. **o** opens the file itself, text in
`$VISUAL` or `$EDITOR` at the line, a PDF or an office file in the system's viewer.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", tooltip="End the search, else back", id="d.close"),
        Binding("n", "go(1)", "Next", tooltip="Next hit, or next place found", id="d.next"),
        Binding("p", "go(-1)", "Previous", tooltip="The one before", id="d.previous"),
        Binding("slash", "search", "Search", tooltip="Words in this document", id="d.search"),
        Binding("o", "open", "Editor", tooltip="The file itself, at this line", id="d.open"),
        Binding("s", "show_sentence", "Sentence", tooltip="Back to the sentence", id="d.hit"),
    ]

    def __init__(
        self,
        document: DocumentText,
        place: Place,
        hits: Sequence[Place] = (),
        source: Callable[[str], Path] | None = None,
    ) -> None:
        """`hits`: of the question, in any document. `source` finds the file itself."""
        super().__init__()
        self._document = document
        self._place = place
        spans = {(h.start, h.end) for h in hits if h.document == document.path}
        self._hits = sorted(spans | {(place.start, place.end)})
        self._found: list[tuple[int, int]] = []
        """What was searched for within; empty where nothing is searched."""
        self._at = self._hits.index((place.start, place.end))
        self._source = source

    def compose(self) -> ComposeResult:
        yield Static(_title(self._document, self._place), id="document-title", markup=False)
        yield DocumentTextArea(self._document.text, id="document-text")
        yield Input(placeholder="words in this document", id="document-search", compact=True)
        yield Static(id="document-standing", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#document-search").display = False
        self.query_one(TextArea).focus()
        self.call_after_refresh(self.action_show_sentence)

    @cached_property
    def _starts(self) -> list[int]:
        return _line_starts(self._document.text)

    @property
    def selected_text(self) -> str:
        return self.query_one(TextArea).selected_text

    def action_leave(self) -> None:
        if self._found or self.query_one("#document-search").display:
            self._end_search()
            self.action_show_sentence()
        else:
            self.dismiss(None)

    def action_show_sentence(self) -> None:
        self._at = self._hits.index((self._place.start, self._place.end))
        self._select(self._hits)

    def _select(self, spans: Sequence[tuple[int, int]]) -> None:
        area = self.query_one(TextArea)
        start, end = spans[self._at]
        area.selection = Selection(_location(self._starts, start), _location(self._starts, end))
        area.scroll_cursor_visible(center=True)
        what = "found" if self._found else "hit"
        several = len(spans) > 1 or bool(self._found)
        standing = f"{what} {self._at + 1:,} of {len(spans):,} in this document" if several else ""
        self._say(standing)

    def _say(self, text: str) -> None:
        standing = self.query_one("#document-standing", Static)
        standing.update(Content(text))
        standing.display = bool(text)

    # ── from place to place ──

    def action_go(self, step: int) -> None:
        spans = self._found or self._hits
        self._at = (self._at + step) % len(spans)
        self._select(spans)

    def action_search(self) -> None:
        search = self.query_one("#document-search", Input)
        search.display = True
        search.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        words = event.value.strip()
        if not words:
            self._end_search()
            return
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
        self._found = [match.span() for match in pattern.finditer(self._document.text)]
        if self._found:
            here = self._place.start
            self._at = bisect_left([start for start, _ in self._found], here) % len(self._found)
            self.query_one(TextArea).focus()
            self._select(self._found)
        else:
            self._say("not in this document: other words, or Esc")

    def _end_search(self) -> None:
        self._found = []
        search = self.query_one("#document-search", Input)
        search.clear()
        search.display = False
        self.query_one(TextArea).focus()

    # ── the file itself ──

    def action_open(self) -> None:
        from assistant.tui.editors import open_outside

        if self._source is None:
            return
        row, _ = self.query_one(TextArea).selection.start
        try:
            file, line = self._source(self._document.path), self._line_of(self._starts[row])
            open_outside(self.app, file, line, self._document.format, os.environ)
        except UsageError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)

    def _line_of(self, offset: int) -> int:
        """Of the file, which may have more lines than its text."""
        marks = self._document.line_marks
        at = bisect_right(marks, offset, key=lambda mark: mark[0]) - 1
        if at < 0:
            return 1
        start, line = marks[at]
        return line + self._document.text.count("\n", start, offset)


def _title(document: DocumentText, place: Place) -> str:
    parts = [place_label(place), heading_label(place.heading)]
    if document.title and document.title not in place.heading:
        parts.insert(1, one_line(document.title))
    return "  ·  ".join(part for part in parts if part)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _location(starts: list[int], offset: int) -> tuple[int, int]:
    row = bisect_right(starts, offset) - 1
    return row, offset - starts[row]
