"""Options of the chat model for this sitting; the settings file stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Option:
    """One of `ChatSettings`, as it is typed."""

    name: str
    meaning: str
    read: Callable[[str], object]


def _yes(text: str) -> object:
    return {"yes": True, "no": False}.get(text.strip().lower(), text)


def _number(text: str) -> object:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text  # the settings' own check says what is wrong with it


OPTIONS = (
    Option("temperature", "0 to 2: how freely it words", _number),
    Option("seed", "-1 = another answer each time", _number),
    Option("answer_tokens", "room for the answer", _number),
    Option("max_context_tokens", "num_ctx at most; a change reloads the model", _number),
    Option("passages", "sent at most", _number),
    Option("keep_alive", "how long Ollama keeps it loaded", str),
    Option("thinking", "yes or no", _yes),
    Option("instructions", "said after the program's own rules", str),
)


class ChatOptionsScreen(ModalScreen[bool]):
    HELP = "Options of the chat model until the program is left."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="chat_options.close"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._chats = workspace.chats

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Options for this sitting", classes="dialog-title", markup=False)
            for option in OPTIONS:
                with Horizontal(classes="option"):
                    yield Static(option.name, classes="option-name", markup=False)
                    value = _shown(getattr(self._chats.settings, option.name))
                    yield Input(value, id=f"option-{option.name}", compact=True)
                    yield Static(option.meaning, classes="option-meaning", markup=False)
            yield Static(id="option-error", markup=False)
            yield Static(
                "Enter takes them all · Tab goes on · Esc leaves all as it was",
                classes="dialog-keys",
                markup=False,
            )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        values = {o.name: o.read(self.query_one(f"#option-{o.name}", Input).value) for o in OPTIONS}
        try:
            self._chats.change(**values)
        except UsageError as error:
            said = Content.styled(error.message, "$text-error")
            self.query_one("#option-error", Static).update(said)
            return
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
