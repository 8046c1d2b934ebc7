"""How much of a question its best hits account for: what decides whether they answer it at all.

words    = idf of the question's terms that the lexical index has in the passage of one of the best
           ten hits (or in its headings), over the idf of all the question's terms
meaning  = MaxSim of the best of these hits over the number of question tokens: the mean, over the
           question's tokens, of the best cosine in that sentence
strength = (words + trust * meaning + (1 - trust) * NEUTRAL) / 2

Both parts lie in 0..1 and fail on different questions: a paraphrase shares few words, and the
vectors find something near for every question. `trust` is that of the reading check, and 0 where
the mode asks no encoder. The strength is no probability; its floor is a threshold that was
calibrated on questions that the documents do not answer (`assistant eval` shows it).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.records import EvidenceStrength
from assistant.retrieval.ranking import Numbers
from assistant.retrieval.search import Search

BEST_HITS = 10
"""With three the area under the curve was 0.86 on docs_corpus and 0.65 on the development half of
tests/evaluation, with ten 0.93 and 0.71."""
NEUTRAL = 0.5
"""The meaning of unrelated text, so that a strength by words alone is on the same scale."""
FLOOR = 0.42
"""In `late` it declines 4 of 8 unanswerable questions of docs_corpus and 3 % of the answerable; on
the development half 1 of 8 and 6 %: a low floor, because a wrong refusal costs more than a weak
hit."""


def evidence_strength(
    search: Search, numbers: Sequence[int], *, with_meaning: bool
) -> EvidenceStrength:
    """Of the best hits, given by number. Nothing found has no strength."""
    if not numbers:
        return EvidenceStrength(0.0, FLOOR, 0.0, None)
    words = _words(search, numbers)
    trust = search.trust if with_meaning else 0.0
    if not trust:
        return EvidenceStrength((words + NEUTRAL) / 2, FLOOR, words, None)
    n_tokens = max(1, len(search.question_tokens()))
    meaning = float(search.maxsim_scores(numbers).max()) / n_tokens
    strength = (words + trust * meaning + (1 - trust) * NEUTRAL) / 2
    return EvidenceStrength(strength, FLOOR, words, meaning)


def _words(search: Search, best: Sequence[int]) -> float:
    snapshot = search.snapshot
    rarities = snapshot.lexical.rarities(search.terms)
    total = sum(rarities)
    if not total:
        return 0.0
    passages = np.unique(snapshot.passage_of[list(best)])
    # A passage's sentences have consecutive numbers.
    first = np.searchsorted(snapshot.passage_of, passages, "left")
    last = np.searchsorted(snapshot.passage_of, passages, "right")
    held = snapshot.lexical.held_by(search.terms, first, last)
    if search.expansion.said_by:
        held = _held_in_any_language(search, held, first, last)
    return sum(rarity for rarity, is_held in zip(rarities, held, strict=True) if is_held) / total


def _held_in_any_language(
    search: Search, held: Sequence[bool], first: Numbers, last: Numbers
) -> list[bool]:
    """A term is held too where all terms of one of its translations are."""
    lexical, said_by = search.snapshot.lexical, search.expansion.said_by or {}
    return [
        is_held or any(all(lexical.held_by(same, first, last)) for same in said_by.get(term, ()))
        for term, is_held in zip(search.terms, held, strict=True)
    ]
