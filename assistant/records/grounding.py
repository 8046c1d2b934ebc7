"""Whether the sentences of an answer are borne out by the sentences that they cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.records.retrieval import Place

SupportState = Literal["supported", "weak", "unsupported"]


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """One sentence of an answer, held against the sentences that it cites."""

    sentence: str
    state: SupportState
    reason: str
    """In words; empty where everything was found."""
    is_cited: bool
    """Where it cites nothing it was held against the nearest of all sentences sent."""
    words: float
    """The share of its words that those sentences hold."""
    meaning: float | None = None
    """The mean over its tokens of the best cosine in them; None where no encoder compared."""
    marker: int | None = None
    """Of the source sentence that it rests on most."""
    place: Place | None = None
    quote: str = ""
