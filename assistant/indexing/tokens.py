"""Sentences' token vectors into one flat file, so that MaxSim needs no encoder at question time.

Half precision: the largest difference that it made to a MaxSim score in 3,000 comparisons was
0.0002. A sentence costs about 25 kB, so the file has a budget; a sentence beyond it has no rows
here and is encoded when it is asked for, which gives the same score later.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.embedding.poolings import Floats
from assistant.indexing.open_file import OpenFile, damaged
from assistant.indexing.vectors import append_array, wait_for_disk

HalfFloats = npt.NDArray[np.float16]

_HALF_BYTES = 2
_END_BYTES = 8
_SIGN_EXPONENT_FRACTION = 0x8FFFE000 - 2**32


class TokenFiles:
    """Row r of the sentence matrices has the vectors `ends[r - 1]:ends[r]` here."""

    def __init__(self, folder: Path, dimension: int, budget_bytes: int) -> None:
        self._vectors = folder / "sentence.tokens.f16"
        self._ends = folder / "sentence.tokens.ends.i64"
        self._dimension = dimension
        self._budget_bytes = budget_bytes

    def cut_to(self, n_rows: int) -> None:
        """Drop what lies beyond the committed rows. Raises: IndexDamaged where some are missing."""
        ends_bytes = self._ends.stat().st_size if self._ends.exists() else 0
        if ends_bytes < n_rows * _END_BYTES:
            raise damaged(self._ends, f"{ends_bytes} of {n_rows * _END_BYTES} bytes are there")
        if ends_bytes:
            os.truncate(self._ends, n_rows * _END_BYTES)
        wanted = self._stored_tokens() * self._dimension * _HALF_BYTES
        size = self._vectors.stat().st_size if self._vectors.exists() else 0
        if size < wanted:
            raise damaged(self._vectors, f"{size} of {wanted} bytes are there")
        if size > wanted:
            os.truncate(self._vectors, wanted)

    def n_held(self) -> int:
        """Rows whose token vectors the file holds, whole."""
        if not self._ends.exists():
            return 0
        ends = np.fromfile(self._ends, np.int64)
        size = self._vectors.stat().st_size if self._vectors.exists() else 0
        return int(np.searchsorted(ends, size // (self._dimension * _HALF_BYTES), side="right"))

    def append(self, token_vectors: Sequence[HalfFloats]) -> None:
        """One entry per new row, stored while the budget lasts; `flush` before they count.

        Token vectors of another dimension than the pooled ones (a Dense module stands between
        them) are not stored.
        """
        stored = self._stored_tokens()
        bytes_per_token = self._dimension * _HALF_BYTES
        kept: list[HalfFloats] = []
        ends = []
        for vectors in token_vectors:
            fits = (stored + len(vectors)) * bytes_per_token <= self._budget_bytes
            if fits and vectors.shape[-1] == self._dimension:
                kept.append(vectors)
                stored += len(vectors)
            ends.append(stored)
        if kept:
            append_array(self._vectors, np.concatenate(kept))
        append_array(self._ends, np.array(ends, dtype=np.int64))

    def wipe(self, rows: Sequence[int]) -> None:
        """Put zeros in place of the rows' token vectors."""
        if not rows or not self._vectors.exists():
            return
        ends = np.memmap(self._ends, np.int64, "r")
        token_bytes = self._dimension * _HALF_BYTES
        with self._vectors.open("r+b") as stream:
            for row in rows:
                start = int(ends[row - 1]) if row else 0
                stream.seek(start * token_bytes)
                stream.write(bytes((int(ends[row]) - start) * token_bytes))

    def flush(self) -> None:
        """Wait until the disk has everything that was appended."""
        wait_for_disk(self._vectors)
        wait_for_disk(self._ends)

    def _stored_tokens(self) -> int:
        try:
            with self._ends.open("rb") as stream:
                if stream.seek(0, os.SEEK_END) < _END_BYTES:
                    return 0
                stream.seek(-_END_BYTES, os.SEEK_END)
                return int(np.frombuffer(stream.read(), dtype=np.int64)[0])
        except FileNotFoundError:
            return 0


class StoredTokens:
    """The token vectors of one commit, read when they are asked for."""

    def __init__(self, folder: Path, dimension: int, n_rows: int) -> None:
        """Raises: IndexDamaged."""
        self._dimension = dimension
        self._starts = np.concatenate(([0], _ends(folder / "sentence.tokens.ends.i64", n_rows)))
        self.is_complete = bool((np.diff(self._starts) > 0).all())
        """Whether every row has its token vectors here."""
        self._file: OpenFile | None = None
        if n_bytes := int(self._starts[-1]) * dimension * _HALF_BYTES:
            self._file = OpenFile(folder / "sentence.tokens.f16", n_bytes)

    def has(self, rows: npt.NDArray[np.int64]) -> bool:
        """Whether each of the rows has its token vectors here."""
        return self.is_complete or bool((self._starts[rows + 1] > self._starts[rows]).all())

    def vectors(self, rows: npt.NDArray[np.int64]) -> list[Floats | None]:
        """Unit vectors (n_tokens, dim) of each row; None where they are not stored.

        They are read in the order in which they lie on disk, and neighbours at once.

        Raises: IndexDamaged where the file was cut short meanwhile.
        """
        if not len(rows):
            return []
        order = np.argsort(rows, kind="stable")
        starts = self._starts[rows[order]]
        stops = self._starts[rows[order] + 1]
        ends = np.cumsum(stops - starts)
        halves = np.empty((ends[-1], self._dimension), np.float16)
        runs = np.flatnonzero(starts[1:] != stops[:-1]) + 1  # where no neighbour follows
        for first, behind in pairwise([0, *runs, len(rows)]):
            begin = ends[first - 1] if first else 0
            self._read(int(starts[first]), halves[begin : ends[behind - 1]])
        read = widened(halves)
        found: list[Floats | None] = [None] * len(rows)
        begin = 0
        for position, end in zip(order.tolist(), ends.tolist(), strict=True):
            if end > begin:
                found[position] = read[begin:end]
            begin = end
        return found

    def _read(self, token: int, into: HalfFloats) -> None:
        if self._file:
            self._file.read(token * self._dimension * _HALF_BYTES, into)


def _ends(file: Path, n_rows: int) -> npt.NDArray[np.int64]:
    try:
        ends = np.fromfile(file, np.int64, n_rows) if n_rows else np.zeros(0, np.int64)
    except OSError as error:
        raise damaged(file, str(error)) from error
    if len(ends) < n_rows:
        raise damaged(file, f"{len(ends)} of {n_rows} rows are there")
    return ends


def halved(vectors: Floats) -> HalfFloats:
    return vectors.astype(np.float16)


def widened(vectors: HalfFloats) -> Floats:
    """The same finite numbers as float32.

    By their bits, in half of the time that NumPy's own conversion takes, which was most of what
    MaxSim cost: sign and exponent move to their places, and a power of two makes up for the
    difference of the exponents' biases. Subnormal numbers come out right too.
    """
    bits = vectors.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(_SIGN_EXPONENT_FRACTION)
    numbers: Floats = bits.view(np.float32)
    numbers *= np.float32(2.0**112)
    return numbers
