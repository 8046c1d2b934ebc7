"""A folder's indexes, with all text in them, off the disk."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_folders, add_output
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.records import StoredIndex


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folders(parser)
    parser.add_argument("--model", metavar="M", default="", help="only the indexes by this model")
    parser.add_argument(
        "--others", action="store_true", help="keep the one that the settings lead to"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_output(parser)


def _run(context: Context) -> int:
    arguments, terminal = context.arguments, context.terminal
    workspace = context.open_workspace(arguments.folder)
    kept = workspace.index_path if arguments.others else None
    chosen = [
        index
        for index in workspace.stored_indexes()
        if index.folder != kept and arguments.model in ("", index.model)
    ]
    if chosen and not arguments.yes:
        _ask(context, chosen)
    workspace.purge(chosen)
    if arguments.json:
        terminal.print_json(
            {
                "removed": [
                    {
                        "model": i.model,
                        "passages": i.passages,
                        "sentences": i.sentences,
                        "bytes": i.bytes,
                    }
                    for i in chosen
                ]
            }
        )
    elif chosen:
        n_bytes = sum(index.bytes for index in chosen)
        terminal.say(f"removed {len(chosen)} of its indexes, {n_bytes / 2**20:,.0f} MB")
    kept_questions = workspace.evaluations.own_questions
    if kept_questions.is_file():
        terminal.say(f"the sentences that you marked as answers stay: {kept_questions}")
    if chosen:
        return 0
    terminal.complain(f"there is no such index of {workspace.folders.in_words}", "nothing to do")
    return 1


def _ask(context: Context, chosen: list[StoredIndex]) -> None:
    """Raises: UsageError where nobody can answer, or the answer is no."""
    import sys

    for index in chosen:
        context.terminal.say(
            f"{index.model}, passages by {index.passages or 'an older version'}:"
            f" {index.sentences:,} sentences, {index.bytes / 2**20:,.0f} MB"
        )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was removed: nobody is here to confirm it", "add --yes")
    sys.stderr.write("Remove with all text in them? The documents stay. [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was removed", "answer y to remove")


PURGE = Command("purge", "remove a folder's indexes and all their text", _add_arguments, _run)
