"""A folder into how the encoder read each of its documents, the worst first."""

from __future__ import annotations

import argparse

from assistant.cli.command import Command, Context, add_folders, add_no_index, add_output


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folders(parser)
    add_no_index(parser)
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.asking import prepare

    terminal = context.terminal
    workspace = context.open_workspace(context.arguments.folder)
    prepare(context, workspace)
    documents = sorted(workspace.documents(), key=lambda document: document.worst_first)
    if context.arguments.json:
        from assistant.json_views import documents_view

        terminal.print_json(documents_view(documents, workspace.model.name))
    elif documents:
        from assistant.cli.documents_text import document_lines

        terminal.print(document_lines(documents, workspace.model.name, terminal.width))
    if documents:
        return 0
    # Only with --no-index: else a folder without documents is an error.
    terminal.complain("the index has no documents", f"assistant index {workspace.folders.in_words}")
    return 1


DOCUMENTS = Command(
    "documents", "list the documents, those that the encoder read worst first", _add_arguments, _run
)
