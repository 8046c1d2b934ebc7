"""The matrices of one commit, each opened when it is first asked for, and which stay mapped.

A mapped matrix is the quickest to multiply, and counts as the program's memory: all that a
comparison reads of 100,000 sentences are 1.1 GB. To map 154 MB anew costs 4 ms.
"""

from __future__ import annotations

from assistant.embedding.poolings import Floats
from assistant.indexing.vectors import StoredMatrix, VectorFiles
from assistant.records import Grain

STAY_MAPPED_BYTES = 500 * 10**6
"""Up to here nothing is mapped anew, so a comparison in a small index never waits for it."""

_Key = tuple[Grain, str]


class Matrices:
    """Several threads may ask at once."""

    def __init__(self, files: VectorFiles, n_rows: dict[Grain, int]) -> None:
        self._files = files
        self._n_rows = n_rows
        self._opened: dict[_Key, StoredMatrix] = {}
        self._mapped: dict[_Key, Floats] = {}

    def opened(self, grain: Grain, pooling: str) -> StoredMatrix:
        """To read some rows of. Raises: IndexDamaged."""
        key = (grain, pooling)
        if key not in self._opened:
            self._opened[key] = self._files.matrix(grain, pooling, self._n_rows[grain])
        return self._opened[key]

    def mapped(self, grain: Grain, pooling: str, again: bool) -> Floats:
        """All rows (n_rows, dim), read-only.

        `again`: the next question will ask for it too; it stays mapped, whatever its size, in place
        of the grain's others where there is no room beside them. Raises: IndexDamaged.
        """
        key = (grain, pooling)
        mapped = self._mapped
        if key in mapped:
            return mapped[key]
        matrix = self.opened(grain, pooling).mapped()
        fits = matrix.nbytes + sum(each.nbytes for each in mapped.values()) <= STAY_MAPPED_BYTES
        if again and not fits:
            mapped = {other: kept for other, kept in mapped.items() if other[0] != grain}
        if again or fits:
            # A dictionary in use is never changed: another thread may be going through it.
            self._mapped = {**mapped, key: matrix}
        return matrix

    def norms(self, grain: Grain) -> Floats:
        """Lengths before normalisation (n_rows, n_poolings). Raises: IndexDamaged."""
        return self._files.norms(grain, self._n_rows[grain])
