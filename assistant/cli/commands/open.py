"""A folder, or none, into the open program."""

from __future__ import annotations

import argparse
import gc
import os
import sys

from assistant.cli.command import Command, Context
from assistant.errors import UsageError


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", nargs="*")


def _run(context: Context) -> int:
    folders: list[str] = context.arguments.folder
    for name in folders:
        _check(name)
    # The screen is drawn on standard error: sent into a file, nothing would be seen.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the program needs a terminal to open in, and this is none",
            "assistant search QUESTION --docs FOLDER",
        )
    # A seventh of the time to the first paint went into collections that found nothing: of imported
    # modules nothing is garbage. The app switches it on again when it has painted.
    gc.disable()
    from pathlib import Path

    from assistant.tui.app import run

    return run(context.settings, context.paths, tuple(map(Path, folders)))


def _check(name: str) -> None:
    """Raises: UsageError for what is no folder, as a mistyped command is none."""
    if os.path.isdir(name):
        return
    import difflib

    # Deferred: the commands' table names this module.
    from assistant.cli.parser import COMMANDS

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    if near:
        raise UsageError(
            f"there is no command or folder of that name: {name}",
            f"assistant {near[0]} --help",
        )
    if os.path.exists(name):
        raise UsageError(f"this is not a folder: {name}", "name the folder that the file is in")
    raise UsageError(f"the folder does not exist: {name}", "name a folder of documents")


OPEN = Command("open", "open the program", _add_arguments, _run)
