"""A process in a terminal of its own: what it writes there, and when."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.benchmarks.processes import REPOSITORY, environment

COLUMNS, ROWS = 120, 36
_READ_BYTES = 1 << 16


def figures_of(command: Sequence[str], env: Mapping[str, str], out: Path) -> Any:
    """What the process, in a terminal, writes as JSON into `out`. Raises: RuntimeError."""
    out.unlink(missing_ok=True)
    with InTerminal([*command, "--out", str(out)], env) as terminal:
        code = terminal.wait()
    if code or not out.is_file():
        raise RuntimeError(terminal.output[-4000:].decode("utf-8", "replace"))
    return json.loads(out.read_text("utf-8"))


class InTerminal:
    """Runs from `with` on; killed at its end where it is still there."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command = command
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._environment = {**environment(env), **terminal}
        self.output = b""
        self.first_output_s: float | None = None

    def __enter__(self) -> InTerminal:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            cwd=REPOSITORY,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    def until(self, text: bytes, timeout_s: float = 60.0) -> float:
        """Seconds from the start until it had written that. Raises: TimeoutError."""
        end = time.perf_counter() + timeout_s
        while text not in self.output:
            if time.perf_counter() > end or not self._read(end):
                tail = self.output[-500:].decode("utf-8", "replace")
                raise TimeoutError(f"{text!r} never came; at the end: {tail!r}")
        return time.perf_counter() - self._started

    def cpu_s(self) -> float:
        """Processor time that its threads have had by now."""
        spent = 0
        for thread in Path(f"/proc/{self._process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):  # it ended meanwhile
                spent += int(thread.read_text("ascii").split()[0])
        return spent / 1e9

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def wait(self, timeout_s: float = 300.0) -> int:
        """Its exit code, what it writes being read meanwhile."""
        end = time.perf_counter() + timeout_s
        while self._read(end):
            pass
        return self._process.wait(max(0.1, end - time.perf_counter()))

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.perf_counter()))
        try:
            read = os.read(self._master, _READ_BYTES) if ready else b""
        except OSError:  # Linux says EIO where the other side is closed
            read = b""
        if read and self.first_output_s is None:
            self.first_output_s = time.perf_counter() - self._started
        self.output += read
        return bool(read)
