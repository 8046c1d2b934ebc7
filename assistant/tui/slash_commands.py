"""What is typed after a slash: "/mode hybrid". Each is an action of the chat screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.records import Scope

if TYPE_CHECKING:
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
    modes, _ = screen.menus
    if not name:
        screen.action_choose_mode()
    elif name in {mode.name for mode in modes}:
        screen.set_mode(name)
    else:
        raise UsageError(f"there is no mode {name}", _there_are(mode.name for mode in modes))


def _pool(screen: MainScreen, name: str) -> None:
    _, poolings = screen.menus
    if not name:
        screen.action_choose_pooling()
    elif name in {pooling.name for pooling in poolings}:
        screen.set_pooling(name)
    else:
        raise UsageError(f"there is no pooling {name}", _there_are(p.name for p in poolings))


def _model(screen: MainScreen, name: str) -> None:
    if name:
        screen.answer_with(name)
    else:
        screen.action_models()


def _only(screen: MainScreen, text: str) -> None:
    """Words with "format:" or "lang:" in front, and patterns of paths."""
    words = text.split()
    formats = tuple(w.removeprefix("format:") for w in words if w.startswith("format:"))
    languages = tuple(w.removeprefix("lang:") for w in words if w.startswith("lang:"))
    paths = tuple(w for w in words if not w.startswith(("format:", "lang:")))
    screen.set_scope(Scope(paths, formats, languages))


async def _settings(screen: MainScreen, _: str) -> None:
    await screen.app.run_action("settings")


def _there_are(names: object) -> str:
    return f"there are {', '.join(names)}"  # type: ignore[arg-type]


SLASH_COMMANDS: dict[str, SlashCommand] = {
    command.name: command
    for command in (
        SlashCommand("mode", "NAME", "How to retrieve", _mode),
        SlashCommand("pool", "NAME", "The active pooling", _pool),
        SlashCommand("model", "NAME", "The chat model that answers", _model),
        SlashCommand("only", "[*.md] [format:pdf] [lang:zh]", "Which documents to ask", _only),
        SlashCommand("docs", "", "Every document of the folder", lambda s, _: s.action_documents()),
        SlashCommand("new", "", "Another session", lambda s, _: s.action_new_session()),
        SlashCommand("sessions", "", "Earlier sessions", lambda s, _: s.action_sessions()),
        SlashCommand("compare", "", "Every mode side by side", lambda s, _: s.action_compare()),
        SlashCommand("evaluate", "", "Score modes and poolings", lambda s, _: s.action_evaluate()),
        SlashCommand("report", "", "What the panel shows, as HTML", lambda s, _: s.action_report()),
        SlashCommand("settings", "", "Every setting", _settings),
        SlashCommand("index", "", "Look for changed files", lambda s, _: s.action_index()),
    )
}
