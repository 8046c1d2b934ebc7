"""A search and a mode into a trace: what was found, at which rank, and what each arm said."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.embedding.reading import reading_notes
from assistant.indexing.analyser import words_of
from assistant.indexing.snapshot import OutdatedSnapshot, Snapshot, StoredSentence
from assistant.records import (
    ArmSummary,
    EvidenceStrength,
    Hit,
    Part,
    Place,
    Rewrite,
    TermMatch,
    Trace,
)
from assistant.retrieval.arms import rerank_arm
from assistant.retrieval.followups import leans_on_earlier
from assistant.retrieval.fusion import Arm, fuse, fusion_in_words
from assistant.retrieval.modes import MODES
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.search import Search
from assistant.retrieval.strength import BEST_HITS, evidence_strength

_ADDED_SHOWN = 12
RERANK_WEIGHT = 3.0
"""Against one for each arm of the mode. Not measured: no cross-encoder could be fetched where this
was written, so the order of the one that the user asked for is made to count most."""


def arms_of(search: Search, mode: str) -> tuple[Arm, ...]:
    """The mode's arms, and the cross-encoder's where the settings name one."""
    arms = MODES[mode].arms(search)
    reranker = search.parts.reranker()
    if reranker is None:
        return arms
    best = fuse(arms, search.snapshot.n_sentences).numbers[: search.parts.rerank_depth]
    return (rerank_arm(search, reranker, best, RERANK_WEIGHT), *arms)


def mode_ranking(search: Search, mode: str) -> Ranking:
    """The mode's whole ranking, to its depth; what repeats a better one is left out."""
    return _fused(search, arms_of(search, mode))


def _fused(search: Search, arms: Sequence[Arm]) -> Ranking:
    fused = fuse(arms, search.snapshot.n_sentences)
    _, first = np.unique(search.snapshot.repeats[fused.numbers], return_index=True)
    kept = np.sort(first)
    return Ranking(fused.numbers[kept], fused.scores[kept])


def retrieve(
    search: Search,
    mode: str,
    limit: int,
    trained_pooling: str,
    rewritten: Sequence[tuple[Rewrite, Search]] = (),
) -> Trace:
    """The best `limit` sentences under a mode. An empty index or question finds nothing.

    The arms of a question in other words go into the same fusion. The trace's `searched` is then
    the first rewrite, which is a question in full: comparing and explaining rank by it alone. The
    evidence is measured by it, and by what was typed where that stands alone: a model that
    translates badly must not talk the program out of an answer.
    """
    if any(other.snapshot is not search.snapshot for _, other in rewritten):
        raise OutdatedSnapshot
    started = time.perf_counter()
    arms = (*arms_of(search, mode), *_arms_of_rewrites(rewritten, mode))
    searches = [search, *(other for _, other in rewritten)]
    fullest = searches[min(1, len(searches) - 1)]
    ranking = _fused(search, arms)
    ranked_s = time.perf_counter() - started
    best = [int(number) for number in ranking.numbers[: max(limit, BEST_HITS)]]
    numbers = best[:limit]
    stored = search.snapshot.sentences(numbers)
    leans = leans_on_earlier(search.question)
    asked_in_full = (fullest,) if leans or fullest is search else (search, fullest)
    evidence = max(
        (
            evidence_strength(each, best[:BEST_HITS], with_meaning=MODES[mode].uses_encoder)
            for each in asked_in_full
        ),
        key=lambda evidence: evidence.strength,
    )
    return Trace(
        question=search.question,
        searched=fullest.question,
        mode=mode,
        pooling=search.pooling,
        trained_pooling=trained_pooling,
        engine=search.engine,
        reading=search.reading,
        arms=tuple(ArmSummary(a.name, a.label, a.weight, len(a.ranking.numbers)) for a in arms),
        hits=_hits(searches, arms, ranking, numbers, stored),
        n_sentences=search.snapshot.n_sentences,
        evidence=evidence,
        fusion=fusion_in_words(arms),
        notes=(
            *_scope_note(search.snapshot),
            *(f'Searched also as "{each.text}" (by {each.by}).' for each, _ in rewritten),
            *_notes(search, mode, evidence),
            *search.notes,
        ),
        added_terms=search.expansion.added,
        rewrites=tuple(rewrite for rewrite, _ in rewritten),
        scope=search.snapshot.scope,
        timings={"rank": ranked_s, "total": time.perf_counter() - started},
    )


