"""A lesson that the program gives about itself, on documents of its own."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from assistant.cli.command import Command, Context, add_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from assistant.records import Lesson, LessonStep

LESSONS = ("dilution",)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "lesson", metavar="LESSON", choices=LESSONS, help=f"one of {', '.join(LESSONS)}"
    )
    add_output(parser)


def _run(context: Context) -> int:
    lesson = _lesson(context)
    if context.arguments.json:
        from assistant.cli.lesson_view import lesson_view

        context.terminal.print_json(lesson_view(lesson))
        return 0
    for number, step in enumerate(lesson.steps, start=1):
        context.terminal.print(_lines(step, number, len(lesson.steps)))
    return 0


def _lesson(context: Context) -> Lesson:
    from contextlib import closing

    from assistant.cli.progress import Progress, tell
    from assistant.records import LessonFinished

    # The lesson brings its own documents: any folder that can be listed will do.
    workspace = context.open_workspace(["/"])
    progress = Progress(context.terminal)
    lesson: Lesson | None = None
    with closing(workspace.lesson()) as events:
        for event in events:
            if isinstance(event, LessonFinished):
                lesson = event.lesson
            else:
                tell(event, progress, context.terminal, workspace)
    assert lesson is not None  # the last event
    return lesson


def _lines(step: LessonStep, number: int, of: int) -> Iterator[Text]:
    from rich.text import Text

    if number > 1:
        yield Text()
    yield Text(f"{number}/{of}  {step.title}", style="bold underline")
    yield Text()
    last = len(step.lines) - (not step.lines[-1])
    for line in step.lines[:last]:
        yield Text(line, style="italic" if line.startswith("  │") else "")


DEMO = Command(
    "demo",
    "walk through what dilution costs, in the program's own numbers",
    _add_arguments,
    _run,
)
