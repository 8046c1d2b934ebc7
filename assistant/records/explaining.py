"""Why a sentence was found, token by token."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.encoding import Inspection


@dataclass(frozen=True, slots=True)
class Alignment:
    """A token of the question and the token of the sentence that is nearest to it."""

    question_token: str
    token: str
    start: int
    end: int
    """Span of the sentence's token in what was embedded, half-open."""
    cosine: float
    """Its share of the MaxSim score, which is the sum of them."""


@dataclass(frozen=True, slots=True)
class SentenceExplanation:
    """One hit. Same order as `Trace.hits`."""

    sentence_id: int
    inspection: Inspection
    """Of its embedded text."""
    quote_start: int
    """Where the sentence itself begins in its embedded text."""
    alignment: tuple[Alignment, ...]
    """One per token of the question; empty where a model of its own does late interaction."""
    passage_headings: int
    """Headings that the sentences of its passage stand under."""
    before: tuple[str, ...]
    """The sentences of its passage that stand before it, nearest last."""
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    question: Inspection
    sentences: tuple[SentenceExplanation, ...]
    """Of the trace's hits, in their order; only of the first while the others are read."""
    note: str = ""
    """Empty, or why there is no alignment."""
