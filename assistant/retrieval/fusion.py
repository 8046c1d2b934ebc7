"""Ranked lists into one: reciprocal rank fusion.

score(d) = sum over arms of weight / (k + rank of d in the arm)
(Cormack, Clarke and Buettcher 2009, section 2; the weights are ours.) Ranks, not scores, go in:
scores of different arms have different scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.retrieval.ranking import DEPTH, Ranking, ranked

RRF_K = 10
"""Cormack et al. use 60, on lists of documents. Here one sentence answers and the top of a list
says most: nDCG@10 of hybrid on the development half of tests/evaluation was 0.488 with 60, 0.513
with 20 and 0.523 with 10 (`assistant eval`, 37,274 sentences)."""


@dataclass(frozen=True, eq=False, slots=True)
class Arm:
    """One ranked list that goes into a fusion."""

    name: str
    label: str
    ranking: Ranking
    weight: float = 1.0


def fuse(arms: Sequence[Arm], n_sentences: int) -> Ranking:
    """One ranking of everything that an arm with a weight found; a single arm as it is."""
    weighing = [arm for arm in arms if arm.weight > 0]
    if len(weighing) == 1:
        return weighing[0].ranking
    totals = np.zeros(n_sentences)
    for arm in weighing:
        ranks = np.arange(1, len(arm.ranking.numbers) + 1)
        totals[arm.ranking.numbers] += arm.weight / (RRF_K + ranks)
    return ranked(totals, among=np.flatnonzero(totals), depth=DEPTH)


def fusion_in_words(arms: Sequence[Arm]) -> str:
    """The arithmetic as the panel states it; empty where one arm alone ranks."""
    weighing = [arm for arm in arms if arm.weight > 0]
    if len(weighing) < 2:
        return ""
    terms = (f"{arm.weight:.2g}/({RRF_K} + rank in {arm.label})" for arm in weighing)
    return "reciprocal rank fusion: " + " + ".join(terms)
