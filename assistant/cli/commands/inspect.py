"""Texts into how the encoder reads them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_output

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.records import Inspection


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("texts", metavar="TEXT", nargs="+", help="a text as it would be indexed")
    parser.add_argument(
        "--model",
        metavar="M",
        default="",
        help="a folder or a name (default: that of the settings)",
    )
    add_output(parser)


def _run(context: Context) -> int:

    from assistant.cli.progress import LOADING, Progress
    from assistant.settings import with_model

    settings = context.settings
    if context.arguments.model:
        settings = with_model(settings, context.arguments.model)
    # The model needs no folder of documents: any that can be listed will do.
    workspace = context.open_workspace(["/"], settings)
    progress = Progress(context.terminal)
    for event in workspace.models.fetch():
        progress.advance(event.stage)
    if workspace.models.encoder_takes_long():
        progress.announce(LOADING)
    inspections = workspace.inspect(context.arguments.texts)
    if context.arguments.json:
        from assistant.json_views import inspection_view

        context.terminal.print_json([inspection_view(each) for each in inspections])
    else:
        width = context.terminal.width
        trained = workspace.model.trained_pooling
        for inspection in inspections:
            context.terminal.print(_lines(inspection, trained, width))
    return 0


def _lines(inspection: Inspection, trained: str, width: int | None) -> Iterator[Text]:
    from rich.text import Text

    from assistant.cli.layout import fitted, indented
    from assistant.workspace import POOLINGS

    reading, norms = inspection.reading, inspection.token_norms
    n_states, dimension = inspection.hidden_state_shape
    yield Text(fitted(inspection.text, width), style="bold")
    yield from indented(Text(" ".join(inspection.tokens), style="cyan"), 2, width)
    yield Text(
        f"  {reading.tokens:,} tokens, {reading.unknown:,} unknown ({reading.unknown_share:.0%}),"
        f" {reading.truncated:,} cut off"
    )
    yield Text(f"  hidden states {n_states:,} x {dimension:,}")
    yield Text(f"  token norms {norms.min:.3f} to {norms.max:.3f}, mean {norms.mean:.3f}")
    pooled = (
        f"{POOLINGS[name].label}{'*' if name == trained else ''} {norm:.3f}"
        for name, norm in inspection.pooled_norms.items()
    )
    yield from indented(Text(f"pooled norms {', '.join(pooled)}"), 2, width)


INSPECT = Command("inspect", "show how the encoder reads a text", _add_arguments, _run)
