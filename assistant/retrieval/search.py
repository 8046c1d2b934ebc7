"""One question against one snapshot: every score that any mode, panel or comparison asks for.

Each array is computed once and remembered, so whatever is shown side by side is the same number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from assistant.embedding.encoder import EncodedTexts, Encoder
from assistant.embedding.in_threads import for_each
from assistant.embedding.maxsim import maxsim_scores
from assistant.embedding.poolings import Floats
from assistant.embedding.reading import dense_trust
from assistant.errors import IndexFault
from assistant.indexing.analyser import question_terms
from assistant.indexing.lexical import Scores as LexicalScores
from assistant.indexing.snapshot import Snapshot
from assistant.records import Grain, Reading
from assistant.retrieval.expansion import ADDED_WEIGHT, expanded
from assistant.retrieval.glossary import NO_TERMS, Glossary
from assistant.retrieval.parents import Parents
from assistant.retrieval.ranking import DEPTH, Ranking, ranked

if TYPE_CHECKING:
    from assistant.embedding.crossencoder import Reranker
    from assistant.embedding.multivector import LateEncoder

MAXSIM_BLOCK = 256
"""Sentences whose token vectors are read, widened and multiplied at once: they stay in the cache
between the three steps, and several threads take part."""

Approximate = Callable[[Floats, int], Ranking]
"""A question vector and a depth into the sentences that an approximate index finds nearest.
Raises: IndexFault."""


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What a search may need, each made or loaded at the first call."""

    encoder: Callable[[], Encoder]
    parents: Callable[[], Parents]
    late_encoder: Callable[[], LateEncoder | None] = lambda: None
    """A model of its own for MaxSim; None: the encoder's token vectors."""
    reranker: Callable[[], Reranker | None] = lambda: None
    rerank_depth: int = 0
    glossary: Glossary = NO_TERMS
    """Firmware terms in two languages, by which the words of a question are translated."""


@dataclass(slots=True, eq=False)
class _Known:
    """What was computed of a question, shared by its searches under all poolings."""

    encoded: EncodedTexts | None = None
    tokens: Floats | None = None
    lexical: LexicalScores | None = None
    dense: dict[tuple[Grain, str], Floats] = field(default_factory=dict)
    nearest: dict[str, Ranking] = field(default_factory=dict)
    sections: dict[str, Floats] = field(default_factory=dict)
    passage_means: dict[str, Floats] = field(default_factory=dict)
    maxsim: dict[int, float] = field(default_factory=dict)
    reranked: dict[int, float] = field(default_factory=dict)


