"""The names that help texts show, from places that cost no import of the rooms.

They are shown, never relied on: a name is checked against the tables when a command runs. Tests
hold them equal to the tables.
"""

from __future__ import annotations

import os

POOLING_NAMES = ("cls", "mean", "max", "lasttoken", "weightedmean")
CHAT_NAMES = ("auto", "ollama", "extractive")
PASSAGE_KINDS = ("heading", "window", "semantic")


def mode_names() -> tuple[str, ...]:
    """In alphabetical order. Each mode is a file of its own; the table would import NumPy."""
    modes = os.path.join(os.path.dirname(os.path.dirname(__file__)), "retrieval", "modes")
    stems = {name.removesuffix(".py") for name in os.listdir(modes) if name.endswith(".py")}
    return tuple(sorted(stems - {"__init__", "mode"}))
