"""What the commands with a question do before and after they search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.cli.command import Context, question_of
from assistant.cli.progress import LOADING, Progress, bring_up_to_date, refuse_empty
from assistant.errors import IndexLocked
from assistant.records import Scope, Trace

if TYPE_CHECKING:
    from assistant.cli.terminal import Terminal
    from assistant.settings import Settings
    from assistant.workspace import Workspace


def open_for_question(context: Context, settings: Settings | None = None) -> tuple[str, Workspace]:
    """The question and its folder, up to date unless --no-index.

    Raises: UsageError for whatever is wrong with the question, before minutes of indexing.
    """
    from assistant.retrieval.modes import MODES
    from assistant.retrieval.questions import cleaned_question, known_mode, known_pooling

    arguments = context.arguments
    question = question_of(arguments)
    cleaned_question(question)
    for name, known in ((arguments.mode, known_mode), (arguments.pooling, known_pooling)):
        if name:
            known(name)
    workspace = context.open_workspace(arguments.docs, settings)
    workspace.scope = Scope(
        tuple(arguments.only),
        tuple(arguments.format),
        tuple(arguments.language),
        workspace.folders.chosen(arguments.collection),
    )
    search = workspace.settings.search  # the folder may have a default of its own
    mode = known_mode(arguments.mode or search.mode)
    if pooling := arguments.pooling or search.pooling:
        known_pooling(pooling)
    prepare(context, workspace)
    if MODES[mode].uses_encoder and workspace.models.encoder_takes_long():
        Progress(context.terminal).announce(LOADING)
    return question, workspace


def prepare(context: Context, workspace: Workspace) -> None:
    """Index what is new or changed, unless --no-index. Raises: UsageError."""
    if context.arguments.no_index:
        workspace.snapshot()
        return
    try:
        refuse_empty(bring_up_to_date(context.terminal, workspace), workspace)
    except IndexLocked as error:
        workspace.snapshot()  # raises where there is nothing to search yet
        context.terminal.say(f"{error.message}: searching what is indexed so far")


def tell_notes(terminal: Terminal, trace: Trace) -> None:
    """What the reader of the ranks must know."""
    from assistant.cli.hits_text import summary

    for note in trace.notes:
        terminal.say(f"note: {note}")
    if not trace.hits:
        terminal.complain("nothing was found", "ask in other words, or choose another --mode")
    elif terminal.has_screen:
        terminal.say(summary(trace))
