"""Whether the sentences of an answer are borne out by the sentences that they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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


SIGNS: dict[SupportState, str] = {"supported": "✓", "weak": "~", "unsupported": "✗"}


def support_in_words(grounding: Sequence[SentenceSupport]) -> str:
    """How many sentences are in which state, and by what they were compared; empty for none."""
    if not grounding:
        return ""
    counts = Counter(each.state for each in grounding)
    told = " · ".join(f"{SIGNS[s]} {counts[s]} {s}" for s in SIGNS if counts[s])
    uncited = sum(not each.is_cited for each in grounding)
    if uncited:
        told += f" · {uncited} uncited"
    by_words = all(each.meaning is None for each in grounding)
    return f"{told} (by words, numbers and names alone)" if by_words else told
