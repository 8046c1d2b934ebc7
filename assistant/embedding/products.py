"""The one product that search waits for: a matrix of vectors with a question's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from assistant.embedding.poolings import Floats

BLOCK_ROWS = 16_384
"""The same blocks on every machine, so that the last bit of a score is the same everywhere."""
MAX_THREADS = 4
"""The product waits for memory: more threads than memory channels only wait together."""


def products(matrix: Floats, vector: Floats) -> Floats:
    """Each row (n, dim) times the vector (dim,), in blocks that several cores work on.

    BLAS' own threads are left alone: waking them cost 10 to 40 ms on a busy machine, where a
    block that another thread has not begun is simply taken by this one.
    """
    out = np.empty(len(matrix), dtype=np.float32)
    starts = range(0, len(matrix), BLOCK_ROWS)

    def multiply(start: int) -> None:
        np.dot(matrix[start : start + BLOCK_ROWS], vector, out=out[start : start + BLOCK_ROWS])

    if len(starts) < 2 or _threads() < 2:
        for start in starts:
            multiply(start)
        return out
    left = iter(starts)
    n_others = min(_threads(), len(starts)) - 1
    others = [_pool().submit(_drain, left, multiply) for _ in range(n_others)]
    _drain(left, multiply)
    for other in others:
        if not other.cancel():  # not begun, and nothing is left to begin with
            other.result()
    return out


def _drain(starts: Iterator[int], multiply: Callable[[int], None]) -> None:
    for start in starts:
        multiply(start)


def _threads() -> int:
    return min(MAX_THREADS, os.cpu_count() or 1)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_threads(), thread_name_prefix="products")
