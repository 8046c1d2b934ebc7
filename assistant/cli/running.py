"""A command line into an exit code, and every error into two lines on stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cli.command import Context
from assistant.cli.parser import parse
from assistant.cli.terminal import Terminal
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.workspace import EncoderLoader

INTERRUPTED = 130
"""128 + SIGINT, as shells count it."""
BROKEN = 70
"""A fault of the program itself: EX_SOFTWARE of sysexits.h."""


def run(argv: Sequence[str], load: EncoderLoader | None = None) -> int:
    _make_streams_lenient()
    terminal = Terminal(sys.stdout, sys.stderr)
    try:
        code = _run(argv, terminal, load)
        sys.stdout.flush()
        return code
    except AssistantError as error:
        terminal.complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        terminal.complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return 0  # whoever read the output has read enough
    except Exception as error:  # the last door: whatever it is, stdout stays data
        if os.environ.get("ASSISTANT_TRACEBACK"):
            raise
        terminal.complain(
            f"this should not have happened: {type(error).__name__}: {error}",
            "please report it with what ASSISTANT_TRACEBACK=1 shows",
        )
        return BROKEN


def _run(argv: Sequence[str], terminal: Terminal, load: EncoderLoader | None) -> int:
    try:
        command, arguments = parse(argv)
    except SystemExit as exit_:  # --help and --version have printed
        return int(exit_.code or 0)
    terminal.is_quiet = getattr(arguments, "quiet", False)
    # Deferred: --help reads no settings, so that a broken file never hides it.
    from assistant.paths import Paths
    from assistant.settings import load_settings

    paths = Paths.of_user()
    settings = load_settings(paths.settings_file)
    return command.run(Context(arguments, settings, paths, terminal, load))


def _make_streams_lenient() -> None:
    """A terminal that cannot show a character shows another; it never ends the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forget_stdout() -> None:
    """Python flushes stdout at exit and would complain of the closed pipe there again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # a stdout that is no file cannot be broken at exit
