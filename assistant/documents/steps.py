"""A sign of life from readers at work, so that whoever waits can tell slow from stuck."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[int], None]] = []


def listen(listener: Callable[[int], None]) -> None:
    """Call it with the page (1-based) whenever a reader of this process begins one."""
    _listeners.append(listener)


def page_begun(number: int) -> None:
    for listener in _listeners:
        listener(number)
