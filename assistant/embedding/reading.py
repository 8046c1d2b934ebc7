"""How much the encoder could read of a text into how far its vectors are trusted."""

from __future__ import annotations

from assistant.records import Readability, Reading

FULLY_TRUSTED_SHARE = 0.15
"""Unknown tokens up to here are names and symbols that any encoder meets."""
NOT_TRUSTED_SHARE = 0.45
"""From here on what is left of the question is not the question."""


def dense_trust(question: Reading) -> float:
    """Weight 0..1 of every arm that rests on the encoder, by the share of unknown tokens."""
    span = NOT_TRUSTED_SHARE - FULLY_TRUSTED_SHARE
    return min(1.0, max(0.0, (NOT_TRUSTED_SHARE - question.unknown_share) / span))


def readability(text: Reading) -> Readability:
    """The same trust in words, for a document or any other text."""
    trust = dense_trust(text)
    if trust == 0:
        return "unreadable"
    return "read" if trust == 1 else "partly"


def reading_notes(question: Reading) -> tuple[str, ...]:
    """What the reader of the ranks must know of how the question was read."""
    notes = []
    trust = dense_trust(question)
    if trust < 1:
        share = f"{question.unknown} of {question.tokens} tokens"
        effect = "they take no part" if trust == 0 else f"they weigh {trust:.0%} of BM25"
        notes.append(
            f"The encoder does not know {share} of this question, so its vectors mean little:"
            f" in fused modes {effect}."
        )
    if question.truncated:
        notes.append(
            f"The encoder did not read the last {question.truncated} of {question.tokens}"
            " tokens of this question: they are beyond its window."
        )
    return tuple(notes)
