"""The ranked lists that modes are made of."""

from __future__ import annotations

import numpy as np

from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.fusion import Arm
from assistant.retrieval.ranking import DEPTH, Numbers, Ranking, ranked
from assistant.retrieval.search import Search


def sentence_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every sentence by the cosine of its own vector."""
    label = f"sentence vectors ({POOLINGS[search.pooling].label})"
    return Arm("sentence", label, search.nearest_sentences(), weight)


def passage_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every passage by the cosine of its vector, each shown by its nearest sentence."""
    passages = ranked(search.dense_scores("passage", search.pooling))
    best = _best_sentences(search)
    label = f"passage vectors ({POOLINGS[search.pooling].label})"
    return Arm("passage", label, Ranking(best[passages.numbers], passages.scores), weight)


def bm25_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every sentence that holds a term of the question, by BM25."""
    matching = np.flatnonzero(search.snapshot.lexical.matching(search.terms))
    ranking = ranked(search.lexical_scores(), among=matching, depth=DEPTH)
    return Arm("bm25", "BM25", ranking, weight)


def maxsim_arm(search: Search, candidates: Numbers, weight: float = 1.0) -> Arm:
    """The candidates by late interaction; nothing else gets a rank."""
    among = np.sort(candidates)
    scores = np.zeros(search.snapshot.n_sentences, dtype=np.float32)
    scores[among] = search.maxsim_scores(among.tolist())
    return Arm("maxsim", "MaxSim", ranked(scores, among=among, depth=len(among)), weight)


def _best_sentences(search: Search) -> Numbers:
    """For each passage the number of its sentence with the highest cosine (n_passages,)."""
    scores = search.dense_scores("sentence", search.pooling)
    passage_of = search.snapshot.passage_of
    # By passage, then best first, then sentence order: the first of each passage is its best.
    order = np.lexsort((np.arange(len(scores)), -scores, passage_of))
    _, first = np.unique(passage_of[order], return_index=True)
    best: Numbers = order[first]
    return best
