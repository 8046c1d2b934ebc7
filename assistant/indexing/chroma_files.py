"""Whether a process died at work in an embedded Chroma: then its files are not to be trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PREFIX = "at-work-"


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Leave a file while this process may die of the database, or leave it half-written."""
    mark = folder / f"{_PREFIX}{os.getpid()}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    try:
        yield
    finally:
        with suppress(OSError):
            mark.unlink(missing_ok=True)


def died_at(folder: Path) -> bool:
    """Whether a process that is no more left such a file."""
    return any(not _is_alive(mark) for mark in folder.glob(f"{_PREFIX}*"))


def forget_client(folder: Path) -> None:
    """Chroma keeps a system per path and process; one of deleted files would be used again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    # There is no public way where opening failed: the broken system stays registered.
    systems: dict[str, Any] = SharedSystemClient._identifier_to_system
    SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
    system = systems.pop(str(folder), None)
    if system is not None:
        with suppress(Exception):
            system.stop()


def _is_alive(mark: Path) -> bool:
    try:
        pid = int(mark.name.removeprefix(_PREFIX))
        os.kill(pid, 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True  # somebody else's
    return True
