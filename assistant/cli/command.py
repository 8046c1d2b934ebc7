"""What a command is, what it is given, and the options that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from assistant.cli.names import POOLING_NAMES, mode_names
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.cli.terminal import Terminal
    from assistant.paths import Paths
    from assistant.settings import Settings
    from assistant.workspace import EncoderLoader, Workspace


class Context(NamedTuple):
    """What a command works with. Records here are tuples: dataclasses would slow --help."""

    arguments: argparse.Namespace
    settings: Settings
    paths: Paths
    terminal: Terminal
    load: EncoderLoader | None
    """Another way to load the model; None for the usual one."""

    def open_workspace(self, folders: Sequence[str], settings: Settings | None = None) -> Workspace:
        """Raises: UsageError where a folder cannot be listed."""
        from pathlib import Path

        from assistant.allocator import give_back_large_arrays
        from assistant.folders import Folders
        from assistant.workspace import Workspace

        give_back_large_arrays()
        settings, opened = settings or self.settings, Folders.of(*map(Path, folders))
        if self.load is None:
            return Workspace(settings, self.paths, opened)
        return Workspace(settings, self.paths, opened, self.load)


class Command(NamedTuple):
    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Context], int]
    """Gives the exit code. Imports the rooms that it needs when it is called."""


class Parser(argparse.ArgumentParser):
    """argparse, with complaints of the same two lines as every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"see `{self.prog} --help`")


def add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "question",
        metavar="QUESTION",
        nargs="+",
        help="what you want to find; - reads it from standard input",
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--docs",
        metavar="FOLDER",
        required=True,
        action="append",
        help="the folder of documents to search; given again, both as one",
    )
    add_no_index(parser)


def add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="+", help="the folder of documents; several are one index"
    )


def add_scope(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--collection", metavar="C", action="append", default=[], help="ask only this folder")
    add("--only", metavar="GLOB", action="append", default=[], help="ask only documents that match")
    add("--format", metavar="F", action="append", default=[], help="ask only this format: pdf, md")
    add("--language", metavar="L", action="append", default=[], help="ask only this one: en, zh")


def add_no_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-index", action="store_true", help="use the index as it stands: look for no changes"
    )


def add_mode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", metavar="M", default="", help=f"one of {', '.join(mode_names())}")


def add_pooling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pooling",
        metavar="P",
        default="",
        help=f"one of {', '.join(POOLING_NAMES)}; mean_sqrt_len_tokens is not among them because"
        " under cosine it ranks as mean does (default: the one the model was trained with)",
    )


def add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit", metavar="N", type=_positive, default=0, help="how many sentences to show"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--quiet", "-q", action="store_true", help="no progress on stderr, errors only"
    )


def question_of(arguments: argparse.Namespace) -> str:
    """The words of the command line as one question, quoted by the shell or not.

    A lone "-" stands for standard input. Raises: UsageError where there is none.
    """
    if arguments.question != ["-"]:
        return " ".join(arguments.question)
    if sys.stdin is None:
        raise UsageError('there is no standard input to read "-" from', "type the question")
    return sys.stdin.buffer.read().decode("utf-8", "replace").strip()


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"this is not a number of 1 or more: {text!r}")
    return number
