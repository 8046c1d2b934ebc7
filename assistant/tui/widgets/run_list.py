"""Ways to search as rows: their figures, and a bar with the interval that chance leaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.evaluation.earlier import Change, RunChange
from assistant.evaluation.metrics import METRICS, paired_difference
from assistant.evaluation.records import Run, RunReport
from assistant.tui.texts import MUTED

WIDE = 112
"""Columns from which a row holds every figure; below, the chosen one and the line of words."""
MIN_BAR, MAX_BAR = 12, 50
GAP = 2
_METRIC = "metric"
"""A header that stands for the chosen one."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One mode under one pooling, as far as it was scored."""

    report: RunReport
    mode: str
    pooling: str
    """Labels, the trained pooling's with its star."""
    is_complete: bool
    change: RunChange | None
    """Since the run before, where there is one."""
    is_best: bool
    is_default: bool

    @property
    def run(self) -> Run:
        return self.report.run


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    width: int
    cell: Callable[[RunRow, str], Content]
    is_left: bool = False
    is_wide_only: bool = False
    is_narrow_only: bool = False

    def fitted(self, content: Content) -> Content:
        pad = " " * max(0, self.width - content.cell_length)
        return content + pad if self.is_left else Content(pad) + content


class RunList(OptionList):
    """One row per mode and pooling, the best by the chosen metric first."""

    BINDING_GROUP_TITLE = "Evaluation"
    HELP = """\
Every mode under every pooling that can change its ranking, on the questions of the file.

**hit@k**: the share of questions with a relevant sentence among the first k. **MRR@10**: the mean
of 1 / rank of the first one. **nDCG@10**: how near all relevant ones are to the top.

The bar is █ up to the lower end of the 95 % bootstrap interval, ▓ up to the mean, and ─┤ leads to
the upper end: ways whose intervals overlap widely may differ by chance alone, and the line below
says how the highlighted one stands to the best, question by question.

◆ is the best by the chosen metric, ● what this folder is searched by now, ★ the pooling that the
model was trained with. ▲ and ▼: better and worse than in the run before. A way without milliseconds
shared its work with others.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Questions", tooltip="To those it misses", id="runs.missed"),
    ]

    class Highlighted(Message):
        def __init__(self, row: RunRow) -> None:
            super().__init__()
            self.row = row

    class Chosen(Message):
        """To the questions of the highlighted row."""

    def __init__(self) -> None:
        super().__init__(id="runs", markup=False)
        self._rows: Sequence[RunRow] = ()

    @property
    def best(self) -> RunRow | None:
        return next((row for row in self._rows if row.is_best), None)

    @property
    def highlighted_row(self) -> RunRow | None:
        at = self.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def show(self, rows: Sequence[RunRow], metric: str, width: int) -> None:
        """These rows in this order; the highlight stays on its mode and pooling."""
        before = self.highlighted_row
        self._rows = rows
        top = scale_of(rows, metric)
        self.set_options([Option(_line(row, metric, width, top)) for row in rows])
        at = (i for i, row in enumerate(rows) if before and row.run == before.run)
        self.highlighted = next(at, 0) if rows else None

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if (row := self.highlighted_row) is not None:
            self.post_message(self.Highlighted(row))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen())


# ── rows ──


def scale_of(rows: Sequence[RunRow], metric: str) -> float:
    """Where the bars' scale ends: the next tenth above all of them."""
    values = [row.report.overall.means.get(metric, 0.0) for row in rows]
    ends = [row.report.overall.intervals.get(metric, (0.0, 0.0))[1] for row in rows]
    return min(1.0, math.ceil(10 * max([0.1, *values, *ends]) - 1e-9) / 10)


def header(metric: str, width: int, top: float) -> Content:
    columns, bar = _columns(width), _bar_width(width)
    cells = [
        column.fitted(Content(metric if column.header == _METRIC else column.header))
        for column in columns
    ]
    name = metric if len(metric) + 6 <= bar else ""
    scale = f"0{name:^{bar - 4}}{top:.1f}"
    return Content.styled((" " * GAP).join([*(cell.plain for cell in cells), scale]), MUTED)


def in_words(row: RunRow, best: RunRow | None, metric: str, n_questions: int) -> Content:
    """Every figure of the row with its interval, and whether the best is better by more than
    chance.
    """
    scores = row.report.overall
    parts = []
    for name in METRICS:
        if name in scores.means:
            ends = scores.intervals.get(name)
            between = f" [{_short(ends[0])}–{_short(ends[1])}]" if ends else ""
            parts.append(f"{name} {scores.means[name]:.3f}{between}")
    so_far = "" if row.is_complete else f"  partial: {scores.n_questions} of {n_questions} asked"
    way = f"{row.mode} · {row.pooling}"
    lines = [
        Content.assemble((way, "bold"), (f"{so_far}{_behind(row, best, metric)}", MUTED)),
        Content(" · ".join(parts[:3])),
        Content(" · ".join(parts[3:])),
    ]
    return Content("\n").join(lines)


