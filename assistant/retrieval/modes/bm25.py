"""Words: BM25 over firmware-aware terms (Robertson and Zaragoza 2009, section 3.2).

Finds identifiers, numbers and error strings exactly, in any language. Misses paraphrases.
Cost: a few sparse columns; needs no model.
"""

from __future__ import annotations

from assistant.retrieval.arms import bm25_arm
from assistant.retrieval.modes.mode import Mode

BM25 = Mode(
    "bm25",
    "BM25",
    "each sentence by the words it shares with the question",
    lambda search: (bm25_arm(search),),
    "identifiers, error strings, and languages that the encoder cannot read",
    uses_encoder=False,
    uses_pooling=False,
)
