"""The indexes of one folder that lie on disk: what made them, what they hold, their removal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import AssistantError, IndexFault
from assistant.folders import Folders
from assistant.indexing import catalogue
from assistant.indexing.database import opened
from assistant.indexing.identity import VERSIONS
from assistant.indexing.locking import writing
from assistant.records import StoredIndex

_DESCRIPTION = "identity.json"


def describe(
    index: Path, folders: Folders, model: str, passages: str, sentences_per_s: float | None
) -> None:
    """Leave word of what makes the index, for people and for later versions.

    `sentences_per_s`: how quickly it was made; None where this run made too little to tell.
    """
    known = _described(index).get("sentences_per_s")
    described = {
        "model": model,
        "passages": passages,
        "folders": [str(root) for root in folders.roots],
        "versions": VERSIONS,
        "sentences_per_s": round(sentences_per_s, 1) if sentences_per_s else known,
    }
    if described != _described(index):
        index.mkdir(parents=True, exist_ok=True)
        (index / _DESCRIPTION).write_text(json.dumps(described, indent=2), "utf-8")


def stored_indexes(indexes: Path) -> Iterator[StoredIndex]:
    """All indexes below the folder's place, by name."""
    if not indexes.is_dir():
        return
    for folder in sorted(indexes.iterdir()):
        if folder.is_dir() and not folder.is_symlink():
            yield _stored(folder)


def remove(index: StoredIndex) -> None:
    """Delete an index with all text in it. Raises: IndexLocked where it is written, IndexFault."""
    try:
        with writing(index.folder):
            shutil.rmtree(index.folder, ignore_errors=True)
        # The lock's own files were in use until now.
        if index.folder.exists():
            shutil.rmtree(index.folder)
    except OSError as error:
        raise IndexFault(
            f"the index cannot be removed: {index.folder}: {error.strerror}",
            "make it writable, then purge again",
        ) from error


def _stored(folder: Path) -> StoredIndex:
    described = _described(folder)
    # One that another program begins has no catalogue before it says what it is.
    is_begun = not described and not (folder / "catalogue.db").exists()
    name = described.get("model") or folder.name.rpartition("-")[0]
    return StoredIndex(
        folder,
        str(name),
        str(described.get("passages", "")),
        described.get("versions") != VERSIONS and not is_begun,
        n_sentences(folder / "catalogue.db"),
        speed if isinstance(speed := described.get("sentences_per_s"), float) else None,
        sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _described(folder: Path) -> dict[str, object]:
    try:
        described = json.loads((folder / _DESCRIPTION).read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # from before indexes said what they are
    return described if isinstance(described, dict) else {}


def indexed_folders(index: Path) -> Folders | None:
    """What the index is of; None where it does not say. They need not be there any more."""
    roots = _described(index).get("folders")
    return Folders(tuple(map(Path, roots))) if isinstance(roots, list) and roots else None


def n_sentences(file: Path) -> int:
    try:
        with opened(file) as database:
            return catalogue.totals(database).sentences
    except AssistantError:
        return 0
