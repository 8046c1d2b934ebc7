"""Bytes onto the disk, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from assistant.errors import UsageError


def write_whole(file: Path, content: bytes) -> None:
    """The file holds `content` or what it held before, also after a power cut.

    Raises: UsageError where it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, content)
    except OSError as error:
        raise UsageError(
            f"the file cannot be written: {file}: {error.strerror}",
            "make its folder writable, or set ASSISTANT_HOME to one that is",
        ) from error


def _replace(file: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """The new name itself on the disk; some systems open no folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
