"""An index against its own laws, end to end: every fault with the rows and documents it touches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.embedding.poolings import Floats
from assistant.indexing import catalogue
from assistant.indexing.embedded import embedded_passage, embedded_sentence
from assistant.indexing.preparing import text_hash
from assistant.indexing.sweeping import TEXTS, n_unused_rows
from assistant.indexing.tokens import StoredTokens
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.indexing.words import cached_words_agree
from assistant.records import Grain

UNIT = 1e-3
"""How far a stored vector's length may be from 1: float32 rounding is a thousand times less."""
_CHUNK_ROWS = 16_384
_TOKEN_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What one law says of the index."""

    name: str
    detail: str
    ok: bool = True
    rows: dict[Grain, list[int]] = field(default_factory=dict)
    """Vector rows that cannot be trusted."""
    documents: tuple[str, ...] = ()
    """Documents that must be read again."""


def verify(database: sqlite3.Connection, index: Path, dimension: int) -> Iterator[Finding]:
    """Every law, in the order in which they build on each other. Raises: IndexFault."""
    yield _check_text(database)
    yield _check_rows(database)
    yield _check_vectors(database, VectorFiles(index / "vectors", dimension))
    yield _check_tokens(database, index / "vectors", dimension)
    yield _check_words(database, index)


def _check_text(database: sqlite3.Connection) -> Finding:
    wrong: list[str] = []
    n_texts = 0
    for document_id, path, text in database.execute(
        "SELECT d.id, d.path, t.text FROM documents d LEFT JOIN texts t ON t.document_id = d.id"
    ):
        places = database.execute(
            "SELECT start, end, text FROM sentences WHERE document_id = :id"
            " UNION ALL SELECT start, end, text FROM passages WHERE document_id = :id",
            {"id": document_id},
        ).fetchall()
        n_texts += len(places)
        if text is None or any(text[start:end] != said for start, end, said in places):
            wrong.append(path)
    detail = f"{n_texts:,} sentences and passages stand where they should"
    if wrong:
        detail = f"{len(wrong):,} documents hold misplaced sentences"
    return Finding("index text", detail, not wrong, documents=tuple(wrong))


def _check_rows(database: sqlite3.Connection) -> Finding:
    """Every text's row is that of the very text, and no row is without a text."""
    wrong = {*_misread_sentences(database), *_misread_passages(database)}
    contextual = database.execute(
        "SELECT DISTINCT d.path FROM sentences s JOIN documents d ON d.id = s.document_id"
        " WHERE s.contextual_row NOT IN (SELECT row FROM vector_rows WHERE grain = 'contextual')"
    )
    wrong.update(path for (path,) in contextual)
    unused = sum(n_unused_rows(database, grain) for grain in GRAINS)
    unused += database.execute("SELECT COUNT(*) FROM blank_rows WHERE NOT is_wiped").fetchone()[0]
    detail = "every text has its row and every row its text"
    if wrong or unused:
        detail = f"{len(wrong):,} documents have texts without vectors, {unused:,} vectors no text"
    shared = {grain: rows for grain in GRAINS if (rows := _shared_rows(database, grain))}
    if shared:
        detail += f"; {sum(map(len, shared.values())):,} rows are those of two texts"
    ok = not (wrong or unused or shared)
    return Finding("index rows", detail, ok, shared, tuple(sorted(wrong)))


def _shared_rows(database: sqlite3.Connection, grain: Grain) -> list[int]:
    query = "SELECT row FROM vector_rows WHERE grain = ? GROUP BY row HAVING COUNT(*) > 1"
    return [row for (row,) in database.execute(query, (grain,))]


def _misread_sentences(database: sqlite3.Connection) -> Iterator[str]:
    held = _rows_by_number(database, "sentence")
    for path, text, context, headings, row in database.execute(
        "SELECT d.path, s.text, s.context, c.heading_path, s.vector_row FROM sentences s"
        " JOIN documents d ON d.id = s.document_id JOIN sections c ON c.id = s.section_id"
    ):
        if held.get(row) != text_hash(embedded_sentence(text, context, json.loads(headings))):
            yield path


