"""A question into what every pooling and every mode make of each matched sentence."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.cli.command import (
    Command,
    Context,
    add_folder,
    add_limit,
    add_mode,
    add_output,
    add_pooling,
    add_question,
    add_scope,
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    add_folder(parser)
    add_scope(parser)
    add_mode(parser)
    add_pooling(parser)
    add_limit(parser)
    for kind in ("html", "svg"):
        told = f"write a report of it as {kind.upper()}, fit to attach to a bug report"
        parser.add_argument(f"--{kind}", metavar="FILE", help=told)
    parser.add_argument("--force", action="store_true", help="write over any file")
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.asking import open_for_question, tell_notes

    arguments, terminal = context.arguments, context.terminal
    question, workspace = open_for_question(context)
    found = workspace.retrieve(question, arguments.mode, arguments.pooling, arguments.limit)
    trace = workspace.compare(found)
    comparison = trace.comparison
    assert comparison is not None  # what compare adds
    files = {"html": arguments.html, "svg": arguments.svg}
    wanted = {kind: Path(file) for kind, file in files.items() if file}
    if wanted or arguments.json:
        trace = workspace.explain(trace)
    for kind, file in wanted.items():
        written = workspace.write_report(trace, file, kind, arguments.force)
        terminal.say(f"report: {written}")
    if arguments.json:
        from assistant.json_views import comparison_view

        terminal.print_json(comparison_view(trace, comparison))
    elif trace.hits:
        from assistant.cli.comparison_text import comparison_lines

        terminal.print(comparison_lines(trace, comparison, terminal.width))
    tell_notes(terminal, trace)
    return 0 if trace.hits else 1


COMPARE = Command(
    "compare",
    "show the rank of each matched sentence under every pooling and mode",
    _add_arguments,
    _run,
)
