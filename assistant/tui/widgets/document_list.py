"""Documents as rows of a list: how each was read, in what order, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.records import DocumentSummary, Readability
from assistant.tui.texts import MUTED, counted, one_line

NARROW = 100
"""Columns below which a row leaves out what the line below the list says too."""
_VERDICTS: dict[Readability, tuple[str, str]] = {
    "read": ("yes", ""),
    "partly": ("partly", "$text-warning"),
    "unreadable": ("no", "bold $text-error"),
}


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    width: int
    cell: Callable[[DocumentSummary], str]
    is_left: bool = False
    is_wide_only: bool = False

    def fitted(self, text: str) -> str:
        return text.ljust(self.width) if self.is_left else text.rjust(self.width)


@dataclass(frozen=True, slots=True)
class Order:
    label: str
    key: Callable[[DocumentSummary], Any]


class DocumentList(OptionList):
    """One row per document; only those in sight are drawn."""

    BINDING_GROUP_TITLE = "Documents"
    HELP = """\
Every indexed document, and how much of it the encoder could read: the share of its tokens that are
**unknown** to the encoder, and the share that was **cut off** because a sentence is longer than its
window. **read: no** means that so much is unknown that the document's vectors mean little: it is
found by its words (BM25), or with a model that knows its language.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show the document", id="documents.open"),
    ]

    class Chosen(Message):
        def __init__(self, document: DocumentSummary) -> None:
            super().__init__()
            self.document = document

    def __init__(self) -> None:
        super().__init__(id="documents-list", markup=False)
        self._shown: Sequence[DocumentSummary] = ()
        self._rows: dict[str, Option] = {}
        self._columns: tuple[Column, ...] = COLUMNS

    @property
    def header(self) -> Content:
        return Content.styled(_line(self._columns, [c.header for c in self._columns]), MUTED)

    @property
    def highlighted_document(self) -> DocumentSummary | None:
        return None if self.highlighted is None else self._shown[self.highlighted]

    def forget_rows(self, width: int) -> None:
        """The documents changed, or there is another width to show them in."""
        self._rows = {}
        self._columns = tuple(c for c in COLUMNS if width >= NARROW or not c.is_wide_only)

    def show(self, documents: Sequence[DocumentSummary], highlighted: str = "") -> None:
        """These rows in this order, with the highlight on that path, else on the first."""
        self._shown = documents
        for document in documents:
            if document.path not in self._rows:  # rows are kept: filtering 10,000 stays quick
                self._rows[document.path] = Option(_row(self._columns, document))
        self.set_options([self._rows[document.path] for document in documents])
        at = (i for i, document in enumerate(documents) if document.path == highlighted)
        self.highlighted = next(at, 0) if documents else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._shown[event.option_index]))


def matching(documents: Iterable[DocumentSummary], typed: str) -> list[DocumentSummary]:
    """Those whose path or title contains every typed word, in capitals or not."""
    words = typed.casefold().split()
    return [
        document
        for document in documents
        if all(word in f"{document.path}\n{document.title}".casefold() for word in words)
    ]


def in_words(document: DocumentSummary) -> Content:
    """What the row says, for those who do not read tables, with the whole path."""
    reading = document.reading
    style = _VERDICTS[document.readability][1]
    unknown = f"(unknown tokens: {reading.unknown_share:.1%})"
    verdict = {
        "read": f"The encoder reads it {unknown}.",
        "partly": f"The encoder reads it only in part {unknown}.",
        "unreadable": f"The encoder cannot read it {unknown}: its vectors mean little, its words"
        " find it.",
    }[document.readability]
    title = f"  {one_line(document.title)}" if document.title else ""
    pages = f" · {counted(document.pages, 'page')}" if document.pages else ""
    dropped = document.dropped_characters
    kept = f" · {document.characters:,} characters kept, {dropped:,} left out" if dropped else ""
    counts = f"{document.format}{pages} · {counted(document.tokens, 'token')}{kept}"
    lines = [
        Content.assemble((one_line(document.path), "bold"), (title, MUTED)),
        Content.assemble((counts, MUTED), " · ", (verdict, style)),
    ]
    if document.cut_sentences:
        sentences = counted(document.cut_sentences, "sentence")
        tokens = counted(document.truncated, "token")
        cut = f"Its window is shorter than {sentences}: {tokens} cut off."
        lines.append(Content.styled(cut, "$text-warning"))
    lines += [Content.styled(one_line(said), "$text-warning") for said in document.warnings[:2]]
    return Content("\n").join(lines)


def _row(columns: Sequence[Column], document: DocumentSummary) -> Content:
    line = _line(columns, [column.cell(document) for column in columns])
    return Content.styled(line, _VERDICTS[document.readability][1])


def _line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    return "  ".join(column.fitted(cell) for column, cell in zip(columns, cells, strict=True))


COLUMNS = (
    Column("read", 6, lambda d: _VERDICTS[d.readability][0], is_left=True),
    Column("unknown", 7, lambda d: f"{d.reading.unknown_share:.1%}"),
    Column("cut off", 7, lambda d: f"{d.reading.truncated_share:.1%}"),
    Column("sentences", 9, lambda d: f"{d.sentences:,}"),
    Column("tokens", 9, lambda d: f"{d.tokens:,}", is_wide_only=True),
    Column("format", 8, lambda d: d.format, is_left=True, is_wide_only=True),
    # Last, so that no name moves or hides another column.
    Column("document", 0, lambda d: one_line(d.path), is_left=True),
)
ORDERS = (
    Order("worst read first", lambda d: d.worst_first),
    Order("by path", lambda d: d.path),
    Order("most sentences first", lambda d: (-d.sentences, d.path)),
)
