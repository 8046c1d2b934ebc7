"""The state of model, index, vector database and chat into what works and what to do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_output

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.records import Check

_ESSENTIAL = {"model": 3, "index": 2}
"""First word of a check's name -> exit code where it fails. Search goes on without the others."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--docs",
        metavar="FOLDER",
        action="append",
        help="whose index to look at (default: what was opened last)",
    )
    parser.add_argument(
        "--repair", action="store_true", help="drop what is broken in the index, index that again"
    )
    add_output(parser)


def _run(context: Context) -> int:
    terminal = context.terminal
    workspace = context.open_workspace(_folders(context))
    if context.arguments.repair:
        from assistant.cli.progress import bring_up_to_date

        bring_up_to_date(terminal, workspace, workspace.repair_index())
    checks = []
    for check in workspace.diagnose():
        checks.append(check)
        if not context.arguments.json:
            terminal.print(_lines(check, terminal.width))
    failed = [_code(check) for check in checks if not check.ok]
    code = max(failed, default=0)
    if context.arguments.json:
        from assistant.json_views import checks_view

        terminal.print_json(checks_view(checks, code))
    return code


def _folders(context: Context) -> list[str]:
    """What is named, else what was opened last, else this one."""
    return context.arguments.docs or [*map(str, context.paths.remembered_folders())] or ["."]


def _code(check: Check) -> int:
    return _ESSENTIAL.get(check.name.split()[0], 0)


def _lines(check: Check, width: int | None) -> Iterator[Text]:
    from rich.text import Text

    from assistant.cli.layout import indented, one_line

    word, style = ("ok", "green") if check.ok else ("no", "yellow")
    if not check.ok and _code(check):
        word, style = "BAD", "bold red"
    indent = 24
    detail = list(indented(Text(one_line(check.detail)), indent, width))
    first = detail[0].plain[indent:] if detail else ""
    yield Text(f"{word:<5}", style=style).append(f"{check.name:<19}{first}", style="default")
    yield from detail[1:]
    if check.hint:
        yield from indented(Text(f"→ {one_line(check.hint)}", style="dim"), indent, width)


DOCTOR = Command(
    "doctor", "tell what works of model, index, vector database and chat", _add_arguments, _run
)