def _short(share: float) -> str:
    """Without the zero before the point: three of them must stand on a line of 80 columns."""
    return f"{share:.2f}".removeprefix("0")


def _behind(row: RunRow, best: RunRow | None, metric: str) -> str:
    if row.is_best:
        return f"  the best by {metric}"
    if best is None or not row.is_complete:
        return ""
    difference = paired_difference(
        {q: values[metric] for q, values in best.report.per_question.items()},
        {q: values[metric] for q, values in row.report.per_question.items()},
    )
    if difference is None:
        return ""
    mean, low, high = difference
    verdict = "may be chance" if low <= 0 <= high else "more than chance"
    return f"  {mean:+.3f} [{low:+.2f}, {high:+.2f}] against the best: {verdict}"


def _line(row: RunRow, metric: str, width: int, top: float) -> Content:
    cells = [column.fitted(column.cell(row, metric)) for column in _columns(width)]
    return Content(" " * GAP).join([*cells, _bar(row, metric, _bar_width(width), top)])


def _columns(width: int) -> list[_Column]:
    is_wide = width >= WIDE
    return [c for c in COLUMNS if not (c.is_narrow_only if is_wide else c.is_wide_only)]


def _bar_width(width: int) -> int:
    taken = sum(column.width + GAP for column in _columns(width))
    return max(MIN_BAR, min(MAX_BAR, width - taken))


def _bar(row: RunRow, metric: str, width: int, top: float) -> Content:
    """█ up to the mean; the interval is ├─┤, thinner where it lies upon the bar."""
    scores = row.report.overall
    if metric not in scores.means:
        return Content(" " * width)
    mean = _cell(scores.means[metric] / top, width)
    low, high = (_cell(end / top, width) for end in scores.intervals.get(metric, (0, 0)))
    if metric not in scores.intervals:
        return Content.styled("▒" * mean, "$text-accent 60%")
    filled = "█" * (low - 1) + ("▓" * (mean - max(0, low - 1)))
    whisker = "─" * max(0, high - mean - 1) + ("┤" if high > mean else "")
    style = "$text-success" if row.is_best else "$text-accent"
    return Content.assemble((filled, style), (whisker, ""))


def _cell(value: float, width: int) -> int:
    return round(min(1.0, max(0.0, value)) * width)


def _marks(row: RunRow, metric: str) -> Content:
    best = "◆" if row.is_best else " "
    default = "●" if row.is_default else " "
    return Content.assemble((best, "$text-success"), (default, "$text-accent"))


def _name(row: RunRow, metric: str) -> Content:
    return Content.styled(row.mode, "bold" if row.is_best else "")


def _figure(of: str) -> Callable[[RunRow, str], Content]:
    def cell(row: RunRow, metric: str) -> Content:
        means = row.report.overall.means
        shown = f"{means[of]:.3f}" if of in means else "–"
        return Content.styled(shown, "bold underline" if of == metric else "")

    return cell


def _chosen(row: RunRow, metric: str) -> Content:
    return _figure(metric)(row, metric)


def _interval(row: RunRow, metric: str) -> Content:
    ends = row.report.overall.intervals.get(metric)
    return Content(f"{ends[0]:.2f}–{ends[1]:.2f}" if ends else "partial")


def _since(row: RunRow, metric: str) -> Content:
    return difference(row.change.of(metric) if row.change else None)


def difference(change: Change | None) -> Content:
    """▲ better, ▼ worse, bold where the interval of the difference leaves out 0."""
    if change is None:
        return Content("")
    if abs(change.difference) < 0.0005:
        return Content.styled("=", MUTED)
    arrow, style = ("▲", "$text-success") if change.difference > 0 else ("▼", "$text-error")
    sure = "bold " if change.low > 0 or change.high < 0 else ""
    return Content.styled(f"{arrow}{abs(change.difference):.3f}", f"{sure}{style}")


def _missed(row: RunRow, metric: str) -> Content:
    return Content(f"{len(row.report.missed)}")


def _milliseconds(row: RunRow, metric: str) -> Content:
    took = row.report.ms_per_question
    return Content("–" if took is None else f"{took:.0f}")


COLUMNS = (
    _Column("", 2, _marks, is_left=True),
    _Column("mode", 12, _name, is_left=True),
    _Column("pooling", 7, lambda row, metric: Content(row.pooling), is_left=True),
    *(_Column(name, len(name), _figure(name), is_wide_only=True) for name in METRICS[:5]),
    _Column(_METRIC, 9, _chosen, is_narrow_only=True),
    _Column("95 %", 9, _interval),
    _Column("change", 6, _since),
    _Column("missed", 6, _missed),
    _Column("ms", 4, _milliseconds, is_wide_only=True),
)
