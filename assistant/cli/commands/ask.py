"""A question into an answer with its sources."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

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
from assistant.cli.names import CHAT_NAMES

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.records import Answer, Trace
    from assistant.settings import Settings
    from assistant.workspace import Workspace


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    add_folder(parser)
    add_scope(parser)
    add_mode(parser)
    add_pooling(parser)
    add_limit(parser)
    parser.add_argument(
        "--chat",
        choices=CHAT_NAMES,
        help="who answers: a model through Ollama, quoted sentences, or what is there",
    )
    parser.add_argument("--chat-model", metavar="NAME", help="a model that `ollama list` shows")
    add_output(parser)


def _run(context: Context) -> int:
    from assistant.cli.asking import open_for_question
    from assistant.cli.grounding_text import support_lines

    arguments, terminal = context.arguments, context.terminal
    settings = _with_chat(context.settings, arguments)
    question, workspace = open_for_question(context, settings)
    trace, answer = _answer(context, workspace, question)
    if arguments.json:
        from assistant.json_views import answer_view

        terminal.print_json(answer_view(trace, answer))
    else:
        terminal.print(_sources(answer, terminal.width))
        terminal.print(support_lines(answer.grounding, terminal.width))
    for note in (*trace.notes, *answer.notes):
        terminal.say(f"note: {note}")
    return 1 if answer.declined else 0


def _with_chat(settings: Settings, arguments: argparse.Namespace) -> Settings:
    import msgspec

    changes = {
        "backend": arguments.chat or settings.chat.backend,
        "model": arguments.chat_model or settings.chat.model,
    }
    chat = msgspec.structs.replace(settings.chat, **changes)
    return msgspec.structs.replace(settings, chat=chat)


def _answer(context: Context, workspace: Workspace, question: str) -> tuple[Trace, Answer]:
    """Streams the text on a screen; a pipe gets it whole at the end, JSON not at all."""
    from contextlib import closing

    from assistant.cli.markdown_plain import PlainText, plain_text
    from assistant.cli.progress import Progress
    from assistant.records import AnswerFinished, EvidenceFound, StageStarted, TokenProduced

    arguments, terminal = context.arguments, context.terminal
    is_streamed = terminal.has_screen and not arguments.json
    progress = Progress(terminal)
    plain = PlainText()
    streamed = ""
    trace: Trace | None = None
    answer: Answer | None = None
    events = workspace.ask(question, arguments.mode, arguments.pooling, arguments.limit)
    try:
        with closing(events):
            for event in events:
                if isinstance(event, StageStarted):
                    progress.advance(event.stage)
                elif isinstance(event, EvidenceFound):
                    trace = event.trace
                elif isinstance(event, TokenProduced) and is_streamed:
                    piece = plain.feed(event.text)
                    streamed += piece
                    terminal.write(piece)
                elif isinstance(event, AnswerFinished):
                    answer = event.answer
    except KeyboardInterrupt:
        workspace.stop_answering()
        raise
    assert trace is not None and answer is not None  # the first and the last event
    if not arguments.json:
        rest = plain.finish() if streamed else plain_text(answer.text)
        terminal.write(rest + "\n")
    return trace, answer


def _sources(answer: Answer, width: int | None) -> Iterator[Text]:
    from rich.text import Text

    from assistant.cli.layout import fitted, heading_label, one_line, place_label

    if answer.citations:
        yield Text()
    for citation in answer.citations:
        line = Text(f"[{citation.marker}] ", style="bold")
        line.append(place_label(citation.place), style="not bold cyan")
        if heading := heading_label(citation.place.heading):
            line.append(f" ({heading})", style="not bold dim")
        room = None if width is None else max(width - line.cell_len - 1, 20)
        yield line.append(f" {fitted(one_line(citation.quote), room)}", style="not bold")


ASK = Command("ask", "answer a question from the documents, with sources", _add_arguments, _run)
