"""The index as of one commit, in memory: what is searched, immutable while it is searched.

Sentences are numbered 0.. in sentence order: by document path, then by place in the document.
That order breaks every tie between equal scores.
"""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from assistant.embedding.poolings import Floats
from assistant.embedding.reading import readability
from assistant.indexing import catalogue
from assistant.indexing.database import generation, opened
from assistant.indexing.embedded import embedded_sentence
from assistant.indexing.matrices import Matrices
from assistant.indexing.scoping import sentences_within
from assistant.indexing.tokens import StoredTokens
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.indexing.words import load_words
from assistant.records import (
    DocumentSummary,
    DocumentText,
    EvidenceSentence,
    Grain,
    Place,
    Reading,
    Scope,
)

Integers = npt.NDArray[np.int64]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class StoredSentence:
    sentence_id: int
    place: Place
    text: str
    context: str
    passage_id: int
    passage: str
    reading: Reading

    @property
    def embedded_text(self) -> str:
        """What the encoder was given for it."""
        return embedded_sentence(self.text, self.context, self.place.heading)


class OutdatedSnapshot(KeyError):
    """A newer commit removed what was asked for: take a new snapshot."""


class Snapshot:
    """All sentences and passages of an index with their vectors and words."""

    def __init__(self, index: Path, dimension: int) -> None:
        """Raises: IndexDamaged where catalogue and vectors do not fit."""
        self._catalogue = index / "catalogue.db"
        self.dimension = dimension
        with opened(self._catalogue) as database:
            database.execute("BEGIN")  # one commit's view for all that follows
            self.generation = generation(database)
            self._load_sentences(database)
            self._load_passages(database)
            n_rows = {grain: catalogue.n_vector_rows(database, grain) for grain in GRAINS}
            words = load_words(database, index, self.generation, self.n_sentences)
            self.lexical, self.repeats = words.lexical, words.repeats
        self.scope = Scope()
        self._matrices = Matrices(VectorFiles(index / "vectors", dimension), n_rows)
        self._tokens = StoredTokens(index / "vectors", dimension, n_rows["sentence"])

    def _load_sentences(self, database: sqlite3.Connection) -> None:
        columns = _columns(
            database,
            "SELECT s.id, s.vector_row, s.contextual_row, s.passage_id, s.tokens, s.unknown"
            " FROM sentences s JOIN documents d ON d.id = s.document_id ORDER BY d.path, s.start",
            6,
        )
        self.sentence_ids, rows, contextual_rows, passage_ids, tokens, unknown = columns
        self.n_sentences = len(self.sentence_ids)
        self._rows: dict[Grain, Integers] = {"sentence": rows, "contextual": contextual_rows}
        self._passage_ids_of_sentences = passage_ids
        self.sentence_tokens, self.sentence_unknown = tokens, unknown

    def _load_passages(self, database: sqlite3.Connection) -> None:
        columns = _columns(
            database,
            "SELECT p.id, p.vector_row, p.section_id, p.tokens FROM passages p"
            " JOIN documents d ON d.id = p.document_id ORDER BY d.path, p.start",
            4,
        )
        self.passage_ids, self._rows["passage"], section_ids, self.passage_tokens = columns
        self.n_passages = len(self.passage_ids)
        self.section_ids, self.passage_section = _dense(section_ids)
        self.passage_of = _positions(self.passage_ids, self._passage_ids_of_sentences)
        """Passage number of each sentence (n_sentences,)."""
        self.section_of = self.passage_section[self.passage_of]
        """Section number of each sentence (n_sentences,): the one that its passage begins in."""

    def within(self, scope: Scope) -> Snapshot:
        """The documents within the scope as if there were no others, but for BM25's weights.

        Raises: UsageError where there is none.
        """
        with opened(self._catalogue) as database:
            ids = sentences_within(database, scope)
        numbers = np.flatnonzero(np.isin(self.sentence_ids, ids))
        passages = np.unique(self.passage_of[numbers])
        part = copy.copy(self)
        part.scope = scope
        part.n_sentences, part.n_passages = len(numbers), len(passages)
        part._rows = {
            "sentence": self._rows["sentence"][numbers],
            "contextual": self._rows["contextual"][numbers],
            "passage": self._rows["passage"][passages],
        }
        part.sentence_ids = self.sentence_ids[numbers]
        part.sentence_tokens = self.sentence_tokens[numbers]
        part.sentence_unknown = self.sentence_unknown[numbers]
        part.passage_ids = self.passage_ids[passages]
        part.passage_tokens = self.passage_tokens[passages]
        sections = self.section_ids[self.passage_section[passages]]
        part.section_ids, part.passage_section = _dense(sections)
        part.passage_of = np.searchsorted(passages, self.passage_of[numbers])
        part.section_of = part.passage_section[part.passage_of]
        part.lexical, part.repeats = self.lexical.among(numbers), self.repeats[numbers]
        return part

    def scores(self, grain: Grain, pooling: str, question: Floats, again: bool = True) -> Floats:
        """Cosine of the unit question vector (dim,) with every text of the grain.

        `again`: the next question will ask for the same matrix.
        """
        # (n_rows,): a text that stands twice has one row
        by_row = self._matrices.products(grain, pooling, question, again)
        scores: Floats = by_row[self._rows[grain]]
        return scores

    @property
    def stores_all_tokens(self) -> bool:
        return self._tokens.is_complete

    def stores_tokens(self, numbers: Sequence[int]) -> bool:
        return self._tokens.has(self._rows["sentence"][np.asarray(numbers, dtype=np.int64)])

    def token_vectors(self, numbers: Sequence[int]) -> list[Floats | None]:
        """Each sentence's unit token vectors (n_tokens, dim); None where they are not stored."""
        return self._tokens.vectors(self._rows["sentence"][np.asarray(numbers, dtype=np.int64)])

    def unit_vectors(self, grain: Grain, pooling: str, numbers: Integers | None = None) -> Floats:
        """A copy of the vectors (n_texts, dim) of all texts, or of those with the numbers."""
        rows = self._rows[grain]
        matrix = self._matrices.opened(grain, pooling)
        return matrix.take(rows if numbers is None else rows[numbers])

    def norms(self, grain: Grain) -> Floats:
        """Lengths before normalisation (n_texts, n_poolings) in the texts' order."""
        norms: Floats = self._matrices.norms(grain)[self._rows[grain]]
        return norms

    def sentences(self, numbers: Sequence[int]) -> list[StoredSentence]:
        """The sentences with these numbers, in the order given.

        Raises: OutdatedSnapshot.
        """
        if not len(numbers):
            return []
        ids = [int(self.sentence_ids[number]) for number in numbers]
        with opened(self._catalogue) as database:
            found = {
                row[0]: _stored(row)
                for row in database.execute(_SELECT_STORED.format(",".join("?" * len(ids))), ids)
            }
        return _in_order(found, ids)

    def numbers_of(self, sentence_ids: Sequence[int]) -> Integers:
        """Sentence numbers of those ids that are in this snapshot, in the order given."""
        wanted = np.asarray(sentence_ids, dtype=np.int64)
        order = np.argsort(self.sentence_ids)
        at = np.searchsorted(self.sentence_ids, wanted, sorter=order)
        at = np.minimum(at, self.n_sentences - 1)
        numbers: Integers = order[at]
        present: Integers = numbers[self.sentence_ids[numbers] == wanted]
        return present

    def number_of(self, sentence_id: int) -> int:
        """Raises: OutdatedSnapshot."""
        found = np.flatnonzero(self.sentence_ids == sentence_id)
        if not len(found):
            raise OutdatedSnapshot(sentence_id)
        return int(found[0])

    def passage_sentences(self, passage_id: int) -> list[EvidenceSentence]:
        """All sentences of a passage in text order; empty where it is gone."""
        with opened(self._catalogue) as database:
            rows = database.execute(_SELECT_PASSAGE, (passage_id,)).fetchall()
        return [EvidenceSentence(row[0], _place(row[1:8]), row[8]) for row in rows]

    def passages(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """(document, text) of the passages with these numbers, in the order given.

        Raises: OutdatedSnapshot.
        """
        ids = [int(self.passage_ids[number]) for number in numbers]
        query = (
            "SELECT p.id, d.path, p.text FROM passages p"
            " JOIN documents d ON d.id = p.document_id WHERE p.id IN ({})"
        )
        with opened(self._catalogue) as database:
            rows = database.execute(query.format(",".join("?" * len(ids))), ids)
            found = {passage_id: (path, text) for passage_id, path, text in rows}
        return _in_order(found, ids)

    def documents(self) -> list[DocumentSummary]:
        """Every document by path."""
        with opened(self._catalogue) as database:
            rows = database.execute(
                "SELECT d.path, d.title, d.format, COUNT(s.id), TOTAL(s.tokens), TOTAL(s.unknown),"
                " TOTAL(s.truncated), COUNT(CASE WHEN s.truncated > 0 THEN 1 END),"
                " d.pages, d.characters, d.source_characters, (SELECT COUNT(*) FROM passages p"
                " WHERE p.document_id = d.id AND p.truncated > 0), d.warnings"
                " FROM documents d LEFT JOIN sentences s ON s.document_id = d.id"
                " GROUP BY d.id ORDER BY d.path"
            )
            return [_summary(row) for row in rows]

    def document(self, path: str) -> DocumentText:
        """The text of a document as it was indexed. Raises: KeyError where it is gone."""
        with opened(self._catalogue) as database:
            row = database.execute(
                "SELECT d.title, d.format, t.text, t.line_marks FROM documents d"
                " JOIN texts t ON t.document_id = d.id WHERE d.path = ?",
                (path,),
            ).fetchone()
        if row is None:
            raise KeyError(path)
        title, kind, text, marks = row
        return DocumentText(path, title, kind, text, tuple((o, n) for o, n in json.loads(marks)))


_PLACE = "d.path, s.start, s.end, s.line, s.page, c.heading_path, s.page_label"
_SELECT_STORED = (
    f"SELECT s.id, {_PLACE}, s.text, s.context, s.passage_id, p.text, s.tokens, s.unknown,"
    " s.truncated FROM sentences s JOIN documents d ON d.id = s.document_id"
    " JOIN sections c ON c.id = s.section_id JOIN passages p ON p.id = s.passage_id"
    " WHERE s.id IN ({})"
)
_SELECT_PASSAGE = (
    f"SELECT s.id, {_PLACE}, s.text FROM sentences s JOIN documents d ON d.id = s.document_id"
    " JOIN sections c ON c.id = s.section_id WHERE s.passage_id = ? ORDER BY s.start"
)


def _place(row: Sequence[Any]) -> Place:
    path, start, end, line, page, heading_path, page_label = row
    return Place(path, start, end, line, page, tuple(json.loads(heading_path)), page_label)


def _summary(row: Sequence[Any]) -> DocumentSummary:
    path, title, kind, sentences, *counts = row[:7]
    cut_sentences, pages, characters, source_characters, cut_passages, warnings = row[7:]
    reading = Reading(*map(int, counts))  # SQLite's TOTAL is a float
    return DocumentSummary(
        *(path, title, kind, sentences, reading.tokens, reading.unknown, reading.truncated),
        cut_sentences,
        readability(reading),
        *(pages, characters, source_characters, cut_passages, tuple(json.loads(warnings))),
    )


def _stored(row: Sequence[Any]) -> StoredSentence:
    text, context, passage_id, passage, *counts = row[8:]
    return StoredSentence(
        row[0], _place(row[1:8]), text, context, passage_id, passage, Reading(*counts)
    )


def _in_order(found: Mapping[int, Found], ids: Sequence[int]) -> list[Found]:
    try:
        return [found[i] for i in ids]
    except KeyError as error:
        raise OutdatedSnapshot(*error.args) from error


def _columns(database: sqlite3.Connection, query: str, n_columns: int) -> list[Integers]:
    rows = np.array(database.execute(query).fetchall(), dtype=np.int64).reshape(-1, n_columns)
    return [np.ascontiguousarray(rows[:, column]) for column in range(n_columns)]


def _dense(ids: Integers) -> tuple[Integers, Integers]:
    """The distinct ids ascending, and for each entry the position of its id among them."""
    distinct, positions = np.unique(ids, return_inverse=True)
    return distinct, positions


def _positions(ids: Integers, wanted: Integers) -> Integers:
    """Position in `ids` of each wanted id; every one is there."""
    order = np.argsort(ids)
    positions: Integers = order[np.searchsorted(ids, wanted, sorter=order)]
    return positions
