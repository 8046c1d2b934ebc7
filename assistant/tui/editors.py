"""The programs that show a file where it lies: an editor for text, the system's viewer else."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from assistant.documents.readers import READERS
from assistant.errors import UsageError

_GRAPHICAL = {"code", "codium", "subl", "zed", "gvim", "kate", "gedit", "xdg-open"}
"""Editors with windows of their own: the terminal stays ours."""
_GOTO = {"code": "--goto", "codium": "--goto"}


def open_outside(
    app: App[Any], file: Path, line: int, kind: str, environment: Mapping[str, str]
) -> None:
    """Raises: UsageError where nothing is there to open it with."""
    reader = READERS.get(kind)
    if reader is not None and reader.is_binary:
        _start([*viewer(), str(file)], waits=False)
        return
    command = editor_command(file, line, environment)
    if Path(command[0]).stem in _GRAPHICAL:
        _start(command, waits=False)
        return
    try:
        with app.suspend():
            _start(command, waits=True)
    except SuspendNotSupported as error:
        raise UsageError(
            "an editor cannot take this terminal over", f"open it yourself: {file}:{line}"
        ) from error


def editor_command(file: Path, line: int, environment: Mapping[str, str]) -> list[str]:
    """$VISUAL, else $EDITOR, at the line. Raises: UsageError where neither names a program."""
    named = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = shlex.split(named)
    except ValueError:
        words = []
    if not words:
        raise UsageError(
            "no editor is set", f"set $EDITOR, such as EDITOR=vim; the file is {file}:{line}"
        )
    if goto := _GOTO.get(Path(words[0]).stem):
        return [*words, goto, f"{file}:{line}"]
    return [*words, f"+{line}", str(file)]


def viewer() -> list[str]:
    if sys.platform == "darwin":
        return ["open"]
    return ["cmd", "/c", "start", ""] if sys.platform == "win32" else ["xdg-open"]


def _start(command: list[str], waits: bool) -> None:
    try:
        if waits:
            subprocess.run(command, check=False)
        else:
            quiet = subprocess.DEVNULL
            subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        raise UsageError(
            f"this program cannot be started: {command[0]}: {error.strerror}",
            f"set $EDITOR to one that can; the file is {command[-1]}",
        ) from error
