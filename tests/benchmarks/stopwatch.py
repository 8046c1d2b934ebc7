"""Where the seconds of a run go: the program's own functions, each under the name of a stage.

A stage counts its own time only: what a function calls that has a stage too is that one's. So the
stages of a run add up to the run. Generators are timed while they work, not while they wait.
"""

from __future__ import annotations

import functools
import inspect
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Stage:
    wall_s: float = 0.0
    cpu_s: float = 0.0
    """Of all threads of the process while the stage lasted."""


@dataclass(slots=True)
class Stopwatch:
    stages: dict[str, Stage] = field(default_factory=dict)
    _running: list[str] = field(default_factory=list)
    _since: tuple[float, float] = (0.0, 0.0)
    _thread: int = field(default_factory=threading.get_ident)

    def watch(self, owner: Any, name: str, stage: str) -> None:
        """Put the attribute's time to the stage, from now on."""
        function = getattr(owner, name)
        timed = self._generator if inspect.isgeneratorfunction(function) else self._function
        setattr(owner, name, timed(function, stage))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if threading.get_ident() != self._thread:
            yield
            return
        self._put_down()
        self._running.append(name)
        try:
            yield
        finally:
            self._put_down()
            self._running.pop()

    def _put_down(self) -> None:
        now = (time.perf_counter(), time.process_time())
        if self._running:
            stage = self.stages.setdefault(self._running[-1], Stage())
            stage.wall_s += now[0] - self._since[0]
            stage.cpu_s += now[1] - self._since[1]
        self._since = now

    def _function(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            with self.stage(stage):
                return function(*args, **options)

        return timed

    def _generator(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            made = function(*args, **options)
            try:
                while True:
                    try:
                        with self.stage(stage):
                            value = next(made)
                    except StopIteration as stop:
                        return stop.value
                    yield value
            finally:
                made.close()

        return timed
