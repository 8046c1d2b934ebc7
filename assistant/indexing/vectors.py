"""Pooled vectors into append-only matrices on disk, one file per grain and pooling.

Rows are unit vectors, float32. A file may hold more rows than are valid: the catalogue's commit
says how many count, so that a crash between writing and committing leaves nothing half-known.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.embedding.encoder import PooledTexts
from assistant.embedding.poolings import POOLINGS, Floats
from assistant.indexing.open_file import OpenFile, damaged
from assistant.records import Grain

GRAINS: dict[Grain, tuple[str, ...]] = {
    "sentence": tuple(POOLINGS),
    "passage": tuple(POOLINGS),
    "contextual": ("mean",),
}
"""Grain -> the poolings whose vectors are kept, in the order of the columns of its norms."""
_FLOAT_BYTES = 4


class VectorFiles:
    """The matrices of one index. One writer at a time; readers read what was committed."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder = folder
        self.dimension = dimension

    def file(self, grain: Grain, pooling: str) -> Path:
        return self.folder / f"{grain}.{pooling}.f32"

    def norms_file(self, grain: Grain) -> Path:
        return self.folder / f"{grain}.norms.f32"

    def cut_to(self, n_rows: dict[Grain, int]) -> None:
        """Drop what an interrupted run wrote beyond the committed rows.

        Raises: IndexDamaged where a file is shorter than what was committed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for grain in GRAINS:
            for file, row_bytes in self._files(grain):
                wanted = n_rows[grain] * row_bytes
                size = file.stat().st_size if file.exists() else 0
                if size < wanted:
                    raise damaged(file, f"{size} of {wanted} bytes are there")
                if size > wanted:
                    os.truncate(file, wanted)

    def n_held(self, grain: Grain) -> int:
        """Rows that all files of the grain hold."""
        return min(
            file.stat().st_size // row_bytes if file.exists() else 0
            for file, row_bytes in self._files(grain)
        )

    def append(self, grain: Grain, pooled: PooledTexts) -> None:
        """Write the rows behind those that are there; `flush` before they are committed."""
        for name in GRAINS[grain]:
            append_array(self.file(grain, name), pooled.vectors[name].astype(np.float32))
        norms = np.stack([pooled.norms[name] for name in GRAINS[grain]], axis=1)
        append_array(self.norms_file(grain), norms.astype(np.float32))

    def wipe(self, grain: Grain, rows: Sequence[int]) -> None:
        """Put zeros in place of the rows."""
        if not rows:
            return
        for file, row_bytes in self._files(grain):
            with file.open("r+b") as stream:
                for row in rows:
                    stream.seek(row * row_bytes)
                    stream.write(bytes(row_bytes))

    def flush(self) -> None:
        """Wait until the disk has every row that was appended or wiped."""
        for grain in GRAINS:
            for file, _ in self._files(grain):
                wait_for_disk(file)
        wait_for_names(self.folder)

    def matrix(self, grain: Grain, pooling: str, n_rows: int) -> StoredMatrix:
        """Unit vectors (n_rows, dim). Raises: IndexDamaged."""
        return StoredMatrix(self.file(grain, pooling), n_rows, self.dimension)

    def norms(self, grain: Grain, n_rows: int) -> Floats:
        """Lengths before normalisation (n_rows, n_poolings) in the order of GRAINS."""
        return StoredMatrix(self.norms_file(grain), n_rows, len(GRAINS[grain])).whole()

    def _files(self, grain: Grain) -> list[tuple[Path, int]]:
        poolings = GRAINS[grain]
        vectors = [(self.file(grain, name), self.dimension * _FLOAT_BYTES) for name in poolings]
        return [*vectors, (self.norms_file(grain), len(poolings) * _FLOAT_BYTES)]


_block = threading.local()


class StoredMatrix:
    """The rows of one file as of one commit, read when they are asked for."""

    def __init__(self, file: Path, n_rows: int, n_columns: int) -> None:
        """Raises: IndexDamaged."""
        self.n_rows = n_rows
        self.n_bytes = n_rows * n_columns * _FLOAT_BYTES
        self._n_columns = n_columns
        self._file = OpenFile(file, self.n_bytes) if n_rows else None

    def mapped(self) -> Floats:
        """All rows (n_rows, n_columns), read-only, mapped for as long as somebody holds them.

        Raises: IndexDamaged.
        """
        shape = (self.n_rows, self._n_columns)
        if not self._file:
            return np.zeros(shape, dtype=np.float32)
        mapped = self._file.mapped(self.n_bytes)
        return np.frombuffer(mapped, dtype=np.float32).reshape(shape)

    def block(self, start: int, stop: int) -> Floats:
        """The rows from start to stop, good until this thread asks for others: they are read into
        the same place, so that it stays in the core's cache. Raises: IndexDamaged.
        """
        n_numbers = (stop - start) * self._n_columns
        place: Floats | None = getattr(_block, "place", None)
        if place is None or len(place) < n_numbers:
            place = _block.place = np.empty(n_numbers, dtype=np.float32)
        rows = place[:n_numbers].reshape(-1, self._n_columns)
        self._read(start, rows)
        return rows

    def take(self, rows: npt.NDArray[np.int64]) -> Floats:
        """A copy (n, n_columns) of these rows in the order given; neighbours are read at once.

        Raises: IndexDamaged.
        """
        found = np.empty((len(rows), self._n_columns), dtype=np.float32)
        firsts = np.flatnonzero(np.diff(rows, prepend=-2) != 1).tolist()
        for first, behind in pairwise([*firsts, len(rows)]):
            self._read(int(rows[first]), found[first:behind])
        return found

    def whole(self) -> Floats:
        """A copy (n_rows, n_columns) of all. Raises: IndexDamaged."""
        return self.take(np.arange(self.n_rows))

    def _read(self, row: int, into: Floats) -> None:
        if self._file:
            self._file.read(row * self._n_columns * _FLOAT_BYTES, into)


def append_array(file: Path, rows: npt.NDArray[Any]) -> None:
    with file.open("ab") as stream:
        stream.write(np.ascontiguousarray(rows).tobytes())


def wait_for_disk(file: Path) -> None:
    if file.exists():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())


def wait_for_names(folder: Path) -> None:
    """Until the disk knows which files the folder has; Windows does so by itself."""
    if os.name == "posix" and folder.exists():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
