"""Token counts of consecutive sentences into runs that fit a window: few, and of even size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

Span = tuple[int, int]
"""Sentence numbers, half-open."""


def packed_evenly(n_tokens: Sequence[int], first: int, last: int, window: int) -> list[Span]:
    """`first:last` in the fewest spans of at most `window` tokens, with the smallest maximum that
    needs no more of them. A sentence longer than the window is a span alone.
    """
    return [
        span
        for a, b in _without_overlong(n_tokens, first, last, window)
        for span in _balanced(n_tokens, a, b, window)
    ]


def _without_overlong(n_tokens: Sequence[int], first: int, last: int, window: int) -> list[Span]:
    """The spans between overlong sentences, and each of these by itself."""
    cuts = {first, last}
    for i in range(first, last):
        if n_tokens[i] > window:
            cuts |= {i, i + 1}
    ordered = sorted(cuts)
    return list(pairwise(ordered))


def _balanced(n_tokens: Sequence[int], first: int, last: int, window: int) -> list[Span]:
    counts = n_tokens[first:last]
    n_parts = len(_filled(counts, window))
    low, high = max(counts), window
    while low < high:
        middle = (low + high) // 2
        if len(_filled(counts, middle)) <= n_parts:
            high = middle
        else:
            low = middle + 1
    ends = _even_tail(counts, _filled(counts, max(low, high)))
    return [(first + a, first + b) for a, b in zip([0, *ends], ends, strict=False)]


def _filled(counts: Sequence[int], capacity: int) -> list[int]:
    """The ends of parts that each take what fits."""
    ends: list[int] = []
    filled = 0
    for i, count in enumerate(counts):
        if filled + count > capacity and i > 0:
            ends.append(i)
            filled = 0
        filled += count
    return [*ends, len(counts)]


def _even_tail(counts: Sequence[int], ends: list[int]) -> list[int]:
    """The same parts with the last two evened out: packing leaves the rest to the last."""
    if len(ends) < 2:
        return ends
    start = ends[-3] if len(ends) > 2 else 0
    sums = list(accumulate(counts[start:]))
    cut = min(range(1, len(sums)), key=lambda i: abs(2 * sums[i - 1] - sums[-1]))
    return [*ends[:-2], start + cut, ends[-1]]
