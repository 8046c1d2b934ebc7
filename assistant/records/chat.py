"""The chat models of a server, and one on its way there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatModelRow:
    """An installed model, as far as the server tells."""

    name: str
    size_bytes: int
    parameter_size: str
    context_length: int | None
    """None where the server does not say, as old ones."""
    capabilities: tuple[str, ...] | None
    """None where the server is too old to say."""
    can_chat: bool
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class PullProgressed:
    """`done_bytes` of `total_bytes` of the layer that is under way; 0 of 0 between layers."""

    status: str
    done_bytes: int = 0
    total_bytes: int = 0
    is_done: bool = False
    """Only this means that the model is there."""