def _arms_of_rewrites(rewritten: Sequence[tuple[Rewrite, Search]], mode: str) -> Iterator[Arm]:
    for number, (_, search) in enumerate(rewritten, start=1):
        which = f"rewrite {number}" if len(rewritten) > 1 else "rewritten"
        for arm in arms_of(search, mode):
            yield replace(arm, name=f"{arm.name}, {which}", label=f"{arm.label}, {which}")


def _scope_note(snapshot: Snapshot) -> tuple[str, ...]:
    if snapshot.scope.is_whole:
        return ()
    return (f"Only {snapshot.scope.in_words}: {snapshot.n_sentences:,} sentences.",)


def _notes(search: Search, mode: str, evidence: EvidenceStrength) -> tuple[str, ...]:
    notes = reading_notes(search.reading) if MODES[mode].uses_encoder else ()
    if added := search.expansion.added:
        told = ", ".join(f"{term.term} ({term.of})" for term in added[:_ADDED_SHOWN])
        more = f" and {len(added) - _ADDED_SHOWN} more" if len(added) > _ADDED_SHOWN else ""
        notes = (*notes, f"The words were searched for in English too: {told}{more}.")
    if evidence.is_enough or not search.snapshot.n_sentences:
        return notes
    return (
        *notes,
        f"The evidence is weak: its strength is {evidence.strength:.2f}, below the floor of"
        f" {evidence.floor:.2f}. The documents may not answer this question.",
    )


def _hits(
    searches: Sequence[Search],
    arms: Sequence[Arm],
    ranking: Ranking,
    numbers: Sequence[int],
    stored: Sequence[StoredSentence],
) -> tuple[Hit, ...]:
    repeats = _repeats(searches[0].snapshot, numbers)
    return tuple(
        Hit(
            rank=rank,
            score=float(ranking.scores[rank - 1]),
            sentence_id=sentence.sentence_id,
            place=sentence.place,
            sentence=sentence.text,
            passage=sentence.passage,
            passage_id=sentence.passage_id,
            parts=_parts(arms, number),
            terms=_term_matches(searches, number, sentence),
            unknown_share=sentence.reading.unknown_share,
            repeats=repeats[number],
        )
        for rank, (number, sentence) in enumerate(zip(numbers, stored, strict=True), start=1)
    )


def _repeats(snapshot: Snapshot, numbers: Sequence[int]) -> dict[int, tuple[Place, ...]]:
    """For each sentence where else the same is said, in sentence order."""
    others = {
        number: np.flatnonzero(snapshot.repeats == snapshot.repeats[number]) for number in numbers
    }
    wanted = sorted({int(n) for number, same in others.items() for n in same if n != number})
    places = dict(zip(wanted, (s.place for s in snapshot.sentences(wanted)), strict=True))
    return {
        number: tuple(places[int(n)] for n in same if n != number)
        for number, same in others.items()
    }


def _parts(arms: Sequence[Arm], number: int) -> tuple[Part, ...]:
    parts = []
    for arm in arms:
        rank = arm.ranking.rank_of(number)
        if rank is not None:
            parts.append(Part(arm.name, rank, float(arm.ranking.scores[rank - 1])))
    return tuple(parts)


def _term_matches(
    searches: Sequence[Search], number: int, sentence: StoredSentence
) -> tuple[TermMatch, ...]:
    shares: dict[str, float] = {}
    for search in reversed(searches):
        shares.update(search.term_shares(number))  # of a term of both the typed question's
    return tuple(
        TermMatch(word.term, word.start, word.end, shares[word.term])
        for word in words_of(sentence.text)
        if word.term in shares
    )
