"""Chroma beside the exact files: when it is asked, and what its answer or silence means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assistant.embedding.poolings import POOLINGS, Floats
from assistant.errors import IndexFault
from assistant.indexing.chroma import ChromaMirror
from assistant.indexing.snapshot import Snapshot
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.search import Approximate, Search
from assistant.settings import Settings

EXACT_UP_TO_SENTENCES = 500_000
"""Above this an approximate index answers faster than a matrix product (engine = "auto")."""
COLUMN_DEPTH = 200
"""How far down Chroma's ranks are asked for beside the exact ones."""


class ApproximateIndex:
    def __init__(self, mirror: ChromaMirror, settings: Settings, trained_pooling: str) -> None:
        self._mirror = mirror
        self._settings = settings
        self._trained_pooling = trained_pooling

    def engine(self, snapshot: Snapshot, pooling: str) -> Approximate | None:
        """The ranking to use in place of exact search; None where exact search is wanted."""
        wanted = self._settings.search.engine
        is_past_one_machine = bool(self._settings.chroma.url)
        is_large = snapshot.n_sentences > EXACT_UP_TO_SENTENCES
        asked = wanted == "chroma" or (wanted == "auto" and (is_large or is_past_one_machine))
        if not (asked and self._settings.chroma.enabled and snapshot.scope.is_whole):
            return None
        if pooling != self._trained_pooling:
            return None  # Chroma holds the trained pooling alone; the trace names the engine
        return lambda question, depth: self._nearest(snapshot, question, depth)

    def column(self, search: Search) -> Callable[[], Ranking] | str:
        """What finds Chroma's ranks for a comparison, or why there are none."""
        if not self._settings.chroma.enabled:
            return "the vector database is switched off in the settings"
        if not search.snapshot.scope.is_whole:
            return "the vector database is asked of all documents only"
        if search.pooling != self._trained_pooling:
            return f"the vector database holds {POOLINGS[self._trained_pooling].label} only"
        if not self._mirror.is_current(search.snapshot):
            return "the vector database was not brought up to date: index the folder again"
        vector = search.question_vector(search.pooling)
        return lambda: self._nearest(search.snapshot, vector, COLUMN_DEPTH)

    def _nearest(self, snapshot: Snapshot, question: Floats, depth: int) -> Ranking:
        """Raises: IndexFault."""
        if not self._mirror.is_current(snapshot):
            raise IndexFault("it was not brought up to date", "index the folder again")
        found = self._mirror.nearest(question, depth, snapshot.n_sentences)
        numbers = snapshot.numbers_of([sentence_id for sentence_id, _ in found])
        if len(numbers) != len(found):
            raise IndexFault("it holds sentences that the index does not", "index again")
        return Ranking(numbers, np.array([cosine for _, cosine in found]))