def _misread_passages(database: sqlite3.Connection) -> Iterator[str]:
    held = _rows_by_number(database, "passage")
    for path, text, headings, row in database.execute(
        "SELECT d.path, p.text, c.heading_path, p.vector_row FROM passages p"
        " JOIN documents d ON d.id = p.document_id JOIN sections c ON c.id = p.section_id"
    ):
        if held.get(row) != text_hash(embedded_passage(text, json.loads(headings))):
            yield path


def _rows_by_number(database: sqlite3.Connection, grain: Grain) -> dict[int, bytes]:
    rows = database.execute("SELECT row, text_hash FROM vector_rows WHERE grain = ?", (grain,))
    return dict(rows.fetchall())


def _check_vectors(database: sqlite3.Connection, files: VectorFiles) -> Finding:
    bad: dict[Grain, list[int]] = {}
    n_vectors = 0
    for grain in GRAINS:
        n_rows = catalogue.n_vector_rows(database, grain)
        used, wiped, wrong = (np.zeros(n_rows, dtype=bool) for _ in range(3))
        used[[row for row in _used_rows(database, grain) if 0 <= row < n_rows]] = True
        wiped[_wiped_rows(database, grain)] = True
        for pooling in GRAINS[grain]:
            matrix = files.matrix(grain, pooling, n_rows).mapped()
            for start in range(0, n_rows, _CHUNK_ROWS):
                part = slice(start, start + _CHUNK_ROWS)
                lengths = np.linalg.norm(matrix[part], axis=1)
                # "not near" is true of NaN too.
                wrong[part] |= used[part] & ~(np.abs(lengths - 1) < UNIT)
                wrong[part] |= wiped[part] & (lengths != 0)
            n_vectors += int(used.sum())
        if wrong.any():
            bad[grain] = np.flatnonzero(wrong).tolist()
    n_bad = sum(map(len, bad.values()))
    detail = f"{n_bad:,} rows hold no vector" if bad else f"{n_vectors:,} vectors are unit vectors"
    return Finding("index vectors", detail, not bad, rows=bad)


def _used_rows(database: sqlite3.Connection, grain: Grain) -> list[int]:
    table, column = TEXTS[grain]
    return [row for (row,) in database.execute(f"SELECT DISTINCT {column} FROM {table}")]


def _wiped_rows(database: sqlite3.Connection, grain: Grain) -> list[int]:
    query = "SELECT row FROM blank_rows WHERE grain = ? AND is_wiped"
    return [row for (row,) in database.execute(query, (grain,))]


def _check_tokens(database: sqlite3.Connection, folder: Path, dimension: int) -> Finding:
    n_rows = catalogue.n_vector_rows(database, "sentence")
    used = sorted(row for row in _used_rows(database, "sentence") if 0 <= row < n_rows)
    stored = StoredTokens(folder, dimension, n_rows)
    asked = used[:: max(1, len(used) // _TOKEN_SAMPLE)]
    vectors = stored.vectors(np.array(asked, dtype=np.int64))
    bad = [row for row, own in zip(asked, vectors, strict=True) if not _are_units(own)]
    detail = f"those of {len(asked):,} sampled sentences are whole"
    if bad:
        detail = f"those of {len(bad):,} of {len(asked):,} sampled sentences are broken"
    return Finding("index tokens", detail, not bad, rows={"sentence": bad} if bad else {})


def _are_units(vectors: Floats | None) -> bool:
    if vectors is None:
        return True  # beyond the budget: encoded when MaxSim asks
    lengths = np.linalg.norm(vectors, axis=1)
    return bool((np.abs(lengths - 1) < 10 * UNIT).all())  # half precision


def _check_words(database: sqlite3.Connection, index: Path) -> Finding:
    agree = cached_words_agree(database, index)
    if agree is None:
        return Finding("index words", "no lexical cache yet: the next question makes it")
    if agree:
        return Finding("index words", "the lexical cache matches the sentences")
    return Finding("index words", "the lexical cache does not match the sentences", ok=False)


def joined_rows(findings: Iterable[Finding]) -> dict[Grain, list[int]]:
    """All rows that any of them distrusts."""
    rows: dict[Grain, list[int]] = {}
    for finding in findings:
        for grain, listed in finding.rows.items():
            rows.setdefault(grain, []).extend(listed)
    return rows
