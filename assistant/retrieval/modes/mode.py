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
    wins: str
    """When to use it, in half a sentence."""
    uses_encoder: bool = True
    uses_pooling: bool = True
    """Whether another pooling can give another ranking."""
