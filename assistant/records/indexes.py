"""The indexes that lie on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredIndex:
    folder: Path
    model: str
    passages: str
    """How its passages were made; empty where it does not say."""
    is_outdated: bool
    """Made by another version of the program, which reads texts otherwise: of no more use."""
    sentences: int
    sentences_per_s: float | None
    """How quickly it was made; None where nobody measured."""
    bytes: int
