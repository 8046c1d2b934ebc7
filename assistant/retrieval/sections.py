"""Passage vectors into section vectors, as if a section were pooled over all its tokens in a row.

No section is encoded: each pooling joins what it made of the section's passages (`Pooling.join`).
For the mean that is exactly the mean of all token vectors that the encoder gave in the section.
"""

from __future__ import annotations

import numpy as np

from assistant.embedding.poolings import POOLINGS, Counts, Floats, Windows, normalised
from assistant.embedding.products import products
from assistant.indexing.snapshot import Snapshot


class Sections:
    """The sections of one snapshot; each pooling's vectors are made when first asked for."""

    def __init__(self, snapshot: Snapshot, window: int, n_added: int) -> None:
        """`n_added`: the special tokens and the prompt's, which are pooled with each passage."""
        self.snapshot = snapshot
        # Passages come in text order, but a heading's passages need not be adjacent in ids.
        self._order = np.argsort(snapshot.passage_section, kind="stable")
        by_section = snapshot.passage_section[self._order]
        self._starts = np.flatnonzero(np.diff(by_section, prepend=-1))
        self._n_added = n_added
        self._read_tokens = np.minimum(snapshot.passage_tokens[self._order], window - n_added)
        self._vectors: dict[str, Floats] = {}

    def n_tokens(self) -> Counts:
        """Tokens of each section that the encoder read (n_sections,)."""
        if not len(self._starts):
            return np.zeros(0, dtype=np.int64)
        counts: Counts = np.add.reduceat(self._read_tokens, self._starts)
        return counts

    def scores(self, pooling: str, question: Floats) -> Floats:
        """Cosine of the unit question vector with every section (n_sections,)."""
        if pooling not in self._vectors:
            self._vectors[pooling] = self._joined(pooling)
        return products(self._vectors[pooling], question)

    def _joined(self, pooling: str) -> Floats:
        if not len(self._starts):
            return np.zeros((0, self.snapshot.dimension), dtype=np.float32)
        norms = self.snapshot.norms("passage")
        columns = {name: i for i, name in enumerate(POOLINGS)}

        def pooled(name: str) -> Floats:
            lengths = norms[:, columns[name], None]
            raw: Floats = (self.snapshot.unit_vectors("passage", name) * lengths)[self._order]
            return raw

        windows = Windows(pooled, self._read_tokens + self._n_added, self._starts)
        return normalised(POOLINGS[pooling].join(windows))[0]
