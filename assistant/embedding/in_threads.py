"""Pieces of one wait, worked off by several cores while NumPy has let go of the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Piece = TypeVar("Piece")

MAX_THREADS = 4
"""The work waits for memory: more threads than memory channels only wait together."""


def for_each(pieces: Sequence[Piece], work: Callable[[Piece], None]) -> None:
    """Calls `work` with every piece, in any order; what it raises is raised here.

    The caller works too, and what another thread has not begun it does itself: on a busy machine
    nothing waits for a thread to wake.
    """
    n_threads = min(MAX_THREADS, os.cpu_count() or 1, len(pieces))
    left = iter(pieces)
    others = [_pool().submit(_drain, left, work) for _ in range(n_threads - 1)]
    try:
        _drain(left, work)
    finally:
        waiting = [other for other in others if not other.cancel()]
    for other in waiting:
        other.result()


def _drain(left: Iterator[Piece], work: Callable[[Piece], None]) -> None:
    for piece in left:
        work(piece)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="search")
