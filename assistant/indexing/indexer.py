"""The folders' changes into the index: a generator of events, finished documents at every commit.

Progress is iterating, cancel is closing. A run that ends early, in whatever way, keeps what it
committed and leaves nothing of what it did not.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.documents.passages import PASSAGES
from assistant.embedding.encoder import Encoder
from assistant.errors import AssistantError, IndexFault, UnreadableFile
from assistant.folders import Folders
from assistant.indexing import catalogue
from assistant.indexing.catalogue import FileState
from assistant.indexing.database import opened, transaction
from assistant.indexing.embedding_batch import EmbeddingBatch
from assistant.indexing.ignoring import Selection
from assistant.indexing.loading import load_file, looks_unchanged
from assistant.indexing.locking import writing
from assistant.indexing.preparing import ReadDocument, prepared, with_rows
from assistant.indexing.progress import Progress
from assistant.indexing.reading_process import ReadFile, Reading, ReadingProcess
from assistant.indexing.repairing import check_whole, salvage
from assistant.indexing.scanning import ScannedFile, scan_folders
from assistant.indexing.sweeping import sweep
from assistant.indexing.tokens import TokenFiles
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import (
    FileFailed,
    FileIndexed,
    FolderScanned,
    IndexEvent,
    IndexFinished,
    IndexReport,
    NoticeGiven,
    StageStarted,
)

SAY_EVERY_S = 0.5
COMMIT_SENTENCES = 768
"""Sentences gathered before they are encoded and committed: a window to sort by length in."""
_TRY_AGAIN = FileState(-1, -1, "")
"""Of a file that was not read: the cause lay outside of it, so it need not change to be read."""


@dataclass(frozen=True, slots=True)
class IndexOptions:
    max_file_bytes: int
    token_budget_bytes: int
    passages: str
    """How passages are made: a name in PASSAGES."""
    max_binary_bytes: int = 512 * 2**20
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Indexer:
    """Brings one index up to date with its folders."""

    def __init__(
        self,
        folders: Folders,
        index: Path,
        load_encoder: Callable[[], Encoder],
        model: str,
        dimension: int,
        options: IndexOptions,
        reading: Reading | None = None,
    ) -> None:
        self._folders = folders
        self._index = index
        self._load_encoder = load_encoder
        self._model = model
        self._vectors = VectorFiles(index / "vectors", dimension)
        self._tokens = TokenFiles(index / "vectors", dimension, options.token_budget_bytes)
        self._options = options
        self._reading = reading or ReadingProcess()

    def refresh(self) -> Iterator[IndexEvent]:
        """Index what is new or changed, forget what is gone.

        Raises: UsageError where the folder is gone, IndexLocked, IndexDamaged, IndexFault,
        ModelUnavailable.
        """
        self._folders.check()
        started = time.monotonic()
        file = self._index / "catalogue.db"
        with writing(self._index) as was_killed, opened(file, writable=True) as database:
            if was_killed:
                check_whole(database, file)
            if n_lost := salvage(database, self._vectors, self._tokens):
                yield NoticeGiven(f"{n_lost:,} documents had lost vectors and are indexed again")
            self._vectors.cut_to({g: catalogue.n_vector_rows(database, g) for g in GRAINS})
            self._tokens.cut_to(catalogue.n_vector_rows(database, "sentence"))
            self._sweep(database)  # what a run that was killed had no time for
            selection = Selection(self._options.include, self._options.exclude)
            files, unseen = scan_folders(self._folders, selection)
            known = catalogue.file_states(database)
            changed = [f for f in files if not self._is_unchanged(database, f, known.get(f.path))]
            yield FolderScanned(len(files), len(changed))
            gone = set(known) - {file.path for file in files}
            removed = sorted(path for path in gone if not _was_not_seen(path, unseen))
            self._forget(database, removed)
            n_removed = sum(1 for path in removed if known[path].content_hash)
            counts = {"removed": n_removed, "added": 0, "updated": 0}
            try:
                yield from self._index_files(database, changed, known, counts)
            finally:
                self._reading.close()
            self._sweep(database)
            yield from unseen
            yield IndexFinished(
                self._report(database, counts, len(files), unseen, time.monotonic() - started)
            )

    def _forget(self, database: sqlite3.Connection, paths: Sequence[str]) -> None:
        if paths:
            with transaction(database):
                for path in paths:
                    catalogue.remove_document(database, path)

    def _sweep(self, database: sqlite3.Connection) -> None:
        try:
            sweep(database, self._vectors, self._tokens)
        except OSError as error:
            raise IndexFault(
                f"the vectors cannot be written: {self._vectors.folder}: {error.strerror}",
                "make the folder writable and index again",
            ) from error

    def _index_files(
        self,
        database: sqlite3.Connection,
        files: Sequence[ScannedFile],
        known: dict[str, FileState],
        counts: dict[str, int],
    ) -> Iterator[IndexEvent]:
        encoder: Encoder | None = None
        progress = Progress(sum(file.size for file in files), len(files))
        waiting: list[ReadDocument] = []
        for file in files:
            before = known.get(file.path)
            try:
                data, state = self._load(file)
            except UnreadableFile as error:
                progress.pass_over(file)
                yield self._fail(database, file.path, before, _TRY_AGAIN, error)
                continue
            if encoder is None:
                yield StageStarted("loading the embedding model")
                encoder = self._load_encoder()
            try:
                document, sentences = yield from self._read(file.path, data)
                waiting.append(prepared(document, sentences, state, encoder))
            except Exception as error:  # one file must never end the run
                if isinstance(error, AssistantError) and not isinstance(error, UnreadableFile):
                    raise
                progress.pass_over(file)
                unread = replace(state, content_hash="")
                yield self._fail(database, file.path, before, unread, error)
                continue
            counts["updated" if before and before.content_hash else "added"] += 1
            progress.read_bytes += file.size
            is_enough = sum(len(read.sentences) for read in waiting) >= COMMIT_SENTENCES
            if is_enough and file is not files[-1]:
                assert encoder is not None  # something waits, so it was loaded
                yield from self._commit(database, encoder, waiting, progress)
                waiting = []
        self._reading.close()  # a long document needs its room to be encoded in
        if waiting and encoder is not None:
            yield from self._commit(database, encoder, waiting, progress)
        elif files:
            yield progress.event(1.0, searchable=True)
        if encoder is not None:
            encoder.release_memory()

    def _load(self, file: ScannedFile) -> tuple[bytes, FileState]:
        options = self._options
        return load_file(
            self._folders.file(file.path), file, options.max_file_bytes, options.max_binary_bytes
        )

    def _is_unchanged(
        self, database: sqlite3.Connection, file: ScannedFile, before: FileState | None
    ) -> bool:
        """By its times, or where they prove nothing by its content."""
        if looks_unchanged(file, before):
            return True
        if before is None or not before.content_hash or before.size != file.size:
            return False
        try:
            _, state = self._load(file)
        except UnreadableFile:
            return False
        if state.content_hash != before.content_hash:
            return False
        with transaction(database, is_change=False):
            catalogue.touch_document(database, file.path, state)
        return True

    def _read(self, path: str, data: bytes) -> Generator[IndexEvent, None, ReadFile]:
        """Says which page is read where a file takes long."""
        pages = self._reading.read(path, data)
        said = time.monotonic()
        try:
            while True:
                page = next(pages)
                if time.monotonic() - said >= SAY_EVERY_S:
                    said = time.monotonic()
                    yield StageStarted(f"reading {path}: page {page:,}")
        except StopIteration as stop:
            read: ReadFile = stop.value
            return read
        finally:
            pages.close()

    def _fail(
        self,
        database: sqlite3.Connection,
        path: str,
        before: FileState | None,
        state: FileState,
        error: Exception,
    ) -> FileFailed:
        failed = FileFailed(path, _reason(path, error))
        # What failed before in the same way is no change of the index.
        if before != state or failed not in catalogue.failures(database):
            with transaction(database):
                catalogue.add_failure(database, path, state, failed.reason)
        return failed

    def _commit(
        self,
        database: sqlite3.Connection,
        encoder: Encoder,
        waiting: Sequence[ReadDocument],
        progress: Progress,
    ) -> Iterator[IndexEvent]:
        """Encode what is new, write the vectors, then let the catalogue make them valid."""
        batch = EmbeddingBatch(database, encoder, self._vectors, self._tokens)
        # Passages hold the same text again, so each of the two takes about half of the time.
        for share in batch.encode_sentences(waiting):
            yield progress.event(share / 2, searchable=False)
        kind = self._options.passages
        for read in waiting:
            needed = PASSAGES[kind].needs_vectors
            read.split(kind, encoder, batch.sentence_vectors(read) if needed else None)
        for share in batch.encode_passages(waiting):
            yield progress.event((1 + share) / 2, searchable=False)
        batch.flush()
        with transaction(database):
            batch.save()
            for read in waiting:
                catalogue.add_document(database, with_rows(read, batch.rows))
        for read in waiting:
            progress.sentences += len(read.sentences)
            progress.files_done += 1
            yield FileIndexed(read.document.path, len(read.sentences))
        progress.committed_bytes = progress.read_bytes
        yield progress.event(1.0, searchable=True)

    def _report(
        self,
        database: sqlite3.Connection,
        counts: dict[str, int],
        n_files: int,
        unseen: Sequence[FileFailed],
        elapsed_s: float,
    ) -> IndexReport:
        failures = (*catalogue.failures(database), *unseen)
        totals = catalogue.totals(database)
        return IndexReport(
            added=counts["added"],
            updated=counts["updated"],
            removed=counts["removed"],
            unchanged=totals.documents - counts["added"] - counts["updated"],
            failures=failures,
            documents=totals.documents,
            passages=totals.passages,
            sentences=totals.sentences,
            unreadable_share=totals.unknown / totals.tokens if totals.tokens else 0.0,
            truncated_passages=totals.truncated_passages,
            elapsed_s=elapsed_s,
            model=self._model,
            warnings=catalogue.warnings(database),
        )


def _was_not_seen(path: str, unseen: Sequence[FileFailed]) -> bool:
    """Whether it lies where the scan could not look: nothing is known of it, so it stays."""
    return any(u.document in (".", path) or path.startswith(f"{u.document}/") for u in unseen)


def _reason(path: str, error: Exception) -> str:
    """What failed and what to do, in one line; the path stands beside it."""
    if not isinstance(error, AssistantError):
        return f"{type(error).__name__}: {error}"
    message = error.message.removeprefix(f"{path}: ")
    return f"{message}; {error.hint}" if error.hint else message
