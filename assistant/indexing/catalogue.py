"""The truth of text: documents, sections, passages and sentences in one SQLite file.

Whatever a commit did not reach does not exist: vector rows count only when the catalogue says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.documents.characters import n_characters
from assistant.records import Document, FileFailed, Grain, Passage, Reading, Sentence


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file looked like when it was last read."""

    size: int
    mtime_ns: int
    content_hash: str
    """Empty for a file that could not be read."""
    ctime_ns: int = 0
    """Of the last change to the file in any way: programs can set the other time back."""


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document with all that the catalogue keeps of it, vector rows assigned."""

    document: Document
    state: FileState
    sentences: Sequence[Sentence]
    sentence_readings: Sequence[Reading]
    sentence_rows: Sequence[int]
    passages: Sequence[Passage]
    passage_readings: Sequence[Reading]
    passage_rows: Sequence[int]
    contextual_rows: Sequence[int]
    """Of each sentence as its passage reads it."""


def file_states(connection: sqlite3.Connection) -> dict[str, FileState]:
    """Every file that was read or failed, by path."""
    rows = connection.execute(
        "SELECT path, size, mtime_ns, content_hash, ctime_ns FROM documents"
        " UNION ALL SELECT path, size, mtime_ns, '', ctime_ns FROM failures"
    )
    return {path: FileState(*state) for path, *state in rows}


def failures(connection: sqlite3.Connection) -> tuple[FileFailed, ...]:
    rows = connection.execute("SELECT path, reason FROM failures ORDER BY path")
    return tuple(FileFailed(path, reason) for path, reason in rows)


def warnings(connection: sqlite3.Connection) -> tuple[FileFailed, ...]:
    rows = connection.execute(
        "SELECT path, warnings FROM documents WHERE warnings != '[]' ORDER BY path"
    )
    return tuple(FileFailed(path, remark) for path, listed in rows for remark in json.loads(listed))


def n_vector_rows(connection: sqlite3.Connection, grain: Grain) -> int:
    """Rows of the grain's matrices that count."""
    # Blank rows count too: a reader may have them open, so files never become shorter.
    row = connection.execute(
        "SELECT MAX((SELECT IFNULL(MAX(row), -1) FROM vector_rows WHERE grain = :grain),"
        " (SELECT IFNULL(MAX(row), -1) FROM blank_rows WHERE grain = :grain))",
        {"grain": grain},
    )
    return int(row.fetchone()[0]) + 1


def known_rows(
    connection: sqlite3.Connection, grain: Grain, hashes: Iterable[bytes]
) -> dict[bytes, int]:
    """The vector rows of those texts that were embedded before."""
    found = {}
    for text_hash in hashes:
        row = connection.execute(
            "SELECT row FROM vector_rows WHERE grain = ? AND text_hash = ?", (grain, text_hash)
        ).fetchone()
        if row:
            found[text_hash] = int(row[0])
    return found


def add_vector_rows(connection: sqlite3.Connection, grain: Grain, rows: dict[bytes, int]) -> None:
    connection.executemany(
        "INSERT INTO vector_rows VALUES (?, ?, ?)", [(grain, h, row) for h, row in rows.items()]
    )


def touch_document(connection: sqlite3.Connection, path: str, state: FileState) -> None:
    """Note a new time of a file whose content is the same."""
    connection.execute(
        "UPDATE documents SET size = ?, mtime_ns = ?, ctime_ns = ? WHERE path = ?",
        (state.size, state.mtime_ns, state.ctime_ns, path),
    )


