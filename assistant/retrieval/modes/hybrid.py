"""Hybrid: words and sentence vectors, fused by reciprocal rank.

The arms fail on different questions, so what both rank high is most often right. The dense arm
weighs as much as the encoder could read of the question: on a question that it cannot read, the
words alone answer.
"""

from __future__ import annotations

from assistant.retrieval.arms import bm25_arm, sentence_arm
from assistant.retrieval.fusion import Arm
from assistant.retrieval.modes.mode import Mode
from assistant.retrieval.search import Search


def _arms(search: Search) -> tuple[Arm, ...]:
    lexical = bm25_arm(search)
    if search.trust == 0:
        return (lexical,)
    return lexical, sentence_arm(search, search.trust)


HYBRID = Mode(
    "hybrid",
    "Hybrid",
    "words and sentence vectors, fused by reciprocal rank",
    _arms,
    "any question, quickly: what words and meaning both rank high is most often right",
)
