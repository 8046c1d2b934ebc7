"""A folder into its index."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_folders, add_output

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.records import IndexReport
    from assistant.workspace import Workspace


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folders(parser)
    parser.add_argument(
        "--report", action="store_true", help="list what became of every file, with remarks"
    )
    parser.add_argument(
        "--watch", action="store_true", help="stay, and index whatever is saved, until Ctrl+C"
    )
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.progress import bring_up_to_date, refuse_empty

    workspace = context.open_workspace(context.arguments.folder)
    report = bring_up_to_date(context.terminal, workspace)
    if context.arguments.json:
        from assistant.json_views import index_view

        context.terminal.print_json(index_view(report))
    else:
        context.terminal.print(_lines(report))
        if context.arguments.report:
            from assistant.cli.report_text import report_lines

            context.terminal.print(report_lines(workspace.documents(), report.failures))
    if context.arguments.watch:
        _watch(context, workspace)
    refuse_empty(report, workspace)
    return 0


def _watch(context: Context, workspace: Workspace) -> None:
    """Until Ctrl+C, which ends nothing that is under way half-done."""
    import threading

    from assistant.cli.progress import bring_up_to_date
    from assistant.errors import IndexLocked

    terminal = context.terminal
    terminal.say(f"watching {workspace.folders.in_words}: Ctrl+C ends it")
    for _ in workspace.changes(threading.Event()):
        try:
            report = bring_up_to_date(terminal, workspace)
        except IndexLocked as error:
            terminal.say(error.message)  # the other program indexes the change
            continue
        terminal.say(
            f"{report.added:,} added, {report.updated:,} updated, {report.removed:,} removed"
            f" in {report.elapsed_s:.1f} s"
        )


def _lines(report: IndexReport) -> Iterator[Text]:
    from rich.text import Text

    yield Text(
        f"{report.documents:,} documents, {report.passages:,} passages,"
        f" {report.sentences:,} sentences, by {report.model} in {report.elapsed_s:.1f} s",
        style="bold",
    )
    yield Text(
        f"{report.added:,} added, {report.updated:,} updated, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged, {len(report.failures):,} unreadable,"
        f" {len(report.warnings):,} remarks"
    )
    yield Text(
        f"The model does not know {report.unreadable_share:.1%} of the tokens;"
        f" {report.truncated_passages:,} passages are longer than its window."
    )


INDEX = Command("index", "index a folder, or what has changed in it", _add_arguments, _run)
