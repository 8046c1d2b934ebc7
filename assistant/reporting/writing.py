"""A report onto the disk, beside nothing that is indexed and over nothing that is not a report."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from assistant.files import write_whole
from assistant.folders import Folders
from assistant.records import Trace
from assistant.reporting.rendering import MARKER, REPORTS

_HEAD = 300
"""Bytes that hold a report's marker."""


def write_report(
    trace: Trace, model: str, file: Path, kind: str, indexed: Folders, force: bool = False
) -> Path:
    """The absolute path of what was written. Raises: UsageError."""
    file = file.expanduser().resolve()
    if indexed.hold(file):
        raise UsageError(
            f"a report is not written into the indexed folder: {file}",
            "name a file elsewhere: indexed folders are only ever read",
        )
    if file.exists() and not force and not _is_report(file):
        raise UsageError(
            f"this file is not a report of ours: {file}", "name another file, or add --force"
        )
    write_whole(file, REPORTS[kind](trace, model).encode())
    return file


def _is_report(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return MARKER.encode() in stream.read(_HEAD)
    except OSError:
        return False
