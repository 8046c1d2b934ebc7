"""Runs of text at places on a page into lines in reading order: columns one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

CELL_GAP = 1.2
"""White space between cells of a row, in line heights."""
WORD_GAP = 0.5
"""The same between words where the file says nothing of a space; kerned letters are closer."""
SIDE_LINES = 6
"""Lines that each of two columns has at least."""
PROSE_CHARACTERS = 22
"""Of a column's typical line at least: cells of a table are shorter."""
GUTTER = (0.35, 0.65)
"""Where the space between two columns lies, as a share of the text's width."""


class Run(NamedTuple):
    """Text with its box in points, the origin at the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Line:
    """Runs side by side, in cells where wide gaps divide them."""

    cells: tuple[str, ...]
    lefts: tuple[float, ...]
    """Where each cell begins."""
    right: float
    bottom: float
    top: float

    @property
    def text(self) -> str:
        return " ".join(self.cells)

    @property
    def height(self) -> float:
        return self.top - self.bottom


def lines_of(runs: Sequence[Run]) -> list[Line]:
    """The page's lines, top down, a left column before the right one beside it."""
    runs = [run for run in runs if run.text.strip()]
    if not runs:
        return []
    gutter = _gutter(runs)
    if gutter is None:
        return _stacked(runs)
    lines: list[Line] = []
    for band in _bands(runs, gutter):
        left = [run for run in band if run.right <= gutter]
        right = [run for run in band if run.left >= gutter]
        wide = [run for run in band if run.left < gutter < run.right]
        lines += [*_stacked(wide), *_stacked(left), *_stacked(right)]
    return lines


def _stacked(runs: Sequence[Run]) -> list[Line]:
    """Lines of one column, top down."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -(run.top + run.bottom)):
        # Only the rows last begun can hold it: the runs come by height.
        row = next((row for row in rows[-2:] if _is_beside(row[0], run)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    return [_line(sorted(row, key=lambda run: run.left)) for row in rows]


def _is_beside(one: Run, other: Run) -> bool:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.height, other.height)


def _line(runs: Sequence[Run]) -> Line:
    height = max(run.height for run in runs)
    cells, lefts, right = [runs[0].text], [runs[0].left], runs[0].right
    for run in runs[1:]:
        gap = run.left - right
        if gap > CELL_GAP * height:
            cells.append(run.text)
            lefts.append(run.left)
        else:
            cells[-1] += (" " if gap > WORD_GAP * height else "") + run.text
        right = max(right, run.right)
    bottom, top = min(run.bottom for run in runs), max(run.top for run in runs)
    words = tuple(" ".join(cell.split()) for cell in cells)
    return Line(words, tuple(lefts), right, bottom, top)


def _gutter(runs: Sequence[Run]) -> float | None:
    """Where the space between two columns of prose is; None on other pages."""
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    best, fewest = None, len(runs)
    for share in range(int(GUTTER[0] * 100), int(GUTTER[1] * 100) + 1):
        x = left + (right - left) * share / 100
        n_crossing = sum(run.left < x < run.right for run in runs)
        if n_crossing < fewest:
            best, fewest = x, n_crossing
    if best is None or fewest > 0.2 * len(runs):
        return None
    sides = (
        [run for run in runs if run.right <= best],
        [run for run in runs if run.left >= best],
    )
    return best if all(map(_is_prose, sides)) and _run_parallel(*sides) else None


def _is_prose(side: Sequence[Run]) -> bool:
    lines = _stacked(side)
    if len(lines) < SIDE_LINES:
        return False
    return median(len(line.text) for line in lines) >= PROSE_CHARACTERS


def _run_parallel(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether they stand beside each other, rather than one below the other."""
    top = min(max(run.top for run in left), max(run.top for run in right))
    bottom = max(min(run.bottom for run in left), min(run.bottom for run in right))
    highest = max(run.top for run in (*left, *right))
    lowest = min(run.bottom for run in (*left, *right))
    return top - bottom > 0.3 * (highest - lowest)


def _bands(runs: Sequence[Run], gutter: float) -> Iterator[list[Run]]:
    """What lies between runs over the whole width, each band with the wide ones above it."""
    band: list[Run] = []
    has_columns = False
    for run in sorted(runs, key=lambda run: -(run.top + run.bottom)):
        is_wide = run.left < gutter < run.right
        if is_wide and has_columns:
            yield band
            band, has_columns = [], False
        band.append(run)
        has_columns = has_columns or not is_wide
    yield band
