"""The vectors of one commit: every text that has none yet is encoded once and written.

Rows are appended behind the committed ones, and count when the catalogue's commit says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from assistant.embedding.encoder import Encoder, PooledTexts, TokenVectors
from assistant.embedding.poolings import POOLINGS, Floats
from assistant.embedding.spans import span_vectors
from assistant.errors import IndexFault
from assistant.indexing import catalogue
from assistant.indexing.preparing import ReadDocument, span_hashes, text_hash
from assistant.indexing.tokens import TokenFiles, halved
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import Grain

ENCODE_SENTENCES, ENCODE_PASSAGES = 128, 32
"""Texts between two reports of progress and chances to cancel. Their token vectors are in memory
until they are written, 12 MB for 32 passages; the encoder's own batches are smaller."""

_Spans = Sequence[tuple[int, int]]


class EmbeddingBatch:
    """Progress is iterating `encode_...`, which yield the share that is done, 0..1."""

    def __init__(
        self,
        database: sqlite3.Connection,
        encoder: Encoder,
        vectors: VectorFiles,
        tokens: TokenFiles,
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._vectors = vectors
        self._tokens = tokens
        self._n_rows = {grain: catalogue.n_vector_rows(database, grain) for grain in GRAINS}
        self._new: dict[Grain, dict[bytes, int]] = {grain: {} for grain in GRAINS}
        self.rows: dict[Grain, dict[bytes, int]] = {grain: {} for grain in GRAINS}
        """Grain -> text hash -> row, of all that was asked for."""

    def encode_sentences(self, waiting: Sequence[ReadDocument]) -> Iterator[float]:
        texts = {text_hash(text): text for read in waiting for text in read.sentence_texts}
        new = self._without_rows("sentence", texts)
        for start in range(0, len(new), ENCODE_SENTENCES):
            yield start / len(new)
            part = new[start : start + ENCODE_SENTENCES]
            # Written at once: a document of a million sentences must not pile up in memory.
            encoded = self._encoder.encode([texts[digest] for digest in part], "document")
            with self._writing():
                self._append("sentence", part, encoded.pooled)
                self._tokens.append([halved(read.vectors) for read in encoded.tokens])

    def sentence_vectors(self, read: ReadDocument) -> Floats:
        """Unit vectors (n_sentences, dim) under the trained pooling; after `encode_sentences`."""
        return self._vectors_of(read.sentence_texts, self._encoder.model.trained_pooling)

    def _vectors_of(self, sentence_texts: Sequence[str], pooling: str) -> Floats:
        matrix = self._vectors.matrix("sentence", pooling, self._n_rows["sentence"])
        rows = [self.rows["sentence"][text_hash(text)] for text in sentence_texts]
        return matrix.take(np.array(rows, dtype=np.int64))

    def encode_passages(self, waiting: Sequence[ReadDocument]) -> Iterator[float]:
        """Passages, and in the same pass each sentence as its passage reads it."""
        todo = [(read, i) for read in waiting for i in range(len(read.passages))]
        texts = {text_hash(read.passage_texts[i]): read.passage_texts[i] for read, i in todo}
        new = set(self._without_rows("passage", texts))
        contextual = {d: b"" for read, i in todo for d in _span_hashes(read, i)}
        new_spans = set(self._without_rows("contextual", contextual))
        # One that reads the same and is cut the same is encoded once.
        alike = {tuple(_span_hashes(read, i)): (read, i) for read, i in todo}
        todo = [
            (read, i)
            for digests, (read, i) in alike.items()
            if text_hash(read.passage_texts[i]) in new or not new_spans.isdisjoint(digests)
        ]
        todo.sort(key=lambda entry: len(entry[0].passage_texts[entry[1]]))
        for start in range(0, len(todo), ENCODE_PASSAGES):
            yield start / len(todo)
            part = todo[start : start + ENCODE_PASSAGES]
            encoded = self._encoder.encode([read.passage_texts[i] for read, i in part], "document")
            with self._writing():
                self._append_passages(part, encoded.pooled)
                for (read, i), tokens in zip(part, encoded.tokens, strict=True):
                    self._append_contextual(read, i, tokens)

    def flush(self) -> None:
        """Wait until the disk has every row."""
        with self._writing():
            self._vectors.flush()
            self._tokens.flush()

    def save(self) -> None:
        """Make the rows count, in the caller's transaction."""
        for grain in GRAINS:
            catalogue.add_vector_rows(self._database, grain, self._new[grain])

    def _without_rows(self, grain: Grain, texts: Mapping[bytes, str | bytes]) -> list[bytes]:
        """The hashes that have no row, by length, so that batches hold little padding."""
        known = catalogue.known_rows(self._database, grain, texts)
        self.rows[grain].update(known)
        new = (digest for digest in texts if digest not in known)
        return sorted(new, key=lambda digest: (len(texts[digest]), digest))

    def _append(self, grain: Grain, digests: Sequence[bytes], pooled: PooledTexts) -> None:
        self._vectors.append(grain, pooled)
        for digest in digests:
            self.rows[grain][digest] = self._new[grain][digest] = self._n_rows[grain]
            self._n_rows[grain] += 1

    def _append_passages(
        self, part: Sequence[tuple[ReadDocument, int]], pooled: PooledTexts
    ) -> None:
        kept: dict[bytes, int] = {}
        for at, (read, i) in enumerate(part):
            digest = text_hash(read.passage_texts[i])
            if digest not in self.rows["passage"]:
                kept.setdefault(digest, at)
        if kept:
            self._append("passage", list(kept), _only(pooled, list(kept.values())))

    def _append_contextual(self, read: ReadDocument, passage: int, tokens: TokenVectors) -> None:
        spans, digests = read.spans(passage), _span_hashes(read, passage)
        new = [n for n, digest in enumerate(digests) if digest not in self.rows["contextual"]]
        if not new:
            return
        vectors = self._contextual_vectors(read, passage, tokens, [spans[n] for n in new])
        units = {"mean": np.stack([vectors[at] for at in range(len(new))])}
        lengths = {"mean": np.ones(len(new), dtype=np.float32)}
        self._append("contextual", [digests[n] for n in new], PooledTexts(units, lengths))

    def _contextual_vectors(
        self, read: ReadDocument, passage: int, tokens: TokenVectors, spans: _Spans
    ) -> list[Floats]:
        """A sentence beyond the window, or of a model whose vectors have another dimension than
        its tokens, keeps the vector that it has alone.
        """
        fits = tokens.vectors.shape[-1] == self._encoder.model.dimension
        found = span_vectors(tokens, spans) if fits else [None] * len(spans)
        beyond = [span for span, vector in zip(spans, found, strict=True) if vector is None]
        if not beyond:
            return [vector for vector in found if vector is not None]
        first = read.passages[passage].first
        at = {span: first + n for n, span in enumerate(read.spans(passage))}
        texts = [read.sentence_texts[at[span]] for span in beyond]
        alone = iter(self._vectors_of(texts, "mean"))
        return [next(alone) if vector is None else vector for vector in found]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexFault(
                f"the vectors cannot be written: {self._vectors.folder}: {error.strerror}",
                "free some disk space and index again; finished documents are kept",
            ) from error


def _span_hashes(read: ReadDocument, passage: int) -> list[bytes]:
    return span_hashes(read.passage_texts[passage], read.spans(passage))


def _only(pooled: PooledTexts, rows: Sequence[int]) -> PooledTexts:
    return PooledTexts(
        {name: pooled.vectors[name][rows] for name in POOLINGS},
        {name: pooled.norms[name][rows] for name in POOLINGS},
    )
