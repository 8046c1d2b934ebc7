"""A triangle of numbers: how much of their best ten every two columns share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.content import Content

from assistant.tui.texts import MUTED, fitted

_WIDTH = 6
_EMPHASISED = 0.7
"""From here on two columns say much the same."""


def overlap_lines(labels: Mapping[str, str], overlaps: Iterable[tuple[str, str, float]]) -> Content:
    """`labels`: every column's name and how it is shown, in order."""
    shares = {frozenset((a, b)): share for a, b, share in overlaps}
    names = [name for name in labels if any(name in pair for pair in shares)]
    if not names:
        return Content.styled("overlap@10: waiting for two modes", MUTED)
    margin = max(len(labels[name]) for name in names)
    lines = [_header(margin, [labels[name] for name in names[:-1]])]
    for row, name in enumerate(names[1:], start=1):
        cells = [_cell(shares.get(frozenset((name, other)))) for other in names[:row]]
        lines.append(Content.assemble((fitted(labels[name], margin), "bold"), *cells))
    return Content("\n").join(lines)


def _header(margin: int, labels: Sequence[str]) -> Content:
    cells = "".join(f" {fitted(label, _WIDTH - 1):>{_WIDTH - 1}}" for label in labels)
    return Content.styled(fitted("overlap@10", margin) + cells, MUTED)


def _cell(share: float | None) -> Content:
    if share is None:
        return Content(" " * _WIDTH)
    return Content.styled(f"{share:>{_WIDTH}.1f}", "bold" if share >= _EMPHASISED else "")
