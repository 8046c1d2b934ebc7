"""Sentences' terms into BM25 scores: rank-bm25's own numbers, laid out as a sparse matrix.

rank-bm25 computes every weight (BM25Okapi; Robertson and Zaragoza 2009, section 3.2, with its own
floor for negative idf); this module only stores them by term, so that a question adds up a few
columns instead of walking over all sentences: equal scores, hundreds of times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexDamaged
from assistant.indexing.term_counts import TermCounts, counted, terms_as_bytes, terms_of_bytes

Scores = npt.NDArray[np.float64]


class LexicalIndex:
    """Weights by term in compressed columns: `rows[starts[t]:starts[t + 1]]` hold term t."""

    def __init__(
        self,
        n_sentences: int,
        terms: Sequence[str],
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        weights: Scores,
    ) -> None:
        self.n_sentences = n_sentences
        self._terms = terms
        self._column = {term: i for i, term in enumerate(terms)}
        self._starts = starts
        self._rows = rows
        self._weights = weights

    @classmethod
    def build(cls, term_lists: Sequence[Sequence[str]]) -> LexicalIndex:
        """Of one list of terms per sentence, in the sentences' order."""
        numbers = range(len(term_lists))
        return cls.of_counts(counted(numbers, term_lists, numbers))

    @classmethod
    def of_counts(cls, counted: TermCounts) -> LexicalIndex:
        """Of what was counted in each sentence, in the sentences' order."""
        if not len(counted.columns):  # rank-bm25 divides by the corpus' length
            empty = np.zeros(0, dtype=np.int32)
            return cls(counted.n_sentences, [], np.zeros(1, np.int64), empty, np.zeros(0))
        from scipy.sparse import csc_matrix

        bm25 = _bm25(counted)
        idf = np.fromiter(bm25.idf.values(), np.float64)
        saturation = bm25.k1 * (1 - bm25.b + bm25.b * counted.lengths() / bm25.avgdl)
        rows, counts = counted.rows(), counted.counts.astype(np.float64)
        # The order of operations is rank-bm25's own, so that the floats are equal to the last bit.
        weights = idf[counted.columns] * (counts * (bm25.k1 + 1) / (counts + saturation[rows]))
        shape = (counted.n_sentences, len(counted.terms))
        matrix = csc_matrix((weights, (rows, counted.columns)), shape=shape)
        return cls(
            counted.n_sentences,
            counted.terms,
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32),
            matrix.data,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LexicalIndex):
            return NotImplemented
        arrays = ((self._starts, other._starts), (self._rows, other._rows))
        return (
            (self.n_sentences, self._terms) == (other.n_sentences, other._terms)
            and all(np.array_equal(mine, theirs) for mine, theirs in arrays)
            and np.array_equal(self._weights, other._weights)
        )

    __hash__ = None  # type: ignore[assignment]  # equal by value, and large

    def scores(self, question_terms: Sequence[str]) -> Scores:
        """BM25 score of every sentence (n_sentences,); a repeated term counts again."""
        scores = np.zeros(self.n_sentences)
        for term in question_terms:
            column = self._column.get(term)
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                scores[self._rows[span]] += self._weights[span]
        return scores

    def matching(self, question_terms: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which sentences hold at least one of the terms, whatever its weight.

        On tiny corpora BM25Okapi gives frequent terms zero or negative weight, so the score's
        sign does not tell whether a sentence matched.
        """
        found = np.zeros(self.n_sentences, dtype=bool)
        for term in question_terms:
            found[self._rows_of(term)] = True
        return found

    def rarities(self, terms: Sequence[str]) -> list[float]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) of each term in n of N sentences: never negative.

        BM25's idf as Lucene has it; for weighing a question's terms, not for scores.
        """
        counts = (len(self._rows_of(term)) for term in terms)
        return [log(1 + (self.n_sentences - n + 0.5) / (n + 0.5)) for n in counts]

    def held_by(
        self, terms: Sequence[str], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
    ) -> list[bool]:
        """Whether a sentence of one of the half-open ranges `first[i]:last[i]` holds each term."""
        return [
            bool((np.searchsorted(rows, first) < np.searchsorted(rows, last)).any())
            for rows in (self._rows_of(term) for term in terms)
        ]

    def holds(self, term: str) -> bool:
        """Whether any sentence has the term."""
        return len(self._rows_of(term)) > 0

    def among(self, numbers: npt.NDArray[np.int64]) -> LexicalIndex:
        """Of these sentences alone (ascending), each with the weights that it has among all."""
        positions = np.full(self.n_sentences, -1, dtype=np.int32)
        positions[numbers] = np.arange(len(numbers), dtype=np.int32)
        rows = positions[self._rows]
        is_kept = rows >= 0
        starts = np.concatenate(([0], np.cumsum(is_kept)))[self._starts]
        return LexicalIndex(
            len(numbers), self._terms, starts, rows[is_kept], self._weights[is_kept]
        )

    def _rows_of(self, term: str) -> npt.NDArray[np.int32]:
        """The sentences that hold the term, ascending."""
        column = self._column.get(term)
        if column is None:
            return self._rows[:0]
        return self._rows[self._starts[column] : self._starts[column + 1]]

    def contributions(self, question_terms: Sequence[str], sentence: int) -> dict[str, float]:
        """Term -> its share of the sentence's score, for the terms that it holds."""
        shares: dict[str, float] = {}
        for term in question_terms:
            column = self._column.get(term)
            if column is None:
                continue
            start, end = int(self._starts[column]), int(self._starts[column + 1])
            at = start + int(np.searchsorted(self._rows[start:end], sentence))
            if at < end and self._rows[at] == sentence:
                shares[term] = shares.get(term, 0.0) + float(self._weights[at])
        return shares

    def save(self, file: Path) -> None:
        """Write atomically: a reader sees the old file or the new one, whole."""
        draft = file.with_suffix(".draft.npz")
        np.savez(
            draft,
            n_sentences=np.int64(self.n_sentences),
            terms=terms_as_bytes(self._terms),
            starts=self._starts,
            rows=self._rows,
            weights=self._weights,
        )
        draft.replace(file)

    @classmethod
    def load(cls, file: Path) -> LexicalIndex:
        """Raises: IndexDamaged where the file is not one of `save`."""
        try:
            with np.load(file, allow_pickle=False) as stored:
                arrays: dict[str, Any] = {name: stored[name] for name in stored.files}
            return cls(
                int(arrays["n_sentences"]),
                terms_of_bytes(arrays["terms"]),
                arrays["starts"],
                arrays["rows"],
                arrays["weights"],
            )
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise IndexDamaged(f"the lexical cache cannot be read: {file}: {error}") from error


def _bm25(counted: TermCounts) -> Any:
    """rank-bm25 over what is counted already; it would count all lists of terms again."""
    from rank_bm25 import BM25Okapi

    class Counted(BM25Okapi):  # type: ignore[misc]
        def _initialize(self, corpus: TermCounts) -> dict[str, int]:
            self.corpus_size = corpus.n_sentences
            self.avgdl = int(corpus.counts.sum()) / self.corpus_size
            holding = np.bincount(corpus.columns, minlength=len(corpus.terms))
            return dict(zip(corpus.terms, holding.tolist(), strict=True))

    return Counted(counted)
