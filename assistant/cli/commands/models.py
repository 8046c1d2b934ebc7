"""The embedding models that can be chosen: what each reads, where it is, how quick it is here."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_output

if TYPE_CHECKING:
    from assistant.workspace import Workspace


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--measure",
        action="store_true",
        help="measure the speed of the models that are here; a new one is prepared first",
    )
    add_output(parser)


def _run(context: Context) -> int:

    from assistant.cli.models_text import model_lines, models_view

    terminal = context.terminal
    # Models need no folder of documents: any that can be listed will do.
    workspace = context.open_workspace(["/"])
    if context.arguments.measure:
        _measure(context, workspace)
    rows = workspace.models.listed()
    if context.arguments.json:
        terminal.print_json(models_view(rows))
    else:
        terminal.print(model_lines(rows, terminal.width))
    return 0


def _measure(context: Context, workspace: Workspace) -> None:
    from assistant.cli.progress import Progress
    from assistant.records import StageStarted

    progress = Progress(context.terminal)
    with closing(workspace.models.measure()) as events:
        for event in events:
            if isinstance(event, StageStarted):
                progress.announce(event.stage)
            elif event.problem:
                context.terminal.say(f"{event.model} was not measured: {event.problem}")


MODELS = Command("models", "list embedding models to choose from", _add_arguments, _run)
