"""A list of modes or poolings, each with what it does; Enter chooses, Esc leaves all as it was."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.opening import Choice
from assistant.tui.texts import MUTED


class ChoosingScreen(ModalScreen[str | None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="choosing.close"),
    ]

    def __init__(self, title: str, choices: tuple[Choice, ...], current: str) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield OptionList(
                *[Option(_entry(c, c.name == self._current), id=c.name) for c in self._choices],
                markup=False,
            )
            yield Static("Enter chooses · Esc closes", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        entries = self.query_one(OptionList)
        names = [choice.name for choice in self._choices]
        entries.highlighted = names.index(self._current) if self._current in names else 0
        entries.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        self.dismiss(None)


def _entry(choice: Choice, is_current: bool) -> Content:
    star = " ★ trained with the model" if choice.is_trained else ""
    return Content.assemble(
        ("● " if is_current else "  ", "$text-accent"),
        (choice.label, "bold"),
        (star, "$text-accent"),
        (f"\n  {choice.summary}", MUTED),
    )
