"""What stands above the sentences of one snapshot: made once, when a search first asks for it."""

from __future__ import annotations

import numpy as np

from assistant.embedding.poolings import Floats
from assistant.indexing.snapshot import Snapshot
from assistant.retrieval.sections import Sections

_PART = 50_000
"""Sentences whose vectors are in memory at once."""


class Parents:
    def __init__(self, snapshot: Snapshot, window: int, n_added: int) -> None:
        """`n_added`: the special tokens and the prompt's, which are pooled with each passage."""
        self.snapshot = snapshot
        self.sections = Sections(snapshot, window, n_added)
        self.passage_means = PassageMeans(snapshot)


class PassageMeans:
    """Each passage as the mean of its sentences' unit vectors, without storing one.

    cos(q, mean of v_i) = mean of (q . v_i) / |mean of v_i|, so a question needs only the
    sentences' cosines beside lengths that do not depend on it.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lengths: dict[str, Floats] = {}

    def scores(self, pooling: str, sentence_scores: Floats) -> Floats:
        """From the question's cosines with every sentence, those with every passage."""
        if not self._snapshot.n_passages:
            return np.zeros(0, dtype=np.float32)
        if pooling not in self._lengths:
            self._lengths[pooling] = self._lengths_of_means(pooling)
        passage_of = self._snapshot.passage_of
        sums = np.bincount(passage_of, sentence_scores, self._snapshot.n_passages)
        means: Floats = (sums / self._n_sentences()).astype(np.float32)
        scores: Floats = means / np.maximum(self._lengths[pooling], 1e-12)
        return scores

    def _n_sentences(self) -> Floats:
        return np.bincount(self._snapshot.passage_of, minlength=self._snapshot.n_passages)

    def _lengths_of_means(self, pooling: str) -> Floats:
        snapshot = self._snapshot
        sums = np.zeros((snapshot.n_passages, snapshot.dimension), dtype=np.float32)
        for start in range(0, snapshot.n_sentences, _PART):
            numbers = np.arange(start, min(start + _PART, snapshot.n_sentences))
            vectors = snapshot.unit_vectors("sentence", pooling, numbers)
            passage_of = snapshot.passage_of[numbers]  # ascending: sentences are in text order
            firsts = np.flatnonzero(np.diff(passage_of, prepend=-1))
            sums[passage_of[firsts]] += np.add.reduceat(vectors, firsts)
        lengths: Floats = np.linalg.norm(sums, axis=1) / self._n_sentences()
        return lengths
