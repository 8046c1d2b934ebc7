"""A new index of several folders out of one that holds some of them already.

Encoding is what indexing costs, and what the encoder makes of a document does not depend on what
lies beside it: whoever adds a folder to another waits for the added one alone.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from assistant.errors import AssistantError
from assistant.folders import Folders
from assistant.indexing.database import opened, transaction
from assistant.indexing.locking import writing
from assistant.indexing.stored import indexed_folders, n_sentences
from assistant.records import StageStarted

_PATH_TABLES = ("documents", "failures")


def seeded(index: Path, folders: Folders, indexes: Path) -> Iterator[StageStarted]:
    """Copies what another index by the same model holds of these folders, if one does.

    What the copy holds of other folders is gone for the next run, which forgets it.
    """
    found = _largest(index, folders, indexes)
    if found is None:
        return
    other, its_folders = found
    yield StageStarted(f"copying what is known of {its_folders.label}")
    try:
        with writing(other), writing(index):
            _copy(other, index, its_folders, folders)
    except (AssistantError, OSError, sqlite3.Error):
        # Another program is at it, or it is broken: then everything is encoded anew.
        for file in (index / "catalogue.db", index / "catalogue.db.new"):
            file.unlink(missing_ok=True)
        shutil.rmtree(index / "vectors", ignore_errors=True)


def _largest(index: Path, folders: Folders, indexes: Path) -> tuple[Path, Folders] | None:
    """The index of the same identity with most sentences among those that share a folder."""
    found: list[tuple[int, Path, Folders]] = []
    for other in indexes.glob(f"*/{index.name}"):
        theirs = indexed_folders(other)
        # With a writer's name in it, one is written now or was left in the middle.
        is_quiet = not (other / "writer").exists()
        if is_quiet and other != index and theirs and set(theirs.roots) & set(folders.roots):
            found.append((n_sentences(other / "catalogue.db"), other, theirs))
    n, best, its_folders = max(found, key=lambda each: each[0], default=(0, index, folders))
    return (best, its_folders) if n else None


def _copy(source: Path, target: Path, before: Folders, after: Folders) -> None:
    shutil.copytree(source / "vectors", target / "vectors", dirs_exist_ok=True)
    # The catalogue comes last and at once: without it the vectors are nobody's.
    new = target / "catalogue.db.new"
    new.unlink(missing_ok=True)
    with opened(source / "catalogue.db") as database, closing(sqlite3.connect(new)) as copy:
        database.backup(copy)
    with opened(new, writable=True) as copy, transaction(copy):
        for table in _PATH_TABLES:
            _rename(copy, table, before, after)
    new.replace(target / "catalogue.db")


def _rename(database: sqlite3.Connection, table: str, before: Folders, after: Folders) -> None:
    """The paths as they are in the new index; a path that has none there is left for nobody."""
    paths: Sequence[tuple[str]] = database.execute(f"SELECT path FROM {table}").fetchall()
    names = {root: name for name, root in after.collections.items()}
    renamed = []
    for (path,) in paths:
        root, inside = before.split(path)
        is_kept = root in names
        renamed.append((after.path(names[root], inside) if is_kept else f"/{path}", path))
    # In two steps, for one path's new name may be another's old one.
    database.executemany(f"UPDATE {table} SET path = char(1) || ? WHERE path = ?", renamed)
    database.execute(f"UPDATE {table} SET path = substr(path, 2)")
