"""Processes that are measured from outside: their time, their CPU seconds, their peak memory.

The measuring process stays small: on Linux `ru_maxrss` of a child counts what its parent held, so
memory is read from /proc while the child runs, for it and for every process that it starts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.__main__ import _ENVIRONMENT

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY / "docs_corpus"
CACHE = Path("/tmp/assistant-bench")
_POLL_S = 0.02


@dataclass(slots=True)
class Ran:
    """What one process, with those that it started, took."""

    wall_s: float
    cpu_s: float
    said: dict[str, Any] = field(default_factory=dict)
    """The JSON object on its last line."""
    memory_mb: dict[str, float] = field(default_factory=dict)
    """Peaks: `all` processes at one moment, `main` alone, the largest `other`, and `own` memory
    of all at one moment, without what is mapped from files."""

    def record(self) -> dict[str, Any]:
        return {
            "wall_s": self.wall_s,
            "cpu_s": self.cpu_s,
            "memory_mb": self.memory_mb,
            **({"said": self.said} if self.said else {}),
        }


def child(module: str, *options: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a module of this package prints on its last line, as JSON."""
    return ran([sys.executable, "-m", module, *options], env=env).said


def ran(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    *,
    says_json: bool = True,
    watch_memory: bool = False,
    is_ours: bool = True,
) -> Ran:
    """Run it to its end. `is_ours`: in the environment that the program sets for itself.

    Raises: CalledProcessError where it fails.
    """
    started = time.perf_counter()
    variables = environment(env or {}) if is_ours else {**os.environ, **(env or {})}
    process = subprocess.Popen(command, env=variables, cwd=REPOSITORY, stdout=subprocess.PIPE)
    peaks = _Peaks(process.pid) if watch_memory else None
    assert process.stdout is not None  # a pipe
    with process.stdout as stream:
        output = stream.read()
    memory_mb = peaks.stop() if peaks else {}
    _, status, usage = os.wait4(process.pid, 0)  # with all that it waited for
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    said = json.loads(output.splitlines()[-1]) if says_json else {}
    return Ran(wall_s, usage.ru_utime + usage.ru_stime, said, memory_mb)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """As the program sets it for itself, here also for those who import its parts."""
    return {**_ENVIRONMENT, **os.environ, **more}


def summary(values: Sequence[float]) -> dict[str, float]:
    """Of a few runs the slowest stands for the 95th percentile."""
    return {
        "median": statistics.median(values),
        "best": min(values),
        "p95": max(values),
        "n": len(values),
    }


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Peaks:
    """Reads /proc in a thread until it is stopped; empty where there is none."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stopped = threading.Event()
        self._alone: dict[int, float] = {}
        self._together = {"all": 0.0, "own": 0.0}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> dict[str, float]:
        """The peaks in megabytes."""
        self._stopped.set()
        self._thread.join()
        if not self._alone:
            return {}
        others = [peak for pid, peak in self._alone.items() if pid != self._pid]
        alone = {"main": self._alone.get(self._pid, 0.0), "other": max(others, default=0.0)}
        return {name: kb / 1024 for name, kb in {**self._together, **alone}.items()}

    def _watch(self) -> None:
        while not self._stopped.wait(_POLL_S):
            now = {pid: _status(pid) for pid in _family(self._pid)}
            for pid, kb in now.items():
                self._alone[pid] = max(self._alone.get(pid, 0.0), kb.get("VmHWM", 0.0))
            for name, key in (("all", "VmRSS"), ("own", "RssAnon")):
                held = sum(kb.get(key, 0.0) for kb in now.values())
                self._together[name] = max(self._together[name], held)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:
            continue  # it ended meanwhile
        for one in children:
            yield from _family(int(one))


def _status(pid: int) -> dict[str, float]:
    """Its kilobytes by name; empty where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    fields = (line.partition(":") for line in lines if line.endswith(" kB"))
    return {name: float(rest.split()[0]) for name, _, rest in fields}
