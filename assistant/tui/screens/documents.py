"""Every document of the index and how the encoder read it; Enter opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static
from textual.worker import Worker, WorkerState

from assistant.records import DocumentSummary, Place, Reading
from assistant.tui import jobs
from assistant.tui.messages import DocumentRead, DocumentsListed, JobFailed
from assistant.tui.texts import MUTED, counted
from assistant.tui.widgets.document_list import ORDERS, DocumentList, in_words, matching

if TYPE_CHECKING:
    from assistant.workspace import Workspace


class DocumentsScreen(Screen[None]):
    BINDING_GROUP_TITLE = "Documents"
    HELP = "Type words of a path or title: the list keeps the documents that have them all."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Clear the filter, else back", id="list.close"),
        Binding("s", "next_order", "Sort", tooltip="Another order", id="list.sort"),
        Binding("slash", "filter", "Filter", tooltip="Words of path or title", id="list.filter"),
        Binding("f5", "reload", "Reload", tooltip="What is indexed by now", id="list.reload"),
        Binding("down", "to_rows", "Rows", tooltip="To the list", id="list.rows", show=False),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._documents: Sequence[DocumentSummary] | None = None
        self._order = 0

    # ── what is on the screen ──

    def compose(self) -> ComposeResult:
        yield Static(id="documents-total", markup=False)
        yield Input(placeholder="/ filters by path or title", id="documents-filter", compact=True)
        yield Static(id="documents-header", markup=False)
        yield Static(id="documents-empty", classes="empty", markup=False)
        yield DocumentList()
        yield Static(id="documents-detail", markup=False)
        yield Footer()

    @property
    def rows(self) -> DocumentList:
        return self.query_one(DocumentList)

    @property
    def filter_input(self) -> Input:
        return self.query_one(Input)

    def on_mount(self) -> None:
        self._show_empty("Reading the index …")
        self.rows.focus()
        self.action_reload()

    def on_resize(self) -> None:
        self.rows.forget_rows(self.size.width)
        self._draw()

    def _draw(self) -> None:
        """The rows that are wanted, in the order that is wanted."""
        if self._documents is None:
            return
        highlighted = self.rows.highlighted_document
        shown = sorted(
            matching(self._documents, self.filter_input.value), key=ORDERS[self._order].key
        )
        self.rows.show(shown, highlighted.path if highlighted else "")
        self._set("#documents-header", self.rows.header)
        self._set(
            "#documents-total", _total(self._documents, len(shown), ORDERS[self._order].label)
        )
        if shown:
            self._show_empty("")
        elif self._documents:
            self._show_empty("No path or title has all of these words: Esc clears the filter.")
        else:
            self._show_empty("No document is indexed yet: F5 looks again, Esc goes back.")

    def _show_empty(self, text: str) -> None:
        """A text in place of the rows; none brings them back."""
        self._set("#documents-empty", Content(text))
        self.query_one("#documents-empty").display = bool(text)
        for part in ("#documents-header", "#documents-list", "#documents-detail"):
            self.query_one(part).display = not text

    def _set(self, part: str, content: Content) -> None:
        self.query_one(part, Static).update(content)

    @on(OptionList.OptionHighlighted)
    def _show_detail(self) -> None:
        if (document := self.rows.highlighted_document) is not None:
            self._set("#documents-detail", in_words(document))

    # ── reading the index ──

    def action_reload(self) -> None:
        self._start("list", partial(jobs.list_documents, self.post_message, self._workspace))

    def _start(self, group: str, job: Callable[[], None]) -> None:
        self.run_worker(job, group=group, thread=True, exclusive=True, exit_on_error=False)

    @on(DocumentsListed)
    def _take_documents(self, event: DocumentsListed) -> None:
        self._documents = event.documents
        self.rows.forget_rows(self.size.width)
        self._draw()

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        error = event.error
        if event.job == "list" and self._documents is None:
            self._show_empty(f"{error.message}\n{error.hint}\nF5 looks again, Esc goes back.")
        else:
            self.notify(error.hint, title=error.message, severity="error", markup=False)

    @on(Worker.StateChanged)
    def _show_unexpected(self, event: Worker.StateChanged) -> None:
        """A defect of the program's own: say so and stay usable."""
        if event.state == WorkerState.ERROR:
            self.notify(
                f"{type(event.worker.error).__name__}: {event.worker.error}",
                title="The documents could not be read",
                severity="error",
                markup=False,
            )

    # ── choosing ──

    @on(Input.Changed)
    def _filter(self) -> None:
        self._draw()

    @on(Input.Submitted)
    def action_to_rows(self) -> None:
        self.rows.focus()

    def action_filter(self) -> None:
        self.filter_input.focus()

    def action_next_order(self) -> None:
        self._order = (self._order + 1) % len(ORDERS)
        self._draw()
        if self.rows.option_count:
            self.rows.highlighted = 0  # who sorts wants to see what is first

    def action_leave(self) -> None:
        is_filtering = self.filter_input.has_focus and self.rows.display  # else nowhere to go
        if self.filter_input.value or is_filtering:
            self.filter_input.clear()
            self.rows.focus()
        else:
            self.dismiss(None)

    @on(DocumentList.Chosen)
    def _open(self, event: DocumentList.Chosen) -> None:
        start = Place(event.document.path, 0, 0, 1, None, ())
        self._start("read", partial(jobs.read_document, self.post_message, self._workspace, start))

    @on(DocumentRead)
    def _show_document(self, event: DocumentRead) -> None:
        from assistant.tui.screens.document import DocumentScreen

        if self.is_current:  # else Esc was quicker
            self.app.push_screen(
                DocumentScreen(event.document, event.place, (), self._workspace.source_file)
            )


def _total(documents: Sequence[DocumentSummary], n_shown: int, order: str) -> Content:
    """The whole index, and how the list below stands to it."""
    reading = sum((document.reading for document in documents), Reading(0, 0, 0))
    n_unreadable = sum(document.readability == "unreadable" for document in documents)
    counts = [
        counted(len(documents), "document"),
        counted(sum(document.sentences for document in documents), "sentence"),
        counted(reading.tokens, "token"),
        f"{reading.unknown_share:.1%} unknown",
        f"{reading.truncated_share:.1%} cut off",
    ]
    parts = [Content.styled(" · ".join(counts), "bold")]
    if n_unreadable:
        what = f"The encoder cannot read {counted(n_unreadable, 'document')}"
        parts.append(Content.styled(what, "bold $text-error"))
    sorting = f"Sorted: {order}"
    if n_shown < len(documents):
        sorting += f" · {n_shown:,} of {len(documents):,} shown"
    return Content("\n").join([*parts, Content.styled(sorting, MUTED)])
