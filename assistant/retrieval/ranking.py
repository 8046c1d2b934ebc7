"""Scores into ranks, with one rule for ties everywhere: the earlier sentence comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[Any]

DEPTH = 1000
"""How far down a ranking is kept; what is below has no rank in that mode."""


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """Sentence numbers by rank with their scores, highest first."""

    numbers: Numbers
    scores: Scores

    def rank_of(self, number: int) -> int | None:
        """1-based, None where the ranking does not hold the sentence."""
        found = np.flatnonzero(self.numbers == number)
        return int(found[0]) + 1 if len(found) else None

    def score_of(self, number: int) -> float | None:
        rank = self.rank_of(number)
        return None if rank is None else float(self.scores[rank - 1])


def ranked(scores: Scores, among: Numbers | None = None, depth: int = DEPTH) -> Ranking:
    """The best of all sentences, or of those given by number (ascending)."""
    candidates = np.arange(len(scores)) if among is None else among
    values = scores if among is None else scores[among]
    if len(values) > depth:
        # Everything down to the depth-th score, its ties included: they are cut by order below.
        threshold = np.partition(values, len(values) - depth)[len(values) - depth]
        kept = np.flatnonzero(values >= threshold)
        candidates, values = candidates[kept], values[kept]
    order = np.argsort(-values, kind="stable")[:depth]
    return Ranking(candidates[order], values[order])


def exact_rank(scores: Scores, number: int) -> int:
    """The sentence's 1-based rank among all, ties by sentence order."""
    own = scores[number]
    # count_nonzero: several times quicker than the sum of booleans, and called for every rank.
    return 1 + int(np.count_nonzero(scores > own)) + int(np.count_nonzero(scores[:number] == own))
