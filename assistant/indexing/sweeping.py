"""Vectors of texts that are gone: forgotten in the catalogue, wiped in the files.

First the catalogue lets go of the rows, then their numbers become zeros: a text that comes back
in between is embedded anew and never gets a wiped vector. Rows keep their places, because a
reader may have the files open; what it reads there belongs to sentences that are gone.
"""

from __future__ import annotations

import sqlite3

from assistant.indexing.database import transaction
from assistant.indexing.tokens import TokenFiles
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import Grain

TEXTS: dict[Grain, tuple[str, str]] = {
    "sentence": ("sentences", "vector_row"),
    "passage": ("passages", "vector_row"),
    "contextual": ("sentences", "contextual_row"),
}
"""Grain -> the table and column that say which rows its texts have."""


def n_unused_rows(database: sqlite3.Connection, grain: Grain) -> int:
    """Rows that no text has, though the catalogue still holds on to them."""
    table, column = TEXTS[grain]
    row = database.execute(
        "SELECT COUNT(*) FROM vector_rows WHERE grain = ?"
        f" AND row NOT IN (SELECT {column} FROM {table})",
        (grain,),
    ).fetchone()
    return int(row[0])


def sweep(database: sqlite3.Connection, vectors: VectorFiles, tokens: TokenFiles) -> int:
    """Wipe every row that no text has; how many there were. Raises: OSError."""
    n_let_go = _let_go(database)
    waiting = database.execute("SELECT grain, row FROM blank_rows WHERE NOT is_wiped").fetchall()
    if not waiting:
        return n_let_go
    for grain in GRAINS:
        rows = [row for of_grain, row in waiting if of_grain == grain]
        vectors.wipe(grain, rows)
        if grain == "sentence":
            tokens.wipe(rows)
    vectors.flush()
    tokens.flush()
    with transaction(database, is_change=False):
        database.execute("UPDATE blank_rows SET is_wiped = 1 WHERE NOT is_wiped")
    return n_let_go


def _let_go(database: sqlite3.Connection) -> int:
    unused = {grain: n_unused_rows(database, grain) for grain in GRAINS}
    if not any(unused.values()):
        return 0
    with transaction(database, is_change=False):
        for grain, (table, column) in TEXTS.items():
            gone = f"grain = ? AND row NOT IN (SELECT {column} FROM {table})"
            database.execute(
                f"INSERT INTO blank_rows SELECT grain, row, 0 FROM vector_rows WHERE {gone}",
                (grain,),
            )
            database.execute(f"DELETE FROM vector_rows WHERE {gone}", (grain,))
    return sum(unused.values())
