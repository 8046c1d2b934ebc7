"""The ranked lists that modes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.fusion import RRF_K, Arm
from assistant.retrieval.ranking import DEPTH, Numbers, Ranking, Scores, ranked
from assistant.retrieval.search import Search

if TYPE_CHECKING:
    from assistant.embedding.crossencoder import Reranker

CONTEXTUAL_POOLING = "mean"
"""Late chunking is defined for the mean; the first and last token of a span stand for nothing."""


def sentence_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every sentence by the cosine of its own vector."""
    label = f"sentence vectors ({POOLINGS[search.pooling].label})"
    return Arm("sentence", label, search.nearest_sentences(), weight)


def passage_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every passage by the cosine of its vector, each shown by its nearest sentence."""
    scores = search.dense_scores("passage", search.pooling)
    label = f"passage vectors ({POOLINGS[search.pooling].label})"
    ranking = _shown_by_nearest(search, scores, search.snapshot.passage_of)
    return Arm("passage", label, ranking, weight)


def section_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every section by the cosine of its joined vector, each shown by its nearest sentence."""
    scores = search.section_scores(search.pooling)
    label = f"section vectors ({POOLINGS[search.pooling].label})"
    ranking = _shown_by_nearest(search, scores, search.snapshot.section_of)
    return Arm("section", label, ranking, weight)


def passage_mean_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every passage by the mean of its sentences' vectors, shown by its nearest sentence."""
    scores = search.passage_mean_scores(search.pooling)
    label = f"means of sentence vectors ({POOLINGS[search.pooling].label})"
    ranking = _shown_by_nearest(search, scores, search.snapshot.passage_of)
    return Arm("passage mean", label, ranking, weight)


def vote_arm(search: Search, weight: float = 1.0) -> Arm:
    """Small to big: the nearest sentences vote for their passages, each with its reciprocal rank;
    a passage is shown by its nearest sentence.
    """
    snapshot = search.snapshot
    nearest = search.nearest_sentences().numbers
    votes = np.bincount(
        snapshot.passage_of[nearest],
        1 / (RRF_K + np.arange(1, len(nearest) + 1)),
        snapshot.n_passages,
    )
    voted = np.flatnonzero(votes)
    ranking = _shown_by_nearest(search, votes, snapshot.passage_of, voted)
    label = f"votes of sentence vectors ({POOLINGS[search.pooling].label})"
    return Arm("votes", label, ranking, weight)


def contextual_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every sentence by the mean of its own token vectors, as read within its passage."""
    scores = search.dense_scores("contextual", CONTEXTUAL_POOLING)
    return Arm("contextual", "contextual sentence vectors", ranked(scores), weight)


def bm25_arm(search: Search, weight: float = 1.0) -> Arm:
    """Every sentence that holds a term of the question, by BM25."""
    terms = [*search.terms, *search.expansion.terms]
    matching = np.flatnonzero(search.snapshot.lexical.matching(terms))
    ranking = ranked(search.lexical_scores(), among=matching, depth=DEPTH)
    return Arm("bm25", "BM25", ranking, weight)


def maxsim_arm(search: Search, candidates: Numbers, weight: float = 1.0) -> Arm:
    """The candidates by late interaction; nothing else gets a rank."""
    among = np.sort(candidates)
    scores = np.zeros(search.snapshot.n_sentences, dtype=np.float32)
    scores[among] = search.maxsim_scores(among.tolist())
    return Arm("maxsim", "MaxSim", ranked(scores, among=among, depth=len(among)), weight)


def rerank_arm(search: Search, reranker: Reranker, candidates: Numbers, weight: float = 1.0) -> Arm:
    """The candidates by a model that reads each together with the question."""
    among = np.sort(candidates)
    scores = np.zeros(search.snapshot.n_sentences, dtype=np.float32)
    scores[among] = search.rerank_scores(reranker, among.tolist())
    ranking = ranked(scores, among=among, depth=len(among))
    return Arm("cross-encoder", f"cross-encoder ({reranker.name})", ranking, weight)


def _shown_by_nearest(
    search: Search, scores: Scores, parent_of: Numbers, among: Numbers | None = None
) -> Ranking:
    """Parents by score, each once, as the sentence in it with the highest cosine."""
    parents = ranked(scores, among=among)
    cosines = search.dense_scores("sentence", search.pooling)
    return Ranking(_nearest_in(cosines, parent_of, parents.numbers), parents.scores)


def _nearest_in(cosines: Scores, parent_of: Numbers, parents: Numbers) -> Numbers:
    """For each of the parents the number of its sentence with the highest cosine."""
    wanted = np.zeros(parent_of.max(initial=-1) + 1, dtype=bool)
    wanted[parents] = True
    children = np.flatnonzero(wanted[parent_of])
    # By parent, then best first, then sentence order: the first of each parent is its best.
    order = np.lexsort((children, -cosines[children], parent_of[children]))
    found, first = np.unique(parent_of[children][order], return_index=True)
    best: Numbers = children[order[first]][np.searchsorted(found, parents)]
    return best
