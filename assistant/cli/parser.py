"""A command line into a command and its arguments. Imports nothing that --help can do without."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from assistant import __version__
from assistant.cli.command import Command, Parser
from assistant.cli.commands.ask import ASK
from assistant.cli.commands.compare import COMPARE
from assistant.cli.commands.demo import DEMO
from assistant.cli.commands.doctor import DOCTOR
from assistant.cli.commands.documents import DOCUMENTS
from assistant.cli.commands.eval import EVAL
from assistant.cli.commands.index import INDEX
from assistant.cli.commands.inspect import INSPECT
from assistant.cli.commands.models import MODELS
from assistant.cli.commands.open import OPEN
from assistant.cli.commands.purge import PURGE
from assistant.cli.commands.search import SEARCH

_USAGE = "assistant [FOLDER ...]\n       assistant COMMAND ..."
_EPILOG = (
    "A folder that is named like a command is opened as ./NAME. Exit codes: 0 done, 1 nothing"
    " found or declined, 2 wrong usage, settings or input, 3 model or server unavailable,"
    " 130 interrupted."
)


def parse(argv: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """`assistant [FOLDER ...]` opens the program; a first word that names a command runs it.

    Raises: UsageError; SystemExit after --help and --version.
    """
    first = next((word for word in argv if word == "--" or not word.startswith("-")), "")
    if first in COMMANDS or {"-h", "--help", "--version"} & set(argv):
        arguments = build_parser().parse_args(argv)
        if arguments.command:
            return COMMANDS[arguments.command], arguments
    parser = Parser("assistant", usage=_USAGE, add_help=False, allow_abbrev=False)
    OPEN.add_arguments(parser)
    return OPEN, parser.parse_args(argv)


def build_parser() -> Parser:
    parser = Parser(
        "assistant",
        usage=_USAGE,
        description="Ask a folder of firmware documents and see why each sentence was found."
        " Without a command the program opens on FOLDER, or on the one used last.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"assistant {__version__}")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog="assistant"
    )
    for command in COMMANDS.values():
        added = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            allow_abbrev=False,
        )
        command.add_arguments(added)
    return parser


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        INDEX,
        DOCUMENTS,
        SEARCH,
        COMPARE,
        INSPECT,
        ASK,
        EVAL,
        MODELS,
        DEMO,
        DOCTOR,
        PURGE,
    )
}
