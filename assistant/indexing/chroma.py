"""The trained pooling's sentences and passages into Chroma, the vector database beside the files.

Chroma can always be rebuilt from the catalogue and the vector files, and is never the truth: its
approximate search loses answers without a sign. Ids are the catalogue's, which are never used
twice, so bringing Chroma up to date is a difference of two sets of ids.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from assistant.allocator import give_back_small_pieces
from assistant.embedding.poolings import Floats
from assistant.errors import IndexFault
from assistant.indexing.chroma_files import died_at, forget_client, working_in
from assistant.indexing.snapshot import Snapshot
from assistant.records import Grain, StageStarted
from assistant.settings import ChromaSettings

_ADD_BATCH = 1000
"""Below Chroma's own limit of 5461 entries a call, which takes 35 kB for each of them; between two
batches a run can be cancelled."""
_SHUFFLE_SEED = 20260101
"""Chroma's graph loses fewer answers when neighbours in the text are not inserted in a row."""
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "sync_threshold": 10_000}
"""recall@10 on 100,000 real sentences: 0.992, against 0.970 with Chroma's defaults. What waits for
the next sync is in memory: 28 MB more with 20,000, which was no quicker."""


_GRAINS: tuple[Grain, ...] = ("sentence", "passage")
RETRY_WAITS_S = (0.5, 1.0, 2.0)
"""Before a batch that a server did not take is sent again; then the run goes on without it."""
TOKEN_VARIABLE = "ASSISTANT_CHROMA_TOKEN"


