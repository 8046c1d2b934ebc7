"""Rank lines: where each sentence stands in one column after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from textual_plotext import PlotextPlot

_COLOURS = ("cyan+", "green+", "orange+", "magenta+", "blue+", "red+")
_TICKS = (1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class RankLine:
    """One sentence; None where a column does not have it."""

    letter: str
    ranks: tuple[int | None, ...]


class BumpChart(PlotextPlot):
    """Rank 1 is at the top; the scale is that of logarithms, since the top matters most."""

    def draw_lines(self, columns: Sequence[str], lines: Sequence[RankLine]) -> None:
        plot = self.plt
        plot.clear_figure()
        worst = max((r for line in lines for r in line.ranks if r is not None), default=1)
        for i, line in enumerate(lines):
            _draw(plot, line, _COLOURS[i % len(_COLOURS)])
        ticks = [tick for tick in _TICKS if tick <= max(worst, 2)]
        plot.yticks([_height(tick) for tick in ticks], [f"{tick:,}" for tick in ticks])
        plot.xticks(list(range(len(columns))), list(columns))
        plot.xlim(-0.3, max(len(columns) - 1, 0) + 0.3)
        plot.ylim(_height(max(worst, 2)) - 0.05, 0.05)
        self.refresh()


def _height(rank: int) -> float:
    return -math.log10(rank)


def _draw(plot: object, line: RankLine, colour: str) -> None:
    points = [(x, rank) for x, rank in enumerate(line.ranks) if rank is not None]
    # A column that does not have the sentence breaks its line.
    for _, run in groupby(enumerate(points), key=lambda at: at[1][0] - at[0]):
        xs, ys = zip(*((x, _height(rank)) for _, (x, rank) in run), strict=True)
        plot.plot(list(xs), list(ys), color=colour, marker="braille")  # type: ignore[attr-defined]
    for x, rank in points:
        plot.text(line.letter, x, _height(rank), color=colour)  # type: ignore[attr-defined]
