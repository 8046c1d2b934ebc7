"""Dense passages: cos(question, passage), the chunk retrieval of ordinary RAG.

A passage's vector holds every subject in it, so it wins where the question is about the whole and
loses where one sentence among others answers. Each passage is shown by its nearest sentence.
Cost: a matrix product over all passages, and one over the sentences to choose the one shown.
"""

from __future__ import annotations

from assistant.retrieval.arms import passage_arm
from assistant.retrieval.modes.mode import Mode

PASSAGE = Mode(
    "passage",
    "Passage",
    "each passage (chunk) by one vector, shown by its nearest sentence",
    lambda search: (passage_arm(search),),
    "a question about the whole of a passage; one sentence that answers is diluted",
)
