"""One writer per index: a lock that ends with its process, and the name of its owner."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.errors import IndexFault, IndexLocked


@contextmanager
def writing(index: Path) -> Iterator[bool]:
    """Hold the index for writing; whether the last writer was killed at it.

    Raises: IndexLocked naming the owner, IndexFault.
    """
    from filelock import FileLock, Timeout

    owner = index / "writer"
    try:
        index.mkdir(parents=True, exist_ok=True)
        # thread_local=False: a generator that holds it may be closed in another thread.
        lock = FileLock(index / "writer.lock", timeout=0, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise IndexLocked(
            f"another program is writing this index: {_owner(owner)}",
            "wait for it or stop it; what is indexed so far can be searched meanwhile",
        ) from error
    except OSError as error:
        raise IndexFault(
            f"the index cannot be written: {index}: {error.strerror}",
            "make the folder writable, or set ASSISTANT_HOME to one that is",
        ) from error
    try:
        was_killed = owner.exists()  # else it would have removed its name
        with suppress(OSError):  # nobody is kept from purging an index by a full disk
            owner.write_text(f"process {os.getpid()} on {socket.gethostname()}", "utf-8")
        yield was_killed
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _owner(file: Path) -> str:
    try:
        return file.read_text("utf-8") or "an unknown process"
    except OSError:
        return "an unknown process"
