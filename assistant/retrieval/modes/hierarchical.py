"""Hierarchical: passages made of their sentences, from above and from below.

From above, a passage's vector is the mean of its sentences' unit vectors: cos(q, mean of v_i). From
below (small-to-big), the nearest sentences vote for their passage: sum of 1 / (k + rank), the
reciprocal rank fusion of Cormack, Clarke and Buettcher 2009 within the passage. Both rank passages;
they are fused, and each passage is shown by its nearest sentence.

Every sentence counts alike in the mean, however long, so a short sentence that answers is diluted
less than in the passage's own vector; and several fair sentences together can outvote a lucky one.
It wins where an answer is spread over a passage; one sentence per passage is shown.
Cost: the sentences' cosines, and a sum by passage.
"""

from __future__ import annotations

from assistant.retrieval.arms import passage_mean_arm, vote_arm
from assistant.retrieval.modes.mode import Mode

HIERARCHICAL = Mode(
    "hierarchical",
    "Hierarchical",
    "each passage by its sentences: their mean vector, and their votes",
    lambda search: (passage_mean_arm(search), vote_arm(search)),
    "an answer that is spread over a passage",
)
