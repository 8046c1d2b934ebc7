"""Two ways of ranking the same sentences into numbers that say how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations


def kendall_tau(a: Sequence[float], b: Sequence[float]) -> float:
    """Concordant less discordant pairs over all pairs, -1..1 (Kendall 1938, tau-a).

    A pair tied in either sequence counts as neither. 1.0 for fewer than two entries.
    """
    pairs = list(combinations(range(len(a)), 2))
    if not pairs:
        return 1.0
    signs = sum(_sign(a[i] - a[j]) * _sign(b[i] - b[j]) for i, j in pairs)
    return signs / len(pairs)


def overlap(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of the longer list that the lists have in common, 0..1; 1.0 for two empty."""
    longest = max(len(a), len(b))
    return len(set(a) & set(b)) / longest if longest else 1.0


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
