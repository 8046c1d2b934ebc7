"""A press of Esc on one thread into the end of an answer on another."""

from __future__ import annotations

import threading
from collections.abc import Callable


class StopSwitch:
    """Stops one answer, from any thread, once and for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self._is_stopped = False

    @property
    def is_stopped(self) -> bool:
        return self._is_stopped

    def stop(self) -> None:
        """Runs the actions on this thread; a second call does nothing."""
        with self._lock:
            self._is_stopped = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def on_stop(self, action: Callable[[], None]) -> None:
        """Runs the action when stopped, at once where that has happened already."""
        with self._lock:
            if not self._is_stopped:
                self._actions.append(action)
                return
        action()
