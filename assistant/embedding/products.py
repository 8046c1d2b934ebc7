"""The one product that search waits for: a matrix of vectors with a question's."""

from __future__ import annotations

import numpy as np

from assistant.embedding.in_threads import for_each
from assistant.embedding.poolings import Floats

BLOCK_ROWS = 16_384
"""The same blocks on every machine, so that the last bit of a score is the same everywhere."""


def products(matrix: Floats, vector: Floats) -> Floats:
    """Each row (n, dim) times the vector (dim,), in blocks that several cores work on.

    BLAS' own threads are left alone: waking them cost 10 to 40 ms on a busy machine.
    """
    rows = np.asarray(matrix)  # every slice of a memory map is asked what memory it shares
    out = np.empty(len(rows), dtype=np.float32)

    def multiply(start: int) -> None:
        np.dot(rows[start : start + BLOCK_ROWS], vector, out=out[start : start + BLOCK_ROWS])

    for_each(range(0, len(rows), BLOCK_ROWS), multiply)
    return out