class Search:
    """Lazy, memoised scores of one question. The encoder is loaded only if one needs it."""

    def __init__(
        self,
        snapshot: Snapshot,
        question: str,
        pooling: str,
        reading: Reading,
        parts: SearchParts,
    ) -> None:
        self.snapshot = snapshot
        self.question = question
        self.pooling = pooling
        self.reading = reading
        self.terms = question_terms(question)
        self.expansion = expanded(question, self.terms, snapshot.lexical, parts.glossary)
        self.notes: list[str] = []
        """What went otherwise than asked, for the trace."""
        self.engine = "exact"
        self.parts = parts
        self._encoder = parts.encoder
        self._approximate: Approximate | None = None
        self._known = _Known()

    def under(self, pooling: str, approximate: Approximate | None = None) -> Search:
        """The same question under another pooling; what was computed is shared.

        `approximate`, where given, ranks the sentence vectors in place of exact search.
        """
        other = copy.copy(self)
        other.pooling = pooling
        other.notes = []
        other.engine = "exact"
        other._approximate = approximate
        return other

    def prepare(self) -> None:
        """Encodes the question now, where the encoder can read any of it."""
        if self.trust > 0:
            self.question_tokens()

    def afresh(self) -> Search:
        """The same question with nothing computed of it but its encoding."""
        other = self.under(self.pooling, self._approximate)
        other._known = _Known(encoded=self._known.encoded, tokens=self._known.tokens)
        return other

    @property
    def trust(self) -> float:
        """Weight of the arms that rest on the encoder."""
        return dense_trust(self.reading)

    def question_vector(self, pooling: str) -> Floats:
        """The unit vector (dim,) of the question."""
        vector: Floats = self._encoded().pooled.vectors[pooling][0]
        return vector

    def _encoded(self) -> EncodedTexts:
        if self._known.encoded is None:
            self._known.encoded = self._encoder().encode([self.question], "query")
        return self._known.encoded

    def dense_scores(self, grain: Grain, pooling: str) -> Floats:
        """Cosines with every text of the grain (n_texts,)."""
        key = (grain, pooling)
        if key not in self._known.dense:
            vector = self.question_vector(pooling)
            # Another pooling than the question's own is asked for by a comparison.
            again = grain == "contextual" or pooling == self.pooling
            self._known.dense[key] = self.snapshot.scores(grain, pooling, vector, again)
        return self._known.dense[key]

    def nearest_sentences(self) -> Ranking:
        """Sentences by cosine under the active pooling, by the engine that was asked for."""
        if self._approximate:
            try:
                nearest = self._approximate(self.question_vector(self.pooling), DEPTH)
                self.engine = "chroma"
                return nearest
            except IndexFault as error:
                self.engine = "exact"
                self._approximate = None
                self.notes.append(f"Chroma gave no answer, exact search did: {error}")
        return self.exactly_nearest(self.pooling)

    def exactly_nearest(self, pooling: str) -> Ranking:
        """Sentences by cosine under that pooling, among all of them."""
        known = self._known.nearest
        if pooling not in known:
            known[pooling] = ranked(self.dense_scores("sentence", pooling))
        return known[pooling]

    def section_scores(self, pooling: str) -> Floats:
        """Cosines with every section (n_sections,)."""
        known = self._known.sections
        if pooling not in known:
            sections = self.parts.parents().sections
            known[pooling] = sections.scores(pooling, self.question_vector(pooling))
        return known[pooling]

    def passage_mean_scores(self, pooling: str) -> Floats:
        """Cosines with the mean of each passage's sentence vectors (n_passages,)."""
        known = self._known.passage_means
        if pooling not in known:
            means = self.parts.parents().passage_means
            known[pooling] = means.scores(pooling, self.dense_scores("sentence", pooling))
        return known[pooling]

    def lexical_scores(self) -> LexicalScores:
        """BM25 scores of every sentence (n_sentences,)."""
        if self._known.lexical is None:
            lexical, added = self.snapshot.lexical, self.expansion.terms
            scores = lexical.scores(self.terms)
            if added:
                scores = scores + ADDED_WEIGHT * lexical.scores(added)
            self._known.lexical = scores
        return self._known.lexical

    def term_shares(self, number: int) -> dict[str, float]:
        """Term -> its share of that sentence's lexical score."""
        lexical = self.snapshot.lexical
        added = lexical.contributions(self.expansion.terms, number)
        return {
            **lexical.contributions(self.terms, number),
            **{term: ADDED_WEIGHT * share for term, share in added.items()},
        }

    def question_tokens(self) -> Floats:
        """Unit token vectors (n_tokens, dim) of the question, for late interaction."""
        if self._known.tokens is None:
            late = self.parts.late_encoder()
            self._known.tokens = (
                late.token_vectors([self.question], "query")[0]
                if late
                else self._encoded().tokens[0].vectors
            )
        return self._known.tokens

    def has_stored_tokens(self) -> bool:
        """Whether MaxSim with any sentence needs no encoder."""
        return self.parts.late_encoder() is None and self.snapshot.stores_all_tokens

    def rerank_scores(self, reranker: Reranker, numbers: Sequence[int]) -> Floats:
        """The cross-encoder's score of the question with each sentence (n_numbers,)."""
        known = self._known.reranked
        missing = [number for number in numbers if number not in known]
        if missing:
            texts = [stored.embedded_text for stored in self.snapshot.sentences(missing)]
            known.update(zip(missing, reranker.scores(self.question, texts).tolist(), strict=True))
        return np.array([known[number] for number in numbers], dtype=np.float32)

    def maxsim_scores(self, numbers: Sequence[int]) -> Floats:
        """Late interaction with the sentences of these numbers (n_numbers,).

        What is not stored with the index is encoded now.
        """
        known = self._known.maxsim
        missing = [number for number in numbers if number not in known]
        if missing:
            scores = self._new_maxsim_scores(missing)
            known.update(zip(missing, scores.tolist(), strict=True))
        return np.array([known[number] for number in numbers], dtype=np.float32)

    def _new_maxsim_scores(self, numbers: Sequence[int]) -> Floats:
        question = self.question_tokens()
        if self.parts.late_encoder() or not self.snapshot.stores_tokens(numbers):
            # The encoder makes its own batches of all that it is told.
            return maxsim_scores(question, self.sentence_tokens(numbers))
        scores = np.empty(len(numbers), dtype=np.float32)

        def score(start: int) -> None:
            block = slice(start, start + MAXSIM_BLOCK)
            scores[block] = maxsim_scores(question, self.sentence_tokens(numbers[block]))

        for_each(range(0, len(numbers), MAXSIM_BLOCK), score)
        return scores

    def sentence_tokens(self, numbers: Sequence[int]) -> list[Floats]:
        """Each sentence's unit token vectors (n_tokens, dim), as `maxsim_scores` compares them."""
        if late := self.parts.late_encoder():
            texts = [stored.embedded_text for stored in self.snapshot.sentences(numbers)]
            return late.token_vectors(texts, "document")
        vectors = dict(zip(numbers, self.snapshot.token_vectors(numbers), strict=True))
        absent = [number for number, stored in vectors.items() if stored is None]
        if absent:
            texts = [stored.embedded_text for stored in self.snapshot.sentences(absent)]
            for number, encoded in zip(
                absent, self._encoder().token_vectors(texts, "document"), strict=True
            ):
                vectors[number] = encoded.vectors
        return [found for number in numbers if (found := vectors[number]) is not None]
