"""Ranks of relevant entries into the figures of retrieval, with how far chance moves them.

With r(e) the 1-based rank of the first hit that is relevant to entry e, over the entries E of one
question (Manning, Raghavan and Schuetze 2008, chapter 8; Jaervelin and Kekaelaeinen 2002):

    hit@k     = 1 if min r(e) <= k else 0
    MRR@10    = 1 / min r(e)        where that is <= 10, else 0
    nDCG@10   = sum over e with r(e) <= 10 of 1 / log2(1 + r(e))
                / sum over i = 1 .. min(|E|, 10) of 1 / log2(1 + i)
    recall@10 = |{e: r(e) <= 10}| / |E|

Gain is binary and each entry counts once, at its first hit: further hits of the same entry add
nothing. One sentence may be relevant to several entries, which would lift nDCG above 1: it is
cut there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

from assistant.evaluation.records import Scores

DEPTH = 10
METRICS = ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10", "recall@10")

N_RESAMPLES = 2000
"""Percentile bootstrap (Efron and Tibshirani 1993, section 13.3)."""
_SEED = 20260101


def question_metrics(ranks: Sequence[int | None]) -> dict[str, float]:
    """Every metric of one question from `first_ranks` of its entries, of which there are some."""
    found = [rank for rank in ranks if rank is not None]
    best = min(found, default=None)
    within = [rank for rank in found if rank <= DEPTH]
    ideal = sum(1 / log2(1 + i) for i in range(1, min(len(ranks), DEPTH) + 1))
    return {
        **{f"hit@{k}": float(best is not None and best <= k) for k in (1, 5, 10)},
        "mrr@10": 1 / best if best is not None and best <= DEPTH else 0.0,
        "ndcg@10": min(1.0, sum(1 / log2(1 + rank) for rank in within) / ideal),
        "recall@10": len(within) / len(ranks),
    }


def mean_scores(
    per_question: Mapping[str, Mapping[str, float]], with_intervals: bool = True
) -> Scores:
    """Means over questions with their intervals, the same for the same questions."""
    if not per_question:
        return Scores(0, {})
    rows = np.array([[values[name] for name in METRICS] for values in per_question.values()])
    means = {name: float(mean) for name, mean in zip(METRICS, rows.mean(axis=0), strict=True)}
    if not with_intervals:
        return Scores(len(rows), means)
    low, high = _intervals(rows)
    return Scores(
        len(rows),
        means,
        {name: (float(low[i]), float(high[i])) for i, name in enumerate(METRICS)},
    )


def paired_difference(
    before: Mapping[str, float], after: Mapping[str, float]
) -> tuple[float, float, float] | None:
    """Mean of after - before over the questions in both, and its 95 % interval.

    None where there is no such question.
    """
    common = [question for question in before if question in after]
    if not common:
        return None
    differences = np.array([[after[question] - before[question]] for question in common])
    low, high = _intervals(differences)
    return float(differences.mean()), float(low[0]), float(high[0])


def _intervals(
    rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[
    np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    np.ndarray[tuple[int, ...], np.dtype[np.float64]],
]:
    """Ends of the 95 % interval of each column's mean (n_columns,) from rows (n, n_columns)."""
    draws = np.random.default_rng(_SEED).integers(0, len(rows), (N_RESAMPLES, len(rows)))
    means = rows[draws].mean(axis=1)  # (N_RESAMPLES, n_columns)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return low, high
