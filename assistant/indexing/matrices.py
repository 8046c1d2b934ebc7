"""The matrices of one commit, opened when they are first asked for: some are mapped, others read.

A mapped matrix is the quickest to multiply, and counts as the program's memory: all that a
comparison multiplies at 100,000 sentences are 1.1 GB. What every question asks for stays mapped;
of the rest, what there is room for. To read 154 MB once more took 3 ms longer than to multiply
them mapped, and to map them anew 4 to 7.
"""

from __future__ import annotations

from assistant.embedding.poolings import Floats
from assistant.embedding.products import products, products_with_read
from assistant.indexing.vectors import StoredMatrix, VectorFiles
from assistant.records import Grain

STAY_MAPPED_BYTES = 650 * 10**6
"""All together: the program with its screen then holds 1.1 GB at 100,000 sentences. One of each
grain, what questions ask for, is mapped whatever its size, in place of the others."""

_Key = tuple[Grain, str]


class Matrices:
    """Several threads may ask at once."""

    def __init__(self, files: VectorFiles, n_rows: dict[Grain, int]) -> None:
        self._files = files
        self._n_rows = n_rows
        self._opened: dict[_Key, StoredMatrix] = {}
        self._mapped: dict[_Key, Floats] = {}
        self._asked: dict[Grain, str] = {}

    def opened(self, grain: Grain, pooling: str) -> StoredMatrix:
        """To read some rows of. Raises: IndexDamaged."""
        key = (grain, pooling)
        if key not in self._opened:
            self._opened[key] = self._files.matrix(grain, pooling, self._n_rows[grain])
        return self._opened[key]

    def products(self, grain: Grain, pooling: str, vector: Floats, again: bool) -> Floats:
        """Each row (n_rows, dim) times the vector (dim,).

        `again`: the next question will ask for the same matrix. Raises: IndexDamaged.
        """
        matrix = self._mapped_now(grain, pooling, again)
        if matrix is not None:
            return products(matrix, vector)
        stored = self.opened(grain, pooling)
        return products_with_read(stored.n_rows, stored.block, vector)

    def _mapped_now(self, grain: Grain, pooling: str, again: bool) -> Floats | None:
        key = (grain, pooling)
        if again:
            self._asked[grain] = pooling
        mapped = self._mapped
        if key in mapped:
            return mapped[key]
        stored = self.opened(grain, pooling)
        fits = stored.n_bytes + sum(each.nbytes for each in mapped.values()) <= STAY_MAPPED_BYTES
        if not (again or fits):
            return None
        if not fits:
            asked = set(self._asked.items())
            mapped = {other: kept for other, kept in mapped.items() if other in asked}
        matrix = stored.mapped()
        # A dictionary in use is never changed: another thread may be going through it.
        self._mapped = {**mapped, key: matrix}
        return matrix

    def norms(self, grain: Grain) -> Floats:
        """Lengths before normalisation (n_rows, n_poolings). Raises: IndexDamaged."""
        return self._files.norms(grain, self._n_rows[grain])
