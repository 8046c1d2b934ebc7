"""A question into what every pooling and every mode make of each matched sentence."""

from __future__ import annotations

import argparse

from assistant.cli.command import (
    Command,
    Context,
    add_folder,
    add_limit,
    add_mode,
    add_output,
    add_pooling,
    add_question,
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    add_folder(parser)
    add_mode(parser)
    add_pooling(parser)
    add_limit(parser)
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.asking import open_for_question, tell_notes

    arguments, terminal = context.arguments, context.terminal
    question, workspace = open_for_question(context)
    found = workspace.retrieve(question, arguments.mode, arguments.pooling, arguments.limit)
    trace = workspace.compare(found)
    comparison = trace.comparison
    assert comparison is not None  # what compare adds
    if arguments.json:
        from assistant.cli.json_views import comparison_view

        terminal.print_json(comparison_view(workspace.explain(trace), comparison))
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
