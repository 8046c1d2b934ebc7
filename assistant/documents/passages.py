"""Sentences with their token counts into passages: as few as fit the window, of even size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from assistant.records import Passage, Sentence


def split_passages(
    sentences: Sequence[Sentence], n_tokens: Sequence[int], window: int
) -> tuple[Passage, ...]:
    """Every sentence in exactly one passage, in order, never across sections.

    A passage's tokens sum to at most `window`; a single longer sentence is a passage alone.

    Raises: ValueError when there is not one count for each sentence.
    """
    if len(sentences) != len(n_tokens):
        raise ValueError(f"{len(sentences)} sentences but {len(n_tokens)} token counts")
    spans = (
        span
        for first, last in _runs(sentences, n_tokens, window)
        for span in _balanced(n_tokens, first, last, window)
    )
    return tuple(
        Passage(a, b, sentences[a].section, sentences[a].start, sentences[b - 1].end)
        for a, b in spans
    )


def _runs(
    sentences: Sequence[Sentence], n_tokens: Sequence[int], window: int
) -> Iterator[tuple[int, int]]:
    """Ranges of one section without an overlong sentence; each overlong one by itself."""
    first = 0
    for i in range(1, len(sentences) + 1):
        if (
            i == len(sentences)
            or sentences[i].section != sentences[first].section
            or n_tokens[i] > window
            or n_tokens[i - 1] > window
        ):
            yield first, i
            first = i


def _balanced(n_tokens: Sequence[int], first: int, last: int, window: int) -> list[tuple[int, int]]:
    """The fewest parts, with the smallest maximum that needs no more of them."""
    counts = n_tokens[first:last]
    n_parts = len(_packed(counts, window))
    low, high = max(counts), window
    while low < high:
        middle = (low + high) // 2
        if len(_packed(counts, middle)) <= n_parts:
            high = middle
        else:
            low = middle + 1
    ends = _even_tail(counts, _packed(counts, max(low, high)))
    return [(first + a, first + b) for a, b in zip([0, *ends], ends, strict=False)]


def _packed(counts: Sequence[int], capacity: int) -> list[int]:
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
