"""A conversation as it is kept: its questions, each with its trace and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.records.answering import Answer
from assistant.records.retrieval import Trace

Ending = Literal["", "finished", "stopped", "failed"]
"""Empty while an answer is being written, and for ever where the program ended before it did."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What a list of sessions shows of one. Times are ISO 8601 with the offset from UTC."""

    id: int
    title: str
    created_at: str
    updated_at: str
    turns: int
    last_question: str
    forked_from: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a session."""

    id: int
    asked_at: str
    question: str
    ending: Ending
    text: str
    """Of the answer; where that is not whole, as much as was written."""
    failure: str = ""
    """What was said where it failed."""
    trace: Trace | None = None
    """What the answer rests on; None where it was not found, or kept by another version."""
    shown: Trace | None = None
    """What the panel showed of the question last, where that is another mode or pooling."""
    answer: Answer | None = None
    """None where it is not whole."""


@dataclass(frozen=True, slots=True)
class Session:
    summary: SessionSummary
    turns: tuple[Turn, ...]
    """Oldest first."""
