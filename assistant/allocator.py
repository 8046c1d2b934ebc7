"""How the C library gives memory back to the system. Only glibc must be told."""

from __future__ import annotations

import sys
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
_GIVEN_BACK_BYTES = 1 << 20


def give_back_large_arrays() -> None:
    """From 1 MB on, what an array held is the system's again as soon as the array is freed.

    glibc raises that limit to as much as 32 MB when large blocks are freed, and then keeps them,
    for each thread anew: after questions at 100,000 sentences the program held 703 MB of its own.
    With a limit that stays it holds 404 MB, and no question took longer (tests.benchmarks.panel).
    """
    _told("mallopt", _M_MMAP_THRESHOLD, _GIVEN_BACK_BYTES)


def give_back_small_pieces() -> None:
    """The pages between those in use are the system's again; takes 3 to 10 ms.

    A document of 54,000 sentences left 87 MB of them behind, and Chroma's threads 80 MB more for
    every 20,000 sentences.
    """
    _told("malloc_trim", 0)


def _told(function: str, *numbers: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        getattr(ctypes.CDLL(None), function)(*numbers)
