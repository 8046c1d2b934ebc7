"""How the C library gives memory back to the system."""

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
    Other C libraries have no such limit.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _GIVEN_BACK_BYTES)
