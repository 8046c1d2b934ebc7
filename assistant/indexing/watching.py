"""Folders into a sign of life whenever something in them is saved, renamed or deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from assistant.documents.readers import reader_for
from assistant.folders import Folders
from assistant.indexing.ignoring import IGNORE_FILES

DEBOUNCE_MS = 600
"""Editors and version control save in bursts; a change is indexed within 2 s all the same."""
QUIET_MS = 100


def watched_changes(folders: Folders, stop: threading.Event) -> Iterator[int]:
    """How many paths that matter changed, burst by burst, until it is stopped.

    Raises: OSError where the system watches no more folders.
    """
    from watchfiles import watch

    bursts = watch(
        *folders.roots,
        watch_filter=lambda _, path: any(_matters(root, path) for root in folders.roots),
        debounce=DEBOUNCE_MS,
        step=QUIET_MS,
        stop_event=stop,
        rust_timeout=500,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    for burst in bursts:
        yield len({path for _, path in burst})


def _matters(folder: Path, path: str) -> bool:
    """What a scan would look at: no hidden files, but those that say what to ignore.

    Names without a reader may be folders that came or went.
    """
    try:
        parts = Path(path).relative_to(folder).parts
    except ValueError:
        return False
    if not parts or any(part.startswith(".") for part in parts[:-1]):
        return False
    name = parts[-1]
    if name in IGNORE_FILES:
        return True
    return not name.startswith(".") and (reader_for(name) is not None or "." not in name)
