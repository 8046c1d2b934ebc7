"""A question into the sentences that match it."""

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
    add_scope,
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    add_folder(parser)
    add_scope(parser)
    add_mode(parser)
    add_pooling(parser)
    add_limit(parser)
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.asking import open_for_question, tell_notes

    arguments, terminal = context.arguments, context.terminal
    question, workspace = open_for_question(context)
    trace = workspace.retrieve(question, arguments.mode, arguments.pooling, arguments.limit)
    if arguments.json:
        from assistant.json_views import trace_view

        terminal.print_json(trace_view(trace))
    else:
        from assistant.cli.hits_text import hit_lines

        terminal.print(hit_lines(trace, terminal.width))
    tell_notes(terminal, trace)
    return 0 if trace.hits else 1


SEARCH = Command("search", "find the sentences that match a question", _add_arguments, _run)
