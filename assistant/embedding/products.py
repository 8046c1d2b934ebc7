"""The one product that search waits for: a matrix of vectors with a question's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assistant.embedding.in_threads import for_each
from assistant.embedding.poolings import Floats

BLOCK_ROWS = 16_384
"""The same blocks on every machine, so that the last bit of a score is the same everywhere."""
READ_ROWS = 512
"""Of a matrix that is read: few enough that they are still in a core's cache when multiplied, and
a divisor of the blocks, so that they give the same bits."""
_PIECE_ROWS = 8_192

Block = Callable[[int, int], Floats]
"""From a first row and the row behind a last to those rows (n, dim), which are good until the same
thread asks for others."""


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


def products_with_read(n_rows: int, block: Block, vector: Floats) -> Floats:
    """The same of a matrix that is not in memory, block by block."""
    out = np.empty(n_rows, dtype=np.float32)

    def multiply(piece: int) -> None:
        for start in range(piece, min(piece + _PIECE_ROWS, n_rows), READ_ROWS):
            stop = min(start + READ_ROWS, n_rows)
            np.dot(block(start, stop), vector, out=out[start:stop])

    for_each(range(0, n_rows, _PIECE_ROWS), multiply)
    return out
