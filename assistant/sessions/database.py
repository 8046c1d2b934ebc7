"""The sessions' SQLite file: its tables and its connections.

One file for all folders. A write is on its way to the disk when its call returns: what kills the
program afterwards takes nothing of it (WAL, synchronous NORMAL: only a power cut can).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.errors import SessionFault

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    forked_from INTEGER,
    is_deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sessions_of_folder ON sessions (folder, updated_at);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    asked_at TEXT NOT NULL,
    question TEXT NOT NULL,
    ending TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    failure TEXT NOT NULL DEFAULT '',
    trace BLOB, shown BLOB, answer BLOB
);
CREATE INDEX turns_of_session ON turns (session_id);
"""


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection within a transaction: all that is done is kept, or nothing.

    Raises: SessionFault where the file cannot be used.
    """
    try:
        with closing(_connect(file)) as connection, connection:
            yield connection
    except (sqlite3.Error, OSError) as error:
        raise SessionFault(
            f"the sessions cannot be used: {file}: {error}",
            "see that its folder can be written and its disk has room; a damaged file can be"
            " moved away, a new one is made",
        ) from error


def _connect(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # deleted is deleted
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        _create(connection)
    elif version != SCHEMA_VERSION:
        connection.close()
        raise sqlite3.DatabaseError(f"it is of another version of this program ({version})")
    return connection


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")  # another program may be doing the same
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in _SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
