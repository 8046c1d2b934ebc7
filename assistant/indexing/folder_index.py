"""The index of one or several folders by the settings' model: made, kept current, repaired."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.allocator import give_back_small_pieces
from assistant.embedding.loaded import LoadedModels
from assistant.errors import IndexDamaged, IndexFault, IndexLocked, UsageError
from assistant.folders import Folders
from assistant.indexing.chroma import ChromaMirror
from assistant.indexing.database import generation, opened
from assistant.indexing.identity import index_folder, index_identity
from assistant.indexing.indexer import Indexer, IndexOptions
from assistant.indexing.locking import writing
from assistant.indexing.repairing import clear, forget
from assistant.indexing.seeding import seeded
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.stored import describe, remove, stored_indexes
from assistant.indexing.sweeping import sweep
from assistant.indexing.tokens import TokenFiles
from assistant.indexing.vectors import VectorFiles
from assistant.indexing.verifying import joined_rows, verify
from assistant.indexing.words import forget_cached_words
from assistant.paths import Paths
from assistant.records import (
    IndexEvent,
    IndexFinished,
    IndexProgressed,
    NoticeGiven,
    StageStarted,
    StoredIndex,
)
from assistant.settings import Settings

MEASURED_SENTENCES = 500
"""Fewer say little of how quickly a model encodes."""


class FolderIndex:
    """Opens what it needs when it is first needed. Safe to call from several threads."""

    def __init__(
        self, settings: Settings, paths: Paths, folders: Folders, models: LoadedModels
    ) -> None:
        self._settings = settings
        self._paths = paths
        self._folders = folders
        self._models = models
        self._snapshot_lock = threading.RLock()
        self._indexing_lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._chroma: ChromaMirror | None = None

    @property
    def path(self) -> Path:
        """Raises: ModelUnavailable."""
        indexes = self._paths.indexes_of(self._folders)
        return index_folder(indexes, self._models.info, self._settings.index.passages)

    @property
    def mirror(self) -> ChromaMirror:
        if self._chroma is None:
            identity = index_identity(self._models.info, self._settings.index.passages)
            self._chroma = ChromaMirror(self.path, identity, self._settings.chroma)
        return self._chroma

    def snapshot(self) -> Snapshot:
        """The newest commit. Raises: UsageError where nothing is indexed yet, IndexFault."""
        catalogue = self.path / "catalogue.db"
        if not catalogue.is_file():
            raise UsageError(
                f"this folder is not indexed: {self._folders.in_words}",
                f"assistant index {self._folders.in_words}",
            )
        with self._snapshot_lock:
            if self._snapshot is not None:
                with opened(catalogue) as database:
                    if generation(database) == self._snapshot.generation:
                        return self._snapshot
            self._snapshot = Snapshot(self.path, self._models.info.dimension)
            return self._snapshot

    # ── keeping it current ──

    def refresh(self) -> Generator[IndexEvent, None, None]:
        """Bring it up to date, repairing what is broken; the report is the last event.

        Raises: UsageError, IndexLocked, IndexFault, ModelUnavailable.
        """
        finished: IndexFinished | None = None
        # A cancelled run may still be on its way to its end.
        with self._indexing_lock, _writable(self.path):
            yield from self._cost_of_a_switch()
            # Before there is a catalogue: one that does not say what it is counts as outdated, and
            # another program at this folder would remove it.
            with suppress(OSError):  # where nothing can be written the indexer says so
                self._describe(None)
            if not (self.path / "catalogue.db").exists():
                yield from seeded(self.path, self._folders, self._paths.indexes)
            speed: float | None = None
            for event in self._refreshed():
                if isinstance(event, IndexFinished):
                    finished = event
                    continue
                if isinstance(event, IndexProgressed) and event.sentences >= MEASURED_SENTENCES:
                    speed = event.sentences_per_s
                yield event
            assert finished is not None  # the indexer's last event
            self._describe(speed)
            give_back_small_pieces()
            yield from self._update_chroma()
            yield from self._remove_outdated()
            yield finished

    def repair(self) -> Generator[IndexEvent, None, None]:
        """Verify, drop what breaks a law, and index that again; the report is the last event."""
        try:
            with self._indexing_lock, _writable(self.path):
                yield from self._drop_broken()
        except IndexDamaged as error:
            # Too broken to look at, so perhaps not broken enough for a run to notice.
            yield NoticeGiven(f"{error.message}: it is made anew")
            with writing(self.path):
                clear(self.path)
        yield from self.refresh()

    def _describe(self, speed: float | None) -> None:
        passages = self._settings.index.passages
        describe(self.path, self._folders, self._models.info.name, passages, speed)

    def _refreshed(self) -> Iterator[IndexEvent]:
        try:
            yield from self._indexer().refresh()
        except IndexDamaged as error:
            yield NoticeGiven(f"{error.message}: it is made anew")
            with writing(self.path):
                clear(self.path)
            self._chroma = None  # its files are gone with the rest
            yield from self._indexer().refresh()

    def _indexer(self) -> Indexer:
        model, index = self._models.info, self._settings.index
        return Indexer(
            self._folders,
            self.path,
            self._models.encoder,
            model.name,
            model.dimension,
            IndexOptions(
                index.max_file_mb * 2**20,
                round(index.token_vectors_gb * 10**9),
                index.passages,
                index.max_binary_mb * 2**20,
                index.include,
                index.exclude,
            ),
        )

    def _drop_broken(self) -> Iterator[IndexEvent]:
        file = self.path / "catalogue.db"
        if not file.is_file():
            return
        dimension = self._models.info.dimension
        vectors = VectorFiles(self.path / "vectors", dimension)
        tokens = TokenFiles(self.path / "vectors", dimension, 0)
        yield StageStarted("verifying the index")
        with writing(self.path), opened(file, writable=True) as database:
            findings = [f for f in verify(database, self.path, dimension) if not f.ok]
            for finding in findings:
                yield NoticeGiven(f"repairing: {finding.detail}")
            if findings:
                documents = [path for finding in findings for path in finding.documents]
                forget(database, joined_rows(findings), dict.fromkeys(documents))
                sweep(database, vectors, tokens)
                forget_cached_words(self.path)

    def _update_chroma(self) -> Iterator[IndexEvent]:
        snapshot = self.snapshot()
        if not self._settings.chroma.enabled or self.mirror.is_current(snapshot):
            return
        try:
            with writing(self.path):
                yield from self.mirror.update(snapshot, self._models.info.trained_pooling)
        except IndexFault as error:
            # Exact search needs no Chroma; the comparison says why its column is empty.
            yield NoticeGiven(f"going on without the vector database: {error}")

    # ── other indexes of the folder ──

    def stored(self) -> list[StoredIndex]:
        return list(stored_indexes(self._paths.indexes_of(self._folders)))

    def purge(self, indexes: list[StoredIndex]) -> None:
        """Delete these with all text in them, also what they have on a server.

        Raises: IndexLocked, IndexFault.
        """
        for index in indexes:
            if index.folder == self.path and self._settings.chroma.url:
                self.mirror.forget()
            remove(index)
        with self._snapshot_lock:
            self._snapshot = self._chroma = None

    def _cost_of_a_switch(self) -> Iterator[NoticeGiven]:
        """What a new index beside others will cost; they stay."""
        if (self.path / "catalogue.db").exists():
            return
        others = [index for index in self.stored() if index.sentences and not index.is_outdated]
        if not others:
            return
        largest = max(others, key=lambda index: index.sentences)
        speed = largest.sentences_per_s
        minutes = f", {largest.sentences / speed / 60:.0f} min at that one's speed" if speed else ""
        yield NoticeGiven(
            f"{self._models.info.name} with passages by {self._settings.index.passages}"
            f" needs an index of its own: about {largest.sentences:,} sentences{minutes};"
            f" that by {largest.model} is kept (`assistant purge` removes it)"
        )

    def _remove_outdated(self) -> Iterator[NoticeGiven]:
        for index in self.stored():
            if index.is_outdated and index.folder != self.path:
                try:
                    remove(index)
                except IndexLocked:
                    continue  # another version of the program is at it
                yield NoticeGiven(
                    f"removed the index of another version of the program"
                    f" ({index.bytes / 2**20:,.0f} MB)"
                )


@contextmanager
def _writable(index: Path) -> Iterator[None]:
    """A disk that is full, wherever it is noticed, is told as such."""
    try:
        yield
    except OSError as error:
        raise IndexFault(
            f"the index cannot be written: {index}: {error.strerror}",
            "free some disk space and index again; finished documents are kept",
        ) from error
