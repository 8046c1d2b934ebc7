"""What `assistant models` lists, and what measuring one gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ModelPlace = Literal["packaged", "in the cache", "a local folder", "to be downloaded"]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One embedding model; None where that is not known before it is here."""

    name: str
    is_active: bool
    """Whether the settings name it."""
    place: ModelPlace
    dimension: int | None
    window: int | None
    pooling: str | None
    languages: str
    size_mb: int | None
    summary: str
    chinese: str
    """What it is recommended for where documents are Chinese; empty where it is not."""
    sentences_per_s: float | None
    """As it was measured on this machine."""
    problem: str = ""
    """Why it cannot be used, although it is here."""

    @property
    def is_here(self) -> bool:
        return self.place != "to be downloaded"


@dataclass(frozen=True, slots=True)
class ModelMeasured:
    model: str
    sentences_per_s: float | None
    problem: str = ""
    """Why there is no number."""