class ChromaMirror:
    """One index's two collections, embedded in the index's folder or on a server."""

    def __init__(self, index: Path, identity: str, settings: ChromaSettings) -> None:
        url = settings.url
        self._settings = settings
        self._folder = index / "chroma"
        # Gone together with an embedded database that is deleted.
        self._mark = index / "chroma-generation" if url else self._folder / "generation"
        # A server may hold the indexes of many folders.
        owner = f"{index.resolve()} {identity}" if url else identity
        self._name = hashlib.sha256(owner.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._url = url
        self._client: Any = None

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether Chroma was brought up to this snapshot; asks no database."""
        try:
            return self._mark.read_text("utf-8") == self._mark_of(snapshot)
        except OSError:
            return False

    def update(self, snapshot: Snapshot, pooling: str) -> Iterator[StageStarted]:
        """Add what is missing, delete what is gone. Raises: IndexFault."""
        if self.is_current(snapshot):
            return
        yield StageStarted("updating the vector database")
        if not self._url and self._folder.exists() and died_at(self._folder):
            # Its native core takes the process down with it where its files are damaged.
            self._make_anew()
        try:
            yield from self._update(snapshot, pooling)
        except IndexFault:
            if self._url:
                raise
            self._make_anew()  # it can always be made from the two truths
            yield StageStarted("making the vector database anew")
            yield from self._update(snapshot, pooling)

    def _update(self, snapshot: Snapshot, pooling: str) -> Iterator[StageStarted]:
        with _faults(self._where), self._at_work():
            for grain, ids in _ids(snapshot).items():
                for done, total in self._update_grain(snapshot, grain, ids, pooling):
                    yield StageStarted(f"updating the vector database: {done:,} of {total:,}")
            self._mark.write_text(self._mark_of(snapshot), "utf-8")

    def forget(self) -> None:
        """Delete the index's collections. Raises: IndexFault."""
        with _faults(self._where):
            held = {collection.name for collection in self._connected().list_collections()}
            for grain in _GRAINS:
                if (name := self._collection_name(grain)) in held:
                    self._connected().delete_collection(name)
        for file in (self._mark, *map(self._held_file, _GRAINS)):
            file.unlink(missing_ok=True)

    def _make_anew(self) -> None:
        self._client = None
        with _faults(self._where):
            forget_client(self._folder)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _at_work(self) -> AbstractContextManager[None]:
        return nullcontext() if self._url else working_in(self._folder)

    def nearest(self, question: Floats, n: int, n_sentences: int) -> list[tuple[int, float]]:
        """(sentence id, cosine) of the sentences that the approximate index finds, best first.

        `n_sentences`: how many it must hold; where something took some away it gives no answer
        rather than a short one. Raises: IndexFault.
        """
        with _faults(self._where), self._at_work():
            collection = self._collection("sentence")
            n_held = collection.count()
            if n_held != n_sentences:
                self._mark.unlink(missing_ok=True)  # the next indexing brings it up to date
                raise IndexFault(
                    f"the vector database holds {n_held:,} of {n_sentences:,} sentences",
                    "index the folder again",
                )
            n = min(n, n_held)
            if n == 0:
                return []
            found = collection.query(
                query_embeddings=[question.tolist()], n_results=n, include=["distances"]
            )
        distances = found["distances"][0]
        return [(int(i), 1.0 - d) for i, d in zip(found["ids"][0], distances, strict=True)]

    @property
    def _where(self) -> str:
        return self._url or str(self._folder)

    def _mark_of(self, snapshot: Snapshot) -> str:
        return f"{snapshot.generation} {self._place}"

    @property
    def _place(self) -> str:
        return f"{self._name} {self._url}"

    def _update_grain(
        self, snapshot: Snapshot, grain: Grain, ids: np.ndarray[Any, Any], pooling: str
    ) -> Iterator[tuple[int, int]]:
        collection = self._collection(grain)
        present = self._present(collection, grain)
        self._held_file(grain).unlink(missing_ok=True)  # unknown until this update is through
        gone = np.setdiff1d(present, ids).tolist()
        for start in range(0, len(gone), _ADD_BATCH):
            collection.delete(ids=[str(i) for i in gone[start : start + _ADD_BATCH]])
        missing = np.flatnonzero(~np.isin(ids, present))
        np.random.default_rng(_SHUFFLE_SEED).shuffle(missing)
        for start in range(0, len(missing), _ADD_BATCH):
            batch = missing[start : start + _ADD_BATCH]
            texts, metadatas = _texts_and_metadata(snapshot, grain, batch.tolist())
            self._add(
                collection,
                ids=[str(i) for i in ids[batch]],
                embeddings=snapshot.unit_vectors(grain, pooling, batch),
                documents=texts,
                metadatas=metadatas,
            )
            give_back_small_pieces()
            yield start + len(batch), len(missing)
        np.save(self._held_file(grain), ids)

    def _present(self, collection: Any, grain: Grain) -> np.ndarray[Any, Any]:
        """The ids that the collection holds. To name or to count 43,000 of them takes Chroma 4 s,
        so what the last update left there is remembered; `nearest` counts, and where the number is
        wrong it takes the mark away, without which nothing is believed."""
        with suppress(OSError, ValueError, EOFError):
            is_here = self._mark.read_text("utf-8").partition(" ")[2] == self._place
            held: np.ndarray[Any, Any] = np.load(self._held_file(grain), allow_pickle=False)
            if is_here and held.ndim == 1:
                return held
        return np.array([int(i) for i in collection.get(include=[])["ids"]], dtype=np.int64)

    def _held_file(self, grain: Grain) -> Path:
        return self._mark.with_name(f"{self._mark.name}-{grain}.npy")

    def _add(self, collection: Any, **entries: Any) -> None:
        """Tried again where a server has a bad moment: an id that is there is no second entry."""
        for wait_s in RETRY_WAITS_S if self._url else ():
            try:
                collection.upsert(**entries)
                return
            except Exception:  # of many kinds: HTTP's, Chroma's, the connection's
                time.sleep(wait_s)
        collection.upsert(**entries)

    def _collection(self, grain: Grain) -> Any:
        # embedding_function=None: the default one would be attached and downloads a model.
        return self._connected().get_or_create_collection(
            self._collection_name(grain),
            configuration={"hnsw": _HNSW},
            embedding_function=None,
        )

    def _collection_name(self, grain: str) -> str:
        return f"{grain}s-{self._name}"

    def _connected(self) -> Any:
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            if self._url:
                parts = urlsplit(self._url)
                secure = parts.scheme == "https"
                token = self._settings.token or os.environ.get(TOKEN_VARIABLE, "")
                self._client = chromadb.HttpClient(
                    host=parts.hostname or "localhost",
                    port=parts.port or (443 if secure else 8000),
                    ssl=secure,
                    headers={"Authorization": f"Bearer {token}"} if token else None,
                    tenant=self._settings.tenant,
                    database=self._settings.database,
                    settings=settings,
                )
            else:
                self._client = chromadb.PersistentClient(str(self._folder), settings=settings)
        return self._client


def _ids(snapshot: Snapshot) -> dict[Grain, np.ndarray[Any, Any]]:
    return {"sentence": snapshot.sentence_ids, "passage": snapshot.passage_ids}


def _texts_and_metadata(
    snapshot: Snapshot, grain: Grain, numbers: list[int]
) -> tuple[list[str], list[dict[str, str | int]]]:
    if grain == "sentence":
        stored = snapshot.sentences(numbers)
        return [s.text for s in stored], [
            {"document": s.place.document, "line": s.place.line, "passage": s.passage_id}
            for s in stored
        ]
    passages = snapshot.passages(numbers)
    return [text for _, text in passages], [{"document": path} for path, _ in passages]


@contextmanager
def _faults(where: str) -> Iterator[None]:
    """Chroma raises kinds of its own, of Rust's and of HTTP's: here they become one."""
    try:
        yield
    except (GeneratorExit, KeyboardInterrupt, IndexFault):
        raise
    except BaseException as error:  # the Rust core's panics are not Exceptions
        raise IndexFault(
            f"the vector database failed: {where}: {error}",
            "exact search goes on without it; the next indexing brings it up to date",
        ) from error
