"""Garbage is collected when the program is at rest, and then once."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from assistant.tui.collecting import LOOK_EVERY_S, CollectingInPauses, begin_collecting


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.enable()
    gc.freeze()  # as the session has it
    gc.set_threshold(*thresholds)


class Clock:
    """Processor time that the test lets pass."""

    def __init__(self) -> None:
        self.used_s = 0.0

    def __call__(self) -> float:
        return self.used_s

    def work(self) -> None:
        self.used_s += LOOK_EVERY_S / 2


class Node:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def _garbage() -> weakref.ref[Node]:
    return weakref.ref(Node())


def test_starting_leaves_a_collector_that_works() -> None:
    gc.disable()
    begin_collecting()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    dropped = _garbage()
    gc.collect()
    assert dropped() is None


def test_garbage_waits_while_there_is_work_and_goes_in_the_pause_after_it() -> None:
    clock = Clock()
    gc.disable()
    begin_collecting()
    gc.disable()  # so that no young collection comes in between
    pauses = CollectingInPauses(clock)
    dropped = _garbage()
    clock.work()
    pauses.look()
    assert dropped() is not None
    pauses.look()
    assert dropped() is None


def test_a_long_pause_collects_once() -> None:
    clock = Clock()
    gc.disable()
    pauses = CollectingInPauses(clock)
    pauses.look()
    dropped = _garbage()
    pauses.look()
    assert dropped() is not None
    clock.work()
    pauses.look()
    pauses.look()
    assert dropped() is None


def test_what_was_frozen_is_collected_too_when_it_becomes_garbage() -> None:
    clock = Clock()
    gc.disable()
    node = Node()
    dropped = weakref.ref(node)
    begin_collecting()
    gc.disable()
    del node
    CollectingInPauses(clock).look()
    assert dropped() is None
