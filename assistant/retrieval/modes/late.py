"""Late interaction: the fused candidates ranked by MaxSim, which is fused with what found them.

score(q, d) = sum over question tokens of max over sentence tokens of their cosine (Khattab and
Zaharia 2020, ColBERT, equation 3), by the plain encoder's own token vectors.

Every question token finds its own best match, so a sentence that answers one part exactly is not
averaged away. The words keep their say because rare identifiers are split into common word pieces.
Cost: hybrid, then a product of token vectors for the candidates: stored with the index, or encoded
at question time where they are not.
"""

from __future__ import annotations

from assistant.retrieval.arms import maxsim_arm
from assistant.retrieval.fusion import Arm, fuse
from assistant.retrieval.modes.hybrid import HYBRID
from assistant.retrieval.modes.mode import Mode
from assistant.retrieval.search import Search

RERANK_DEPTH = 100
"""Candidates that are reranked: 60 and 200 gave the same nDCG@10 within 0.01."""
MAXSIM_WEIGHT = 3.0
"""Against one for the words and for the sentence vectors. MaxSim alone lost what the words had
right (nDCG@10 0.483 on the development questions); with weights of 1 to 3 it was 0.52 to 0.55.
The high end, because questions in other words than the document's have only MaxSim to answer them.
"""


def _arms(search: Search) -> tuple[Arm, ...]:
    fused = HYBRID.arms(search)
    if search.trust == 0:
        return fused
    candidates = fuse(fused, search.snapshot.n_sentences).numbers[:RERANK_DEPTH]
    return maxsim_arm(search, candidates, MAXSIM_WEIGHT * search.trust), *fused


LATE = Mode(
    "late", "Late", "words and sentence vectors, reranked by MaxSim over token vectors", _arms
)
