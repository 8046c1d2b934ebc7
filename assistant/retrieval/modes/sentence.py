"""Dense sentences: cos(question, sentence) over every sentence.

Finds the one sentence that answers, undiluted by its neighbours. Misses identifiers that the
encoder splits into pieces, and text in languages that it does not know.
Cost: one matrix product over all sentences.
"""

from __future__ import annotations

from assistant.retrieval.arms import sentence_arm
from assistant.retrieval.modes.mode import Mode

SENTENCE = Mode(
    "sentence",
    "Sentence",
    "each sentence by its own vector",
    lambda search: (sentence_arm(search),),
    "a question in other words than the document's",
)
