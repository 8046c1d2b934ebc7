"""Multi-granularity: sentence, passage and section vectors, fused by reciprocal rank.

score(d) = sum over the three grains of 1 / (k + rank) (Cormack, Clarke and Buettcher 2009). A
passage and a section are each ranked once and lift their nearest sentence, so that a parent with
many fair sentences does not fill the list. Wins where the question's words lie on several levels:
the section names the subject, the sentence the fact.
Cost: a matrix product per grain; section vectors are joined from the passages', not encoded.
"""

from __future__ import annotations

from assistant.retrieval.arms import passage_arm, section_arm, sentence_arm
from assistant.retrieval.modes.mode import Mode

MULTI = Mode(
    "multi",
    "Multi",
    "sentence, passage and section vectors, fused by reciprocal rank",
    lambda search: (sentence_arm(search), passage_arm(search), section_arm(search)),
    "a section that names the subject and a sentence that states the fact",
)
