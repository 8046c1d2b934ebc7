"""A document as it was indexed, opened at a sentence."""

from __future__ import annotations

from bisect import bisect_right
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static, TextArea
from textual.widgets.text_area import Selection

from assistant.records import DocumentText, Place
from assistant.tui.texts import heading_label, one_line, place_label
from assistant.tui.widgets.document_text import DocumentTextArea


class DocumentScreen(Screen[None]):
    BINDING_GROUP_TITLE = "Document"
    HELP = """\
The document's text as it was indexed; the sentence that you opened is selected. Line numbers of
the file stand in the title.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", tooltip="Back to where you were", id="document.close"),
        Binding(
            "s", "show_sentence", "Sentence", tooltip="Back to the sentence", id="document.hit"
        ),
    ]

    def __init__(self, document: DocumentText, place: Place) -> None:
        super().__init__()
        self._document = document
        self._place = place

    def compose(self) -> ComposeResult:
        yield Static(_title(self._document, self._place), id="document-title", markup=False)
        yield DocumentTextArea(self._document.text, id="document-text")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self.call_after_refresh(self.action_show_sentence)

    @property
    def selected_text(self) -> str:
        return self.query_one(TextArea).selected_text

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_show_sentence(self) -> None:
        area = self.query_one(TextArea)
        starts = _line_starts(self._document.text)
        area.selection = Selection(
            _location(starts, self._place.start), _location(starts, self._place.end)
        )
        area.scroll_cursor_visible(center=True)


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
