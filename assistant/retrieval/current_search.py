"""The search of the question at hand, kept until another question or a newer index comes.

All that is shown of a question comes from it, so nothing is computed twice or differently.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.embedding.loaded import LoadedModels
from assistant.errors import IndexFault, UsageError
from assistant.indexing.snapshot import OutdatedSnapshot, Snapshot
from assistant.records import Scope, Trace
from assistant.retrieval.glossary import Glossary
from assistant.retrieval.parents import Parents
from assistant.retrieval.search import Search, SearchParts

_TRIES = 5
"""Of a question whose documents are indexed anew while it is searched."""


class CurrentSearch:
    """Safe to call from several threads."""

    def __init__(self, models: LoadedModels, rerank_depth: int, glossary: Glossary) -> None:
        self._models = models
        self._glossary = glossary
        self._rerank_depth = rerank_depth
        self._lock = threading.RLock()
        self._parents: Parents | None = None
        self._search: Search | None = None
        self._part: tuple[Snapshot, Scope, Snapshot] | None = None

    def of(self, question: str, pooling: str, snapshot: Snapshot) -> Search:
        """Raises: ModelUnavailable."""
        with self._lock:
            known = self._search
            if known is None or known.snapshot is not snapshot or known.question != question:
                known = self._search = self.new(question, pooling, snapshot)
            return known

    def part_of(self, snapshot: Snapshot, scope: Scope) -> Snapshot:
        """What of it a question is asked of. Raises: UsageError where that is no document."""
        if scope.is_whole:
            return snapshot
        with self._lock:
            if self._part is None or self._part[:2] != (snapshot, scope):
                self._part = (snapshot, scope, snapshot.within(scope))
            return self._part[2]

    def new(self, question: str, pooling: str, snapshot: Snapshot) -> Search:
        reading = self._models.reader().read([question], "query")[0]
        parts = SearchParts(
            self._models.encoder,
            lambda: self._parents_of(snapshot),
            self._models.late_encoder,
            self._models.reranker,
            self._rerank_depth,
            self._glossary,
        )
        return Search(snapshot, question, pooling, reading, parts)

    def _parents_of(self, snapshot: Snapshot) -> Parents:
        with self._lock:
            if self._parents is None or self._parents.snapshot is not snapshot:
                added = self._models.reader().n_added("document")
                self._parents = Parents(snapshot, self._models.info.window, added)
            return self._parents


@contextmanager
def of_unchanged_documents() -> Iterator[None]:
    """Raises: UsageError where a document has changed since the question was searched."""
    try:
        yield
    except OutdatedSnapshot as error:
        raise UsageError("the documents of this answer have changed since", "ask again") from error


def retried(attempt: Callable[[], Trace]) -> Trace:
    """Again where a document changed after the attempt's snapshot was taken. Raises: IndexFault."""
    for _ in range(_TRIES):
        try:
            return attempt()
        except OutdatedSnapshot:
            continue
    raise IndexFault(
        "the index changes faster than it can be searched", "ask again when indexing is done"
    )