def remove_document(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("DELETE FROM documents WHERE path = ?", (path,))
    connection.execute("DELETE FROM failures WHERE path = ?", (path,))


def add_failure(connection: sqlite3.Connection, path: str, state: FileState, reason: str) -> None:
    remove_document(connection, path)
    connection.execute(
        "INSERT INTO failures VALUES (?, ?, ?, ?, ?)",
        (path, state.size, state.mtime_ns, state.ctime_ns, reason),
    )


def add_document(connection: sqlite3.Connection, prepared: PreparedDocument) -> None:
    """Put a document in place of what was known under its path."""
    document, state = prepared.document, prepared.state
    remove_document(connection, document.path)
    document_id = connection.execute(
        "INSERT INTO documents (path, size, mtime_ns, ctime_ns, content_hash, title, format,"
        " encoding, warnings, pages, characters, source_characters)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(document.path, state.size, state.mtime_ns, state.ctime_ns, state.content_hash),
            *(document.title, document.format, document.encoding, json.dumps(document.warnings)),
            *(document.pages, n_characters(document.text), document.source_characters),
        ),
    ).lastrowid
    assert document_id is not None  # SQLite gives one for every insert
    connection.execute(
        "INSERT INTO texts VALUES (?, ?, ?, ?)",
        (
            document_id,
            document.text,
            json.dumps(document.line_marks),
            json.dumps(document.page_marks),
        ),
    )
    section_ids = _add_sections(connection, document_id, document)
    passage_ids = _add_passages(connection, document_id, prepared, section_ids)
    _add_sentences(connection, document_id, prepared, section_ids, passage_ids)


def _add_sections(
    connection: sqlite3.Connection, document_id: int, document: Document
) -> list[int]:
    first = _next_id(connection, "sections")
    connection.executemany(
        "INSERT INTO sections VALUES (?, ?, ?, ?, ?)",
        [
            (first + i, document_id, json.dumps(s.heading_path, ensure_ascii=False), s.start, s.end)
            for i, s in enumerate(document.sections)
        ],
    )
    return [first + i for i in range(len(document.sections))]


def _add_passages(
    connection: sqlite3.Connection,
    document_id: int,
    prepared: PreparedDocument,
    section_ids: list[int],
) -> list[int]:
    first = _next_id(connection, "passages")
    rows = zip(prepared.passages, prepared.passage_rows, prepared.passage_readings, strict=True)
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(first + i, document_id, section_ids[p.section], p.start, p.end),
                *(prepared.document.text[p.start : p.end], row),
                *(reading.tokens, reading.unknown, reading.truncated),
            )
            for i, (p, row, reading) in enumerate(rows)
        ],
    )
    return [first + i for i in range(len(prepared.passages))]


def _add_sentences(
    connection: sqlite3.Connection,
    document_id: int,
    prepared: PreparedDocument,
    section_ids: list[int],
    passage_ids: list[int],
) -> None:
    passage_of = [
        passage_ids[i] for i, p in enumerate(prepared.passages) for _ in range(p.first, p.last)
    ]
    rows = zip(
        prepared.sentences,
        passage_of,
        prepared.sentence_rows,
        prepared.contextual_rows,
        prepared.sentence_readings,
        strict=True,
    )
    labels = dict(prepared.document.page_labels)
    connection.executemany(
        "INSERT INTO sentences (document_id, section_id, passage_id, start, end, line, page,"
        " page_label, kind, text, context, vector_row, contextual_row, tokens, unknown, truncated)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(document_id, section_ids[s.section], passage_id, s.start, s.end, s.line, s.page),
                *(labels.get(s.page or 0), s.kind, s.text, s.context, row, contextual_row),
                *(reading.tokens, reading.unknown, reading.truncated),
            )
            for s, passage_id, row, contextual_row, reading in rows
        ],
    )


def _next_id(connection: sqlite3.Connection, table: str) -> int:
    """Ids are never used twice: a trace may still name one of a removed document."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) + 1 if row else 1


@dataclass(frozen=True, slots=True)
class Totals:
    documents: int
    passages: int
    sentences: int
    tokens: int
    unknown: int
    truncated_passages: int


def totals(connection: sqlite3.Connection) -> Totals:
    """Counts over the whole index; tokens and unknown ones are those of the sentences."""
    documents = connection.execute("SELECT COUNT(*) FROM documents").fetchone()[0]
    passages, truncated = connection.execute(
        "SELECT COUNT(*), COUNT(CASE WHEN truncated > 0 THEN 1 END) FROM passages"
    ).fetchone()
    sentences, tokens, unknown = connection.execute(
        "SELECT COUNT(*), TOTAL(tokens), TOTAL(unknown) FROM sentences"
    ).fetchone()
    return Totals(documents, passages, sentences, int(tokens), int(unknown), truncated)
