"""What the user chose, and only that, to the terminal's clipboard (OSC 52)."""

from __future__ import annotations

from typing import Any

from textual.app import App

from assistant.documents.sanitising import sanitise

_WHERE = "A terminal that allows no OSC 52 takes nothing: select with Shift and the mouse there."


def copy_out(app: App[Any], text: str, what: str) -> None:
    """A pasted control character could run a command: none is copied."""
    app.copy_to_clipboard(sanitise(text))
    app.notify(_WHERE, title=f"Copied: {what}", timeout=4, markup=False)
