"""The catalogue's SQLite file: its tables, its connections and its all-or-nothing commits.

Readers (WAL) see the last commit while one writer works.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.errors import IndexDamaged, IndexFault

SCHEMA_VERSION = 4
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    title TEXT NOT NULL, format TEXT NOT NULL, encoding TEXT NOT NULL, warnings TEXT NOT NULL,
    pages INTEGER NOT NULL, characters INTEGER NOT NULL, source_characters INTEGER NOT NULL
);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    text TEXT NOT NULL, line_marks TEXT NOT NULL, page_marks TEXT NOT NULL
);
CREATE TABLE sections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    heading_path TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    section_id INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, vector_row INTEGER NOT NULL,
    tokens INTEGER NOT NULL, unknown INTEGER NOT NULL, truncated INTEGER NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    section_id INTEGER NOT NULL, passage_id INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, line INTEGER NOT NULL,
    page INTEGER, page_label TEXT,
    kind TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
    vector_row INTEGER NOT NULL, contextual_row INTEGER NOT NULL,
    tokens INTEGER NOT NULL, unknown INTEGER NOT NULL, truncated INTEGER NOT NULL
);
CREATE INDEX sections_of_document ON sections (document_id);
CREATE INDEX passages_of_document ON passages (document_id);
CREATE INDEX sentences_of_document ON sentences (document_id, start);
CREATE INDEX sentences_of_passage ON sentences (passage_id);
CREATE TABLE vector_rows (
    grain TEXT NOT NULL, text_hash BLOB NOT NULL, row INTEGER NOT NULL,
    PRIMARY KEY (grain, text_hash)
) WITHOUT ROWID;
CREATE TABLE blank_rows (
    grain TEXT NOT NULL, row INTEGER NOT NULL, is_wiped INTEGER NOT NULL,
    PRIMARY KEY (grain, row)
) WITHOUT ROWID;
CREATE TABLE failures (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL, reason TEXT NOT NULL
);
"""


@contextmanager
def opened(file: Path, *, writable: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to the catalogue; a writable one makes the file and commits nothing itself.

    Raises: IndexDamaged where the file is not a catalogue, IndexFault where it cannot be used now.
    """
    try:
        with closing(_connect(file, writable)) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not _is_missing_table(error):
            raise IndexFault(
                f"the index cannot be used: {file}: {error}",
                "see that its folder can be written and its disk has room, then try again",
            ) from error
        raise IndexDamaged(
            f"the index cannot be read: {file}: {error}",
            "index the folder again: a damaged index is made anew",
        ) from error


def _is_missing_table(error: sqlite3.OperationalError) -> bool:
    """A generic error of ours means another schema; busy, full and the like have own codes."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _connect(file: Path, writable: bool) -> sqlite3.Connection:
    if not writable:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        connection.execute("PRAGMA query_only = ON")
        return connection
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=10, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        connection.executescript(
            f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};"
            " INSERT INTO meta VALUES ('generation', '0'); COMMIT;"
        )
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, *, is_change: bool = True) -> Iterator[None]:
    """All or nothing; a commit that changes what is found is a new generation of the index."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        if is_change:
            connection.execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"
            )
    except BaseException:
        if connection.in_transaction:  # on a full disk SQLite rolls back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def generation(connection: sqlite3.Connection) -> int:
    """A number that grows with every commit: equal numbers, equal content."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row[0])
