"""What a mode is: a name, and how it makes the arms that are fused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.retrieval.fusion import Arm
from assistant.retrieval.search import Search


@dataclass(frozen=True, slots=True)
class Mode:
    name: str
    label: str
    summary: str
    arms: Callable[[Search], tuple[Arm, ...]]
    """The ranked lists, fused by reciprocal rank where there is more than one."""
    uses_encoder: bool = True
