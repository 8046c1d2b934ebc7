"""One question against one snapshot: every score that any mode, panel or comparison asks for.

Each array is computed once and remembered, so whatever is shown side by side is the same number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.embedding.encoder import Encoder, PooledTexts, TokenVectors
from assistant.embedding.maxsim import maxsim_scores
from assistant.embedding.poolings import Floats
from assistant.embedding.reading import dense_trust
from assistant.errors import IndexFault
from assistant.indexing.analyser import question_terms
from assistant.indexing.lexical import Scores as LexicalScores
from assistant.indexing.snapshot import Snapshot
from assistant.records import Grain, Reading
from assistant.retrieval.ranking import DEPTH, Ranking, ranked

Approximate = Callable[[Floats, int], Ranking]
"""A question vector and a depth into the sentences that an approximate index finds nearest.
Raises: IndexFault."""


@dataclass(slots=True, eq=False)
class _Known:
    """What was computed of a question, shared by its searches under all poolings."""

    pooled: PooledTexts | None = None
    tokens: TokenVectors | None = None
    lexical: LexicalScores | None = None
    dense: dict[tuple[Grain, str], Floats] = field(default_factory=dict)
    maxsim: dict[int, float] = field(default_factory=dict)


class Search:
    """Lazy, memoised scores of one question. The encoder is loaded only if one needs it."""

    def __init__(
        self,
        snapshot: Snapshot,
        question: str,
        pooling: str,
        reading: Reading,
        encoder: Callable[[], Encoder],
    ) -> None:
        self.snapshot = snapshot
        self.question = question
        self.pooling = pooling
        self.reading = reading
        self.terms = question_terms(question)
        self.notes: list[str] = []
        """What went otherwise than asked, for the trace."""
        self.engine = "exact"
        self._encoder = encoder
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

    @property
    def trust(self) -> float:
        """Weight of the arms that rest on the encoder."""
        return dense_trust(self.reading)

    def question_vector(self, pooling: str) -> Floats:
        """The unit vector (dim,) of the question."""
        if self._known.pooled is None:
            self._known.pooled = self._encoder().pool([self.question], "query")
        vector: Floats = self._known.pooled.vectors[pooling][0]
        return vector

    def dense_scores(self, grain: Grain, pooling: str) -> Floats:
        """Cosines with every text of the grain (n_texts,)."""
        key = (grain, pooling)
        if key not in self._known.dense:
            vector = self.question_vector(pooling)
            self._known.dense[key] = self.snapshot.scores(grain, pooling, vector)
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
        return ranked(self.dense_scores("sentence", self.pooling))

    def lexical_scores(self) -> LexicalScores:
        """BM25 scores of every sentence (n_sentences,)."""
        if self._known.lexical is None:
            self._known.lexical = self.snapshot.lexical.scores(self.terms)
        return self._known.lexical

    def question_tokens(self) -> TokenVectors:
        if self._known.tokens is None:
            self._known.tokens = self._encoder().token_vectors([self.question], "query")[0]
        return self._known.tokens

    def maxsim_scores(self, numbers: Sequence[int]) -> Floats:
        """Late interaction with the sentences of these numbers (n_numbers,).

        What is not stored with the index is encoded now.
        """
        known = self._known.maxsim
        missing = [number for number in numbers if number not in known]
        if missing:
            question = self.question_tokens().vectors
            scores = maxsim_scores(question, self._token_vectors(missing))
            known.update(zip(missing, scores.tolist(), strict=True))
        return np.array([known[number] for number in numbers], dtype=np.float32)

    def _token_vectors(self, numbers: Sequence[int]) -> list[Floats]:
        vectors = {number: self.snapshot.token_vectors(number) for number in numbers}
        absent = [number for number, stored in vectors.items() if stored is None]
        if absent:
            texts = [stored.embedded_text for stored in self.snapshot.sentences(absent)]
            for number, encoded in zip(
                absent, self._encoder().token_vectors(texts, "document"), strict=True
            ):
                vectors[number] = encoded.vectors
        return [found for number in numbers if (found := vectors[number]) is not None]
