"""When garbage is collected while a screen is used: in pauses, so that no frame waits for it.

With 10,000 rows or a text of 2 MB on the screen the collector took 140 to 630 ms whenever it walked
over everything, which was about every twentieth frame; the frames themselves take 10 to 17 ms. So
it walks over everything only when the process has been at rest, and otherwise over what is new.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

LOOK_EVERY_S = 2.0
_REST_SHARE = 0.05
"""Of one core: a blinking cursor takes less, scrolling, streaming and indexing take more."""
_THRESHOLDS = (2_000, 10, 50)
"""A million new objects still have it walk over those, so that memory is bounded in long work."""


class CollectingInPauses:
    """Call `look` every LOOK_EVERY_S seconds."""

    def __init__(self, processor_time: Callable[[], float] = time.process_time) -> None:
        self._processor_time = processor_time
        self._used = processor_time()
        self._is_due = True

    def look(self) -> None:
        """Collect once in every pause."""
        used = self._processor_time()
        is_at_rest = used - self._used < _REST_SHARE * LOOK_EVERY_S
        if is_at_rest and self._is_due:
            _collect_everything()
        self._is_due = not is_at_rest
        self._used = self._processor_time()


def begin_collecting() -> None:
    """After a start during which the collector was off: what is imported is no garbage."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()


def _collect_everything() -> None:
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # looked at again in the next pause, not before
