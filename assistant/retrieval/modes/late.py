"""Late interaction: the fused candidates ranked by MaxSim, which is fused with what found them.

score(q, d) = sum over question tokens of max over sentence tokens of their cosine (Khattab and
Zaharia 2020, ColBERT, equation 3), by the plain encoder's own token vectors with the special tokens
dropped, or by a true late-interaction model where the settings name one.

Every question token finds its own best match, so a sentence that answers one part exactly is not
averaged away. The candidates come from the words, from the sentences' own vectors and from those
read in context; all keep their say, because rare identifiers are split into common word pieces.
Cost: two matrix products, then one of token vectors for the candidates: stored with the index, or
encoded at question time where they are not.
"""

from __future__ import annotations

from assistant.retrieval.arms import bm25_arm, contextual_arm, maxsim_arm, sentence_arm
from assistant.retrieval.fusion import Arm, fuse
from assistant.retrieval.modes.mode import Mode
from assistant.retrieval.search import Search

RERANK_DEPTH = 100
"""Candidates that are reranked: 60 and 200 gave the same nDCG@10 within 0.01."""
DENSE_WEIGHT = 0.5
"""Of each of the two sentence vectors, against one for the words and one for MaxSim: nDCG@10 0.559
on the development questions; without the contextual one 0.549, with MaxSim at 2 it was 0.538, at 3
0.516, and by MaxSim alone 0.483."""


def _arms(search: Search) -> tuple[Arm, ...]:
    words = bm25_arm(search)
    trust = search.trust
    if trust == 0:
        return (words,)
    weight = DENSE_WEIGHT * trust
    found = (words, sentence_arm(search, weight), contextual_arm(search, weight))
    candidates = fuse(found, search.snapshot.n_sentences).numbers[:RERANK_DEPTH]
    return (maxsim_arm(search, candidates, trust), *found)


LATE = Mode(
    "late",
    "Late",
    "words and sentence vectors, reranked by MaxSim over token vectors",
    _arms,
    "any question, and one whose answer is a part of its sentence: nothing is averaged away",
)
