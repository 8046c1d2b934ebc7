"""The Poolings tab: where every pooling would have ranked the sentences that matched."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.records import Comparison, Dilution, Hit, SentenceComparison, Trace
from assistant.tui.messages import PlaceChosen
from assistant.tui.opening import Choice
from assistant.tui.texts import MUTED, fitted, ordinal

MAXSIM = "maxsim"
WORDS = "bm25"
RANK_WIDTH = 3
CELL_WIDTH = 6


class RankMatrix(OptionList):
    """Rows are hits, columns are poolings; a cell is the exact rank under that pooling."""

    BINDING_GROUP_TITLE = "Poolings"
    HELP = """\
Each row is a sentence that matched; each column says at which rank that pooling alone would have
put it, among **all** indexed sentences. ▲ higher, ▼ lower than under the active pooling.

★ is the pooling that the model was trained with: only its ranks say how good the model is, the
other columns are diagnostic. MaxSim keeps every token's vector; its rank is exact among the
candidates named below the table. BM25 is not a pooling: it compares words.

`mean_sqrt_len_tokens` is left out because it ranks exactly as mean does.
**Enter** opens the sentence in its document.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="poolings.open"),
    ]


class Poolings(Vertical):
    """The matrix with its header, and the dilution of the highlighted sentence in words."""

    def __init__(self) -> None:
        super().__init__(id="poolings")
        self._trace: Trace | None = None
        self._choices: tuple[Choice, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(id="matrix-header", markup=False)
        yield RankMatrix(id="matrix", markup=False)
        yield Static(id="dilution", markup=False)
        yield Static(id="matrix-notes", markup=False)

    @property
    def matrix(self) -> RankMatrix:
        return self.query_one(RankMatrix)

    def show_waiting(self) -> None:
        """The ranks are being made."""
        self._trace = None
        self.matrix.clear_options()
        self._set("#matrix-header", Content.styled("Ranking under every pooling …", MUTED))
        self._set("#dilution", Content(""))
        self._set("#matrix-notes", Content(""))

    def show_trace(self, trace: Trace, choices: tuple[Choice, ...]) -> None:
        self._trace, self._choices = trace, choices
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._trace is None or self._trace.comparison is None:
            return
        trace, comparison = self._trace, self._trace.comparison
        width = max(20, self.size.width - 4)
        highlighted = self.matrix.highlighted
        self._set("#matrix-header", _header(trace, self._choices))
        self.matrix.clear_options()
        self.matrix.add_options(
            [
                Option(_row(hit, compared, trace, comparison, width))
                for hit, compared in zip(trace.hits, comparison.sentences, strict=True)
            ]
        )
        if trace.hits:
            self.matrix.highlighted = min(highlighted or 0, len(trace.hits) - 1)
        self._set("#matrix-notes", _notes(comparison))

    def _set(self, selector: str, content: Content) -> None:
        self.query_one(selector, Static).update(content)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._trace and self._trace.comparison:
            compared = self._trace.comparison.sentences[event.option_index]
            dilution = compared.dilution[self._trace.pooling]
            label = _label(self._trace.pooling, self._choices)
            self._set("#dilution", Content(dilution_in_words(dilution, compared, label)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._trace:
            self.post_message(PlaceChosen(self._trace.hits[event.option_index].place))


def _label(pooling: str, choices: tuple[Choice, ...]) -> str:
    return {c.name: c.label for c in choices}.get(pooling, "MaxSim")


def _header(trace: Trace, choices: tuple[Choice, ...]) -> Content:
    assert trace.comparison is not None  # only a compared trace is drawn
    cells = [Content(" " * RANK_WIDTH)]
    for pooling in trace.comparison.poolings:
        star = "★" if pooling == trace.trained_pooling else ""
        style = "bold underline" if pooling == trace.pooling else "bold"
        cells.extend(_heading(f"{_label(pooling, choices)}{star}", style))
    cells.extend(_heading("BM25", "bold"))
    return Content("").join(cells)


def _heading(text: str, style: str) -> tuple[Content, Content]:
    """Above the last digit of its column; the longest reach over the arrow's place."""
    room = CELL_WIDTH if len(text) >= CELL_WIDTH else CELL_WIDTH - 1
    text = text[:CELL_WIDTH]
    before, after = " " * (room - len(text)), " " * (CELL_WIDTH - room)
    return Content(before), Content.assemble((text, style), after)


def _row(
    hit: Hit, compared: SentenceComparison, trace: Trace, comparison: Comparison, width: int
) -> Content:
    active = compared.ranks[trace.pooling]
    cells = [Content.styled(f"{hit.rank:>{RANK_WIDTH}}", "bold $text-accent")]
    for pooling in comparison.poolings:
        cells.append(_cell(compared.ranks[pooling], active, pooling == trace.pooling))
    cells.append(_cell(compared.mode_ranks.get(WORDS), active, False))
    sentence = fitted(hit.sentence, width - RANK_WIDTH - 1)
    return Content("").join(
        [*cells, Content.styled(f"\n{' ' * (RANK_WIDTH + 1)}{sentence}", MUTED)]
    )


def _cell(rank: int | None, active: int | None, is_active: bool) -> Content:
    if rank is None:
        return Content.styled(f"{'–':>{CELL_WIDTH - 1}} ", "dim")
    number = f"{rank}" if rank < 10 ** (CELL_WIDTH - 2) else f"{rank // 1000}k"
    arrow, style = " ", ""
    if is_active:
        style = "bold"
    elif active is not None and rank != active:
        arrow, style = ("▲", "$text-success") if rank < active else ("▼", "$text-error")
    padded = f"{number:>{CELL_WIDTH - 1}}{arrow}"
    return Content.styled(padded, style) if style else Content(padded)


def dilution_in_words(dilution: Dilution, compared: SentenceComparison, label: str) -> str:
    """What its passage and its section do to the sentence, under one pooling."""
    alone, passage, section = dilution.sentence, dilution.passage, dilution.section
    maxsim = compared.ranks[MAXSIM]
    kept = f" MaxSim puts the sentence {ordinal(maxsim)}." if maxsim is not None else ""
    return (
        f"{label}: alone {ordinal(alone.rank)} of {alone.of:,} sentences; its"
        f" {dilution.passage_tokens}-token passage {ordinal(passage.rank)} of {passage.of:,}; its"
        f" {dilution.section_tokens:,}-token section {ordinal(section.rank)} of"
        f" {section.of:,}.{kept}"
    )


def _notes(comparison: Comparison) -> Content:
    of_maxsim = (
        ""
        if comparison.maxsim_pool == comparison.n_sentences
        else f"; MaxSim among the {comparison.maxsim_pool:,} best of all poolings"
    )
    lines = [
        f"Exact ranks among {comparison.n_sentences:,} sentences{of_maxsim}.",
        "★ trained pooling, the others are diagnostic; underlined: active.",
    ]
    if comparison.chroma_state:
        lines.append(f"Chroma: {comparison.chroma_state}.")
    else:
        found = sum(s.chroma_rank is not None for s in comparison.sentences)
        lines.append(f"Chroma's approximate index finds {found} of {len(comparison.sentences)}.")
    return Content.styled("\n".join(lines), MUTED)
