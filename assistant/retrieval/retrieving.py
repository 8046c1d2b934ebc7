"""A search and a mode into a trace: what was found, at which rank, and what each arm said."""

from __future__ import annotations

import time
from collections.abc import Sequence

from assistant.embedding.reading import reading_notes
from assistant.indexing.analyser import words_of
from assistant.indexing.snapshot import StoredSentence
from assistant.records import ArmSummary, Hit, Part, TermMatch, Trace
from assistant.retrieval.fusion import Arm, fuse, fusion_in_words
from assistant.retrieval.modes import MODES
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.search import Search


def mode_ranking(search: Search, mode: str) -> Ranking:
    """The mode's whole ranking, to its depth."""
    return fuse(MODES[mode].arms(search), search.snapshot.n_sentences)


def retrieve(search: Search, mode: str, limit: int, trained_pooling: str) -> Trace:
    """The best `limit` sentences under a mode. An empty index or question finds nothing."""
    started = time.perf_counter()
    arms = MODES[mode].arms(search)
    ranking = fuse(arms, search.snapshot.n_sentences)
    ranked_s = time.perf_counter() - started
    hits = _hits(search, arms, ranking, limit)
    return Trace(
        question=search.question,
        searched=search.question,
        mode=mode,
        pooling=search.pooling,
        trained_pooling=trained_pooling,
        engine=search.engine,
        reading=search.reading,
        arms=tuple(ArmSummary(a.name, a.label, a.weight, len(a.ranking.numbers)) for a in arms),
        hits=hits,
        n_sentences=search.snapshot.n_sentences,
        fusion=fusion_in_words(arms),
        notes=(*_notes(search, mode), *search.notes),
        timings={"rank": ranked_s, "total": time.perf_counter() - started},
    )


def _notes(search: Search, mode: str) -> tuple[str, ...]:
    return reading_notes(search.reading) if MODES[mode].uses_encoder else ()


def _hits(search: Search, arms: Sequence[Arm], ranking: Ranking, limit: int) -> tuple[Hit, ...]:
    numbers = [int(number) for number in ranking.numbers[:limit]]
    if not numbers:
        return ()
    stored = search.snapshot.sentences(numbers)
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
            terms=_term_matches(search, number, sentence),
            unknown_share=sentence.reading.unknown_share,
        )
        for rank, (number, sentence) in enumerate(zip(numbers, stored, strict=True), start=1)
    )


def _parts(arms: Sequence[Arm], number: int) -> tuple[Part, ...]:
    parts = []
    for arm in arms:
        rank = arm.ranking.rank_of(number)
        if rank is not None:
            parts.append(Part(arm.name, rank, float(arm.ranking.scores[rank - 1])))
    return tuple(parts)


def _term_matches(search: Search, number: int, sentence: StoredSentence) -> tuple[TermMatch, ...]:
    shares = search.snapshot.lexical.contributions(search.terms, number)
    return tuple(
        TermMatch(word.term, word.start, word.end, shares[word.term])
        for word in words_of(sentence.text)
        if word.term in shares
    )
