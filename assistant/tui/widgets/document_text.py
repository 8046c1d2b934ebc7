"""A document's text on the screen, scrolled and selected, never changed."""

from __future__ import annotations

from functools import cached_property

from textual.widgets import TextArea
from textual.widgets.text_area import Document, DocumentNavigator, WrappedDocument


class DocumentTextArea(TextArea):
    """Textual's own, for a text that stays: 2 MB are scrolled at 12 ms a frame instead of 109.

    Textual 8.2 joins all lines and counts them anew for every row that it draws, because they may
    have been edited; here both are remembered.
    """

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(
            id=id,
            read_only=True,
            soft_wrap=True,
            # Without a cursor Textual 8.2 does not scroll to the selection.
            show_cursor=True,
        )
        # In place of the empty one: a text given above would be measured several times, unwrapped.
        self.document = _Lasting(text)
        self.wrapped_document = _Counted(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)


class _Lasting(Document):
    @cached_property
    def text(self) -> str:
        return self.newline.join(self.lines)


class _Counted(WrappedDocument):
    def wrap(self, width: int, tab_width: int | None = None) -> None:
        super().wrap(width, tab_width)
        self._n_rows = super().height

    @property
    def height(self) -> int:
        return self._n_rows
