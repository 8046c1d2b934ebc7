"""The Poolings tab: where every pooling would have ranked the sentences that matched."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from assistant.tui.texts import MUTED
from assistant.tui.widgets.panel.dilution_words import dilution_in_words
from assistant.tui.widgets.panel.hit_list import HitList
from assistant.tui.widgets.panel.matrix import CELL_WIDTH, RANK_WIDTH, columns_of, header, row
from assistant.tui.widgets.panel.matrix_notes import agreement_line, distrust, notes
from assistant.tui.widgets.panel.tab import PanelTab, Shown


class RankMatrix(HitList):
    BINDING_GROUP_TITLE = "Poolings"
    HELP = """\
Each row is a sentence that matched; each column says at which rank that pooling alone would have
put it, among **all** indexed sentences. ▲ higher, ▼ lower than under the active pooling.

★ is the pooling that the model was trained with: only its ranks say how good the model is, the
other columns are diagnostic. MaxSim keeps every token's vector; its rank is exact among the
candidates named below the table. BM25 is not a pooling: it compares words. Columns in grey cannot
be trusted for this question; the line below says why.

**s** sorts by the next column (or click its head), **b** shows bars: each column's scores from
the lowest to the highest of those shown, so bars compare rows, never columns.

`mean_sqrt_len_tokens` is left out because it ranks exactly as mean does.
**Enter** opens the sentence in its document, **a** keeps it as an answer to the question.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="poolings.open"),
        Binding("s", "sort", "Sort", tooltip="Sort by the next column", id="poolings.sort"),
        Binding("b", "bars", "Bars", tooltip="Scores as bars, or the text", id="poolings.bars"),
        Binding(
            "a",
            *("mark", "Answers it"),
            tooltip="This sentence answers the question",
            id="poolings.mark",
        ),
    ]

    class SortAsked(Message):
        """By the next column."""

    class BarsAsked(Message):
        """Bars in place of texts, or texts again."""

    def action_sort(self) -> None:
        self.post_message(self.SortAsked())

    def action_bars(self) -> None:
        self.post_message(self.BarsAsked())


class MatrixHeader(Static):
    """The columns' names; a click sorts."""

    class Clicked(Message):
        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def on_click(self, event: events.Click) -> None:
        column = (event.x - RANK_WIDTH) // CELL_WIDTH
        self.post_message(self.Clicked(column if event.x >= RANK_WIDTH else -1))


class PoolingsTab(PanelTab):
    """The matrix with its header, what the columns have in common, and the dilution in words."""

    def __init__(self) -> None:
        super().__init__()
        self._sorted_by = -1
        """A column; -1: by the rank of the hit."""
        self._has_bars = False

    def compose(self) -> ComposeResult:
        yield MatrixHeader(id="matrix-header", markup=False)
        yield RankMatrix("matrix")
        yield Static(id="dilution", markup=False)
        yield Static(id="matrix-notes", markup=False)

    @property
    def matrix(self) -> RankMatrix:
        return self.query_one(RankMatrix)

    @property
    def focus_target(self) -> Widget:
        return self.matrix

    def draw(self) -> None:
        trace = self.shown.trace
        if trace is None or trace.comparison is None or self.shown.waiting:
            self.matrix.clear_options()
            comparing = self.shown.fault or "Ranking under every pooling …"
            waiting = comparing if trace else self.shown.waiting
            self._set("#matrix-header", Content.styled(waiting, MUTED))
            self._set("#dilution", Content(""))
            self._set("#matrix-notes", Content(""))
            return
        columns = columns_of(self.shown)
        self._sorted_by = min(self._sorted_by, len(columns) - 1)
        order = list(range(len(trace.hits)))
        if self._sorted_by >= 0:
            ranks = columns[self._sorted_by].ranks
            order.sort(key=lambda i: (ranks[i] is None, ranks[i] or 0))
        width = max(20, self.size.width - 4)
        untrusted = distrust(trace)
        self._set("#matrix-header", header(self.shown, columns, self._sorted_by, bool(untrusted)))
        entries = (
            row(self.shown, columns, i, width, has_bars=self._has_bars, is_grey=bool(untrusted))
            for i in order
        )
        self.matrix.show(self.shown, entries, order)
        said = [agreement_line(self.shown), *([untrusted] if untrusted else []), notes(trace)]
        self._set("#matrix-notes", Content.styled("\n".join(filter(None, said)), MUTED))
        self._draw_dilution()

    def take(self, shown: Shown, is_active: bool) -> None:
        is_same = shown.trace is self.shown.trace and shown.waiting == self.shown.waiting
        if is_active and is_same and not self._is_stale:
            self.shown = shown  # only another hit: the matrix need not be made anew
            self.matrix.follow(shown)
            self._draw_dilution()
        else:
            super().take(shown, is_active)

    def _draw_dilution(self) -> None:
        words = dilution_in_words(self.shown, self.shown.trace.pooling) if self.shown.trace else ""
        self._set("#dilution", Content(words))

    def _set(self, selector: str, content: Content) -> None:
        self.query_one(selector, Static).update(content)

    def on_rank_matrix_sort_asked(self, event: RankMatrix.SortAsked) -> None:
        event.stop()
        n_columns = len(columns_of(self.shown))
        self._sorted_by = self._sorted_by + 1 if self._sorted_by + 1 < n_columns else -1
        self.draw()

    def on_rank_matrix_bars_asked(self, event: RankMatrix.BarsAsked) -> None:
        event.stop()
        self._has_bars = not self._has_bars
        self.draw()

    def on_matrix_header_clicked(self, event: MatrixHeader.Clicked) -> None:
        event.stop()
        if event.column < len(columns_of(self.shown)):
            self._sorted_by = event.column
            self.draw()
