"""What a run finds broken, put right before it goes on: nothing that is whole is lost.

A row that cannot be trusted takes its documents with it: the run that follows reads them again,
and embeds only what has no vector.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.errors import IndexDamaged
from assistant.indexing import catalogue
from assistant.indexing.database import transaction
from assistant.indexing.sweeping import TEXTS
from assistant.indexing.tokens import TokenFiles
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import Grain

Rows = Mapping[Grain, Iterable[int]]

_KEPT = ("writer", "writer.lock", "identity.json")


def check_whole(database: sqlite3.Connection, file: Path) -> None:
    """SQLite's own check, for after a run that ended in no known way. Raises: IndexDamaged."""
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise IndexDamaged(f"the index is damaged: {file}: {verdict}", "index again")


def clear(index: Path) -> None:
    """Remove all of an index whose lock is held; the lock stays."""
    for entry in index.iterdir():
        if entry.name in _KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def salvage(database: sqlite3.Connection, vectors: VectorFiles, tokens: TokenFiles) -> int:
    """Forget rows that the files no longer hold; how many documents must be read again."""
    lost: dict[Grain, Iterable[int]] = {}
    for grain in GRAINS:
        n_rows = catalogue.n_vector_rows(database, grain)
        n_held = vectors.n_held(grain)
        if grain == "sentence":
            n_held = min(n_held, tokens.n_held())
        if n_held < n_rows:
            lost[grain] = range(n_held, n_rows)
    if not lost:
        return 0
    n_documents = forget(database, lost)
    with transaction(database):
        for grain, rows in lost.items():
            # They are beyond the end of the files: there is nothing to wipe.
            database.execute(
                "DELETE FROM blank_rows WHERE grain = ? AND row >= ?", (grain, min(rows))
            )
    return n_documents


def forget(database: sqlite3.Connection, rows: Rows, documents: Iterable[str] = ()) -> int:
    """Remove these documents and those with texts in these rows; how many there were.

    The rows are left to be wiped.
    """
    with transaction(database):
        database.execute("CREATE TEMP TABLE untrusted (grain TEXT, row INTEGER)")
        database.execute("CREATE TEMP TABLE unread (path TEXT PRIMARY KEY)")
        pairs = ((grain, int(row)) for grain, listed in rows.items() for row in listed)
        database.executemany("INSERT INTO untrusted VALUES (?, ?)", pairs)
        database.executemany("INSERT INTO unread VALUES (?)", ((path,) for path in documents))
        for grain, (table, column) in TEXTS.items():
            database.execute(
                "INSERT OR IGNORE INTO unread SELECT DISTINCT d.path FROM documents d"
                f" JOIN {table} t ON t.document_id = d.id WHERE t.{column} IN"
                " (SELECT row FROM untrusted WHERE grain = ?)",
                (grain,),
            )
        gone = "WHERE (grain, row) IN (SELECT grain, row FROM untrusted)"
        database.execute(
            f"INSERT OR IGNORE INTO blank_rows SELECT grain, row, 0 FROM vector_rows {gone}"
        )
        database.execute(f"DELETE FROM vector_rows {gone}")
        paths = [path for (path,) in database.execute("SELECT path FROM unread").fetchall()]
        for path in paths:
            catalogue.remove_document(database, path)
        database.execute("DROP TABLE untrusted")
        database.execute("DROP TABLE unread")
    return len(paths)
