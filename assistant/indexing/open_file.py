"""A file of an index that stays open: several threads read at places of their own, or map it.

A mapped page counts as the program's memory as long as it is mapped, and one that is touched for
the first time costs 5 times what reading it does (2.5 ms against 0.4 ms for ten sentences' token
vectors).
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy.typing as npt

from assistant.errors import IndexDamaged

_READS_AT_PLACES = hasattr(os, "preadv")
"""Whether threads need not wait for each other's place in the file."""


class OpenFile:
    """Open from the beginning to the end: by its name, another index could stand there later."""

    def __init__(self, file: Path, n_bytes: int) -> None:
        """Raises: IndexDamaged where the file is gone or shorter than that."""
        self.path = file
        try:
            self._stream = file.open("rb", buffering=0)
        except OSError as error:
            raise damaged(file, str(error)) from error
        weakref.finalize(self, self._stream.close)
        self._reading = threading.Lock()
        size = os.fstat(self._stream.fileno()).st_size
        if size < n_bytes:
            raise damaged(file, f"{size} of {n_bytes} bytes are there")

    def read(self, offset: int, into: npt.NDArray[Any]) -> None:
        """Fill the contiguous array with the bytes from there on.

        Raises: IndexDamaged where the file was cut short meanwhile.
        """
        if not into.size:
            return
        left = into.data.cast("B")
        while left:  # one call reads 2 GB at most
            n_read = self._read_some(offset, left)
            if not n_read:
                raise damaged(self.path, f"it ends at {offset:,} bytes")
            offset, left = offset + n_read, left[n_read:]

    def mapped(self, n_bytes: int) -> mmap.mmap:
        """Its first bytes, read-only, until nobody holds them any more.

        Raises: IndexDamaged.
        """
        try:
            return mmap.mmap(self._stream.fileno(), n_bytes, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise damaged(self.path, str(error)) from error

    def _read_some(self, offset: int, into: memoryview) -> int:
        if _READS_AT_PLACES:
            return os.preadv(self._stream.fileno(), [into], offset)
        with self._reading:
            self._stream.seek(offset)
            return self._stream.readinto(into) or 0


def damaged(file: Path, what: str) -> IndexDamaged:
    return IndexDamaged(
        f"the index's vectors cannot be read: {file}: {what}",
        "index the folder again: what is missing is made anew",
    )
