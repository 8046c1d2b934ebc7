"""A folder into the list of files that may be documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.documents.readers import reader_for
from assistant.documents.sanitising import sanitise
from assistant.folders import Folders
from assistant.indexing.ignoring import IgnoreRules, Selection
from assistant.records import FileFailed


@dataclass(frozen=True, slots=True)
class ScannedFile:
    path: str
    """Relative to the folder, with forward slashes; of several folders, below the name of one."""
    size: int
    mtime_ns: int
    ctime_ns: int


def scan_folders(
    folders: Folders, selection: Selection | None = None
) -> tuple[list[ScannedFile], list[FileFailed]]:
    """What `scan_folder` finds in each of them, by the paths that are indexed."""
    found: list[ScannedFile] = []
    failed: list[FileFailed] = []
    for name, root in folders.collections.items():
        files, unseen = scan_folder(root, selection)
        found += (replace(file, path=folders.path(name, file.path)) for file in files)
        failed += (FileFailed(folders.path(name, f.document), f.reason) for f in unseen)
    return sorted(found, key=lambda file: file.path), failed


def scan_folder(
    folder: Path, selection: Selection | None = None
) -> tuple[list[ScannedFile], list[FileFailed]]:
    """The readable files below the folder by path, and what could not be looked at.

    Hidden and ignored files and folders are skipped; links are followed only to files inside
    the folder.
    """
    found: list[ScannedFile] = []
    failed: list[FileFailed] = []
    for entry in _walk(folder, failed, selection or Selection()):
        path = Path(entry.path).relative_to(folder).as_posix()
        if (shown := _printable(path)) != path:
            failed.append(FileFailed(shown, "the file's name holds what is no text: rename it"))
            continue
        try:
            if not _is_inside(entry, folder):
                continue
            stat = entry.stat()
        except OSError as error:
            failed.append(FileFailed(path, f"the file cannot be looked at: {error.strerror}"))
            continue
        found.append(ScannedFile(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return sorted(found, key=lambda file: file.path), failed


def _printable(path: str) -> str:
    """The path on one line without control characters and broken bytes."""
    return sanitise(path.encode("utf-8", "replace").decode()).replace("\n", " ").replace("\t", " ")


def _walk(
    folder: Path, failed: list[FileFailed], selection: Selection
) -> Iterator[os.DirEntry[str]]:
    pending = [("", IgnoreRules())]
    while pending:
        current, rules = pending.pop()
        try:
            with os.scandir(folder / current) as entries:
                listed = list(entries)
            rules = rules.below(folder / current, current)
        except OSError as error:
            path = _printable(current or ".")
            failed.append(FileFailed(path, f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in listed:
            if entry.name.startswith("."):
                continue
            path = f"{current}/{entry.name}" if current else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not (is_folder or reader_for(entry.name)) or rules.ignores(
                path, is_folder=is_folder
            ):
                continue
            if is_folder and selection.takes_folder(path):
                pending.append((path, rules))
            elif not is_folder and selection.takes_file(path):
                yield entry


def _is_inside(entry: os.DirEntry[str], folder: Path) -> bool:
    """A plain file, or a link to one below the folder; never a device or a pipe."""
    if entry.is_symlink():
        return entry.is_file() and Path(entry.path).resolve().is_relative_to(folder)
    return entry.is_file(follow_symlinks=False)
