"""What is typed after a slash: "/mode hybrid". Each is an action of the chat screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.records import Scope

if TYPE_CHECKING:
    from assistant.tui.opening import Choice
    from assistant.tui.screens.main import MainScreen

Run = Callable[["MainScreen", str], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class SlashCommand:
    name: str
    takes: str
    """What may stand after it; empty for nothing."""
    summary: str
    run: Run


def is_command(text: str) -> bool:
    """A slash and a word, as no path is written; after a space it is a question."""
    words = text.split()
    return text.startswith("/") and bool(words) and words[0][1:].isalpha()


def commands_in_words() -> str:
    """All of them with what they take, as Markdown."""
    return ", ".join(f"`/{c.name} {c.takes}`".replace(" `", "`") for c in SLASH_COMMANDS.values())


async def run_command(screen: MainScreen, text: str) -> None:
    """Raises: UsageError naming what there is."""
    name, _, argument = text[1:].strip().partition(" ")
    command = SLASH_COMMANDS.get(name)
    if command is None:
        known = ", ".join(f"/{each}" for each in SLASH_COMMANDS)
        raise UsageError(f"there is no command /{name}", f"there are {known}")
    if waiting := command.run(screen, argument.strip()):
        await waiting


def _mode(screen: MainScreen, name: str) -> None:
    if name:
        screen.set_mode(_known("mode", name, screen.menus[0]))
    else:
        screen.action_choose_mode()


def _pool(screen: MainScreen, name: str) -> None:
    if name:
        screen.set_pooling(_known("pooling", name, screen.menus[1]))
    else:
        screen.action_choose_pooling()


def _known(kind: str, name: str, choices: Sequence[Choice]) -> str:
    """Raises: UsageError naming what there is."""
    names = [choice.name for choice in choices]
    if name not in names:
        raise UsageError(f"there is no {kind} {name}", f"there are {', '.join(names)}")
    return name


def _model(screen: MainScreen, name: str) -> None:
    if name:
        screen.answer_with(name)
    else:
        screen.action_models()


def _only(screen: MainScreen, text: str) -> None:
    """Words with "in:", "format:" or "lang:" in front, and patterns of paths."""
    words = text.split()

    def after(prefix: str) -> tuple[str, ...]:
        return tuple(w.removeprefix(prefix) for w in words if w.startswith(prefix))

    paths = tuple(w for w in words if not w.startswith(("in:", "format:", "lang:")))
    collections = screen.folders.chosen(after("in:"))
    screen.set_scope(Scope(paths, after("format:"), after("lang:"), collections))


async def _settings(screen: MainScreen, _: str) -> None:
    await screen.app.run_action("settings")


_SCOPE = "[*.md] [format:pdf] [lang:zh] [in:NAME]"

SLASH_COMMANDS: dict[str, SlashCommand] = {
    command.name: command
    for command in (
        SlashCommand("mode", "NAME", "How to retrieve", _mode),
        SlashCommand("pool", "NAME", "The active pooling", _pool),
        SlashCommand("model", "NAME", "The chat model that answers", _model),
        SlashCommand("only", _SCOPE, "Which documents to ask", _only),
        SlashCommand("docs", "", "Every document of the folder", lambda s, _: s.action_documents()),
        SlashCommand("folders", "", "Folders to ask", lambda s, _: s.action_folders()),
        SlashCommand("new", "", "Another session", lambda s, _: s.action_new_session()),
        SlashCommand("sessions", "", "Earlier sessions", lambda s, _: s.action_sessions()),
        SlashCommand("compare", "", "Every mode side by side", lambda s, _: s.action_compare()),
        SlashCommand("evaluate", "", "Score modes and poolings", lambda s, _: s.action_evaluate()),
        SlashCommand("report", "", "What the panel shows, as HTML", lambda s, _: s.action_report()),
        SlashCommand("settings", "", "Every setting", _settings),
        SlashCommand("index", "", "Look for changed files", lambda s, _: s.action_index()),
    )
}
