"""F1: what the focused widget is for, and every key that works there."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Markdown, Static


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "leave", "Close", id="help.close"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with VerticalScroll():
                yield Markdown(self._text, open_links=False)
            yield Static("Esc closes", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def help_for(screen: Screen[Any]) -> HelpScreen:
    """Help for the focused widget, with the keys that are in force there."""
    widget: Widget = screen.focused or screen
    described = next(
        (node for node in widget.ancestors_with_self if getattr(node, "HELP", None)), screen
    )
    title = getattr(described, "BINDING_GROUP_TITLE", None) or "Help"
    text = f"{getattr(described, 'HELP', '') or ''}\n\n{_keys_table(screen)}"
    return HelpScreen(str(title), text)


def _keys_table(screen: Screen[Any]) -> str:
    rows: dict[tuple[str, str], list[str]] = {}
    # The program's own keys have ids; those of every list and text field come after them.
    active = sorted(screen.active_bindings.values(), key=lambda entry: entry.binding.id is None)
    for _, binding, enabled, tooltip in active:
        if enabled and binding.description:
            label = tooltip or binding.tooltip or binding.description
            key = screen.app.get_key_display(binding)
            rows.setdefault((label, binding.id or ""), []).append(key)
    lines = [f"| {' '.join(keys)} | {label} | {name} |" for (label, name), keys in rows.items()]
    heading = "| Key | What it does | Id in `[ui.keys]` |"
    return "\n".join([heading, "| --- | --- | --- |", *lines])
