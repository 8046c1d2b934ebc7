"""An index of N sentences by the program's own files, with seeded vectors in place of a model's.

Nothing that is measured depends on what the vectors say, only on how many there are.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from assistant.embedding.encoder import ModelReader, PooledTexts
from assistant.embedding.poolings import POOLINGS, Floats, normalised
from assistant.indexing import catalogue
from assistant.indexing.catalogue import FileState
from assistant.indexing.database import opened, transaction
from assistant.indexing.embedded import embedded_passage, embedded_sentence
from assistant.indexing.preparing import ReadDocument, span_hashes, text_hash, with_rows
from assistant.indexing.tokens import TokenFiles, halved
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.paths import Paths
from assistant.records import Grain
from assistant.settings import load_settings
from assistant.workspace import Workspace
from tests.benchmarks.texts import Made, made_documents

VERSION = 3
"""Raise it with any change of what is made here: indexes of the older kind are made anew."""
_BATCH_DOCUMENTS = 4
_OWN_SHARE = 0.5
"""Of a pooling's own direction beside the one that it shares with the others."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is made; equal recipes make equal indexes."""

    sentences: int
    folder: str
    token_vectors_gb: float = 4.0
    """What is beyond is encoded at question time."""
    version: int = VERSION


def open_workspace(home: Path, docs: Path) -> Workspace:
    paths = Paths.below(home)
    return Workspace(load_settings(paths.settings_file), paths, docs)


def make_index(recipe: Recipe, home: Path, docs: Path) -> float:
    """Seconds that it took; 0 where it was there. `docs` is emptied and filled."""
    mark = docs.with_suffix(".made.json")
    if mark.is_file() and json.loads(mark.read_text("utf-8")) == asdict(recipe):
        return 0.0
    started = time.perf_counter()
    mark.unlink(missing_ok=True)
    shutil.rmtree(docs, ignore_errors=True)
    docs.mkdir(parents=True)
    workspace = open_workspace(home, docs)
    shutil.rmtree(workspace.index_path, ignore_errors=True)
    _Maker(workspace, recipe).make()
    workspace.snapshot()  # writes the lexical cache
    mark.write_text(json.dumps(asdict(recipe)), "utf-8")
    return time.perf_counter() - started


class _Maker:
    def __init__(self, workspace: Workspace, recipe: Recipe) -> None:
        self._folder = workspace.folders.roots[0]
        self._recipe = recipe
        self._index = workspace.index_path
        self._reader: ModelReader = workspace.models.reader()
        self._dimension = workspace.model.dimension
        self._vectors = VectorFiles(self._index / "vectors", self._dimension)
        budget = round(recipe.token_vectors_gb * 10**9)
        self._tokens = TokenFiles(self._index / "vectors", self._dimension, budget)
        self._rng = np.random.default_rng(recipe.sentences)

    def make(self) -> None:
        made = made_documents(Path(self._recipe.folder), self._recipe.sentences)
        with opened(self._index / "catalogue.db", writable=True) as database:
            self._vectors.cut_to(dict.fromkeys(GRAINS, 0))
            while batch := [self._read(one) for one in islice(made, _BATCH_DOCUMENTS)]:
                self._commit(database, batch)

    def _read(self, made: Made) -> ReadDocument:
        document = made.document
        headings = [section.heading_path for section in document.sections]
        texts = [embedded_sentence(s.text, s.context, headings[s.section]) for s in made.sentences]
        passages = [
            embedded_passage(document.text[p.start : p.end], headings[p.section])
            for p in made.passages
        ]
        return ReadDocument(
            document,
            self._written(document.path, document.text),
            made.sentences,
            texts,
            self._reader.read(texts),
            made.passages,
            passages,
            self._reader.read(passages),
        )

    def _written(self, path: str, text: str) -> FileState:
        """As an indexing run would know the file, so that it finds nothing to do."""
        data = text.encode("utf-8")
        (self._folder / path).write_bytes(data)
        stat = (self._folder / path).stat()
        content_hash = hashlib.sha256(data).hexdigest()
        return FileState(stat.st_size, stat.st_mtime_ns, content_hash, stat.st_ctime_ns)

    def _commit(self, database: sqlite3.Connection, batch: Sequence[ReadDocument]) -> None:
        hashes: dict[Grain, Iterable[bytes]] = {
            "sentence": (text_hash(text) for read in batch for text in read.sentence_texts),
            "passage": (text_hash(text) for read in batch for text in read.passage_texts),
            "contextual": _contextual_hashes(batch),
        }
        rows: dict[Grain, dict[bytes, int]] = {}
        new: dict[Grain, dict[bytes, int]] = {}
        for grain, wanted in hashes.items():
            distinct = dict.fromkeys(wanted)
            known = catalogue.known_rows(database, grain, distinct)
            first = catalogue.n_vector_rows(database, grain)
            missing = [digest for digest in distinct if digest not in known]
            new[grain] = {digest: first + i for i, digest in enumerate(missing)}
            rows[grain] = {**known, **new[grain]}
            if missing:
                self._vectors.append(grain, self._pooled(len(missing)))
        if new["sentence"]:
            self._append_tokens(_token_counts(batch, new["sentence"]))
        with transaction(database):
            for grain, added in new.items():
                catalogue.add_vector_rows(database, grain, added)
            for read in batch:
                catalogue.add_document(database, with_rows(read, rows))

    def _pooled(self, n: int) -> PooledTexts:
        """Poolings of one text are alike, as a model's are, so their best lists overlap."""
        shared = self._units(n)
        units = {
            name: normalised(shared + _OWN_SHARE * self._units(n))[0].astype(np.float32)
            for name in POOLINGS
        }
        lengths = {name: self._rng.uniform(3, 8, n).astype(np.float32) for name in POOLINGS}
        return PooledTexts(units, lengths)

    def _append_tokens(self, counts: Sequence[int]) -> None:
        every = halved(self._units(sum(counts)))
        self._tokens.append(np.split(every, np.cumsum(counts)[:-1]))

    def _units(self, n: int) -> Floats:
        drawn = self._rng.standard_normal((n, self._dimension), dtype=np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn


def _token_counts(batch: Sequence[ReadDocument], wanted: Mapping[bytes, int]) -> list[int]:
    """Of each wanted text as many as the model's own tokenizer makes of it, within its window."""
    counts = {
        text_hash(text): reading.tokens - reading.truncated
        for read in batch
        for text, reading in zip(read.sentence_texts, read.sentence_readings, strict=True)
    }
    return [counts[digest] for digest in wanted]


def _contextual_hashes(batch: Sequence[ReadDocument]) -> Iterator[bytes]:
    for read in batch:
        for i, text in enumerate(read.passage_texts):
            yield from span_hashes(text, read.spans(i))
