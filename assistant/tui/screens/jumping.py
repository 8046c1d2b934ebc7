"""Letters over the parts of a screen; one of them pressed, the focus is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first; more parts than these are on no screen."""


def jump_targets(parts: Iterable[Widget]) -> dict[str, Widget]:
    """Letter -> part, from the top left to the bottom right, of those that are seen."""
    seen = [part for part in parts if part.region.area and not part.disabled]
    seen.sort(key=lambda part: (part.region.y, part.region.x))
    return dict(zip(_LETTERS, seen, strict=False))


class JumpingScreen(ModalScreen[Widget | None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="jumping.close"),
    ]

    def __init__(self, targets: dict[str, Widget]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for letter, part in self._targets.items():
            label = Label(f" {letter} ", classes="jump", markup=False)
            label.absolute_offset = part.region.offset
            yield label

    def on_key(self, event: Key) -> None:
        if event.key in self._targets:
            event.stop()
            self.dismiss(self._targets[event.key])

    def action_leave(self) -> None:
        self.dismiss(None)
