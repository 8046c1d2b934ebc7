"""The rank matrix as content: a column per pooling and one for BM25, a row per hit."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from assistant.tui.texts import MUTED, fitted
from assistant.tui.widgets.panel.tab import Shown

MAXSIM = "maxsim"
WORDS = "bm25"
RANK_WIDTH = 3
CELL_WIDTH = 6
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    ranks: tuple[int | None, ...]
    """In the order of the trace's hits."""
    scores: tuple[float | None, ...]
    is_active: bool = False
    is_trained: bool = False
    is_pooling: bool = True


def columns_of(shown: Shown) -> tuple[Column, ...]:
    trace = shown.trace
    if trace is None or trace.comparison is None:
        return ()
    sentences = trace.comparison.sentences
    poolings = (
        Column(
            shown.label_of(name),
            tuple(s.ranks[name] for s in sentences),
            tuple(s.scores[name] for s in sentences),
            is_active=name == trace.pooling,
            is_trained=name == trace.trained_pooling,
        )
        for name in trace.comparison.poolings
    )
    words = Column(
        "BM25",
        tuple(s.mode_ranks.get(WORDS) for s in sentences),
        tuple(next((p.score for p in hit.parts if p.arm == WORDS), None) for hit in trace.hits),
        is_pooling=False,
    )
    return (*poolings, words)


def header(shown: Shown, columns: tuple[Column, ...], sorted_by: int, is_grey: bool) -> Content:
    cells = [Content.styled("▾" + " " * (RANK_WIDTH - 1) if sorted_by < 0 else " " * RANK_WIDTH)]
    for i, column in enumerate(columns):
        style = "bold underline" if column.is_active else "bold"
        if is_grey and column.is_pooling:
            style += " dim"
        mark = "★" if column.is_trained else "▾" if i == sorted_by else ""
        cells.extend(_heading(f"{column.label}{mark}", style))
    return Content("").join(cells)


def _heading(text: str, style: str) -> tuple[Content, Content]:
    """Above the last digit of its column; the longest reach over the arrow's place."""
    room = CELL_WIDTH if len(text) >= CELL_WIDTH else CELL_WIDTH - 1
    text = text[:CELL_WIDTH]
    before, after = " " * (room - len(text)), " " * (CELL_WIDTH - room)
    return Content(before), Content.assemble((text, style), after)


def row(
    shown: Shown,
    columns: tuple[Column, ...],
    index: int,
    width: int,
    *,
    has_bars: bool,
    is_grey: bool,
) -> Content:
    assert shown.trace is not None  # only a trace has rows
    hit = shown.trace.hits[index]
    active = next((column.ranks[index] for column in columns if column.is_active), None)
    cells = [Content.styled(f"{hit.rank:>{RANK_WIDTH}}", "bold $text-accent")]
    cells += [_cell(column, index, active, is_grey and column.is_pooling) for column in columns]
    if has_bars:
        bars = (_bar(column.scores, index) for column in columns)
        second = " " * RANK_WIDTH + "".join(f"{bar:>{CELL_WIDTH - 1}} " for bar in bars)
    else:
        second = " " * (RANK_WIDTH + 1) + fitted(hit.sentence, width - RANK_WIDTH - 1)
    return Content("").join([*cells, Content.styled(f"\n{second}", MUTED)])


def _cell(column: Column, index: int, active: int | None, is_grey: bool) -> Content:
    rank = column.ranks[index]
    if rank is None:
        return Content.styled(f"{'–':>{CELL_WIDTH - 1}} ", "dim")
    number = f"{rank}" if rank < 10 ** (CELL_WIDTH - 2) else f"{rank // 1000}k"
    arrow, style = " ", ""
    if column.is_active:
        style = "bold"
    elif active is not None and rank != active:
        arrow, style = ("▲", "$text-success") if rank < active else ("▼", "$text-error")
    if is_grey:
        style = "dim"
    padded = f"{number:>{CELL_WIDTH - 1}}{arrow}"
    return Content.styled(padded, style) if style else Content(padded)


def _bar(scores: tuple[float | None, ...], index: int) -> str:
    """The score between the column's lowest and highest, in eighths; bars compare rows only."""
    score = scores[index]
    known = [other for other in scores if other is not None]
    if score is None:
        return "–"
    low, high = min(known), max(known)
    share = (score - low) / (high - low) if high > low else 1.0
    return BARS[round(share * (len(BARS) - 1))] * (CELL_WIDTH - 2)
