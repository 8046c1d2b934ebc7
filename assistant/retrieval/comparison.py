"""A trace into the same trace with every pooling's and every mode's rank of each hit.

Ranks are exact among all indexed sentences. In a large index MaxSim is exact over a pool of
candidates, because it needs every token of each: the union of every pooling's best and the hits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np

from assistant.embedding.poolings import MAXSIM, POOLINGS, Floats
from assistant.errors import IndexFault
from assistant.indexing.snapshot import StoredSentence
from assistant.records import (
    Agreement,
    Comparison,
    Dilution,
    GrainStanding,
    SentenceComparison,
    Trace,
)
from assistant.retrieval.agreement import kendall_tau, overlap
from assistant.retrieval.modes import MODES
from assistant.retrieval.ranking import Numbers, Ranking, exact_rank, ranked
from assistant.retrieval.retrieving import mode_ranking
from assistant.retrieval.search import Search

MAXSIM_ALL = 5_000
"""Up to here MaxSim ranks every sentence: about 30 ms a thousand with their stored tokens."""
MAXSIM_DEPTH = 200
"""How many of each pooling's best go into MaxSim's pool."""
AGREEMENT_DEPTH = 10
_WORDS = tuple(mode.name for mode in MODES.values() if not mode.uses_encoder)


def comparing(
    search: Search,
    trace: Trace,
    chroma: Callable[[], Ranking] | str,
) -> Iterator[Trace]:
    """First with every pooling's ranks, and those of the words; then with every mode's too.

    The first is what the side panel shows of a comparison: at 100,000 sentences the second takes
    as long as a fifth of it again. `chroma`: what the approximate index finds, or why it is not
    asked.
    """
    started = time.perf_counter()
    numbers = [search.snapshot.number_of(hit.sentence_id) for hit in trace.hits]
    pool = _maxsim_pool(search, numbers)
    encoded_from = time.perf_counter()
    maxsim = ranked(_scattered(search, pool), among=pool, depth=len(pool))
    maxsim_s = time.perf_counter() - encoded_from
    words = {name: mode_ranking(search, name) for name in _WORDS}
    comparison = Comparison(
        poolings=(*POOLINGS, MAXSIM),
        trained_pooling=trace.trained_pooling,
        maxsim_pool=len(pool),
        n_sentences=search.snapshot.n_sentences,
        sentences=_sentences(search, numbers, maxsim, words),
        agreement=_agreement(search, maxsim),
        chroma_state="not asked yet",
    )

    def compared(comparison: Comparison) -> Trace:
        spent = {"maxsim": maxsim_s, "compare": time.perf_counter() - started}
        return replace(trace, comparison=comparison, timings={**trace.timings, **spent})

    yield compared(comparison)
    yield compared(_with_modes(search, numbers, comparison, words, chroma))


def _with_modes(
    search: Search,
    numbers: Sequence[int],
    comparison: Comparison,
    known: dict[str, Ranking],
    chroma: Callable[[], Ranking] | str,
) -> Comparison:
    rankings = {name: known.get(name) or mode_ranking(search, name) for name in MODES}
    approximate, chroma_state = _ask_chroma(chroma)
    sentences = (
        replace(
            sentence,
            mode_ranks=_ranks_in(rankings, number),
            chroma_rank=approximate.rank_of(number) if approximate else None,
        )
        for number, sentence in zip(numbers, comparison.sentences, strict=True)
    )
    return replace(comparison, sentences=tuple(sentences), chroma_state=chroma_state)


def _ranks_in(rankings: dict[str, Ranking], number: int) -> dict[str, int | None]:
    return {name: ranking.rank_of(number) for name, ranking in rankings.items()}


def _maxsim_pool(search: Search, numbers: Sequence[int]) -> Numbers:
    if search.snapshot.n_sentences <= MAXSIM_ALL and search.has_stored_tokens():
        return np.arange(search.snapshot.n_sentences)
    best = [search.exactly_nearest(name).numbers[:MAXSIM_DEPTH] for name in POOLINGS]
    return np.unique(np.concatenate([*best, np.array(numbers, dtype=np.int64)]))


def _scattered(search: Search, pool: Numbers) -> Floats:
    scores = np.zeros(search.snapshot.n_sentences, dtype=np.float32)
    scores[pool] = search.maxsim_scores([int(number) for number in pool])
    return scores


def _ask_chroma(chroma: Callable[[], Ranking] | str) -> tuple[Ranking | None, str]:
    if isinstance(chroma, str):
        return None, chroma
    try:
        return chroma(), ""
    except IndexFault as error:
        return None, str(error)


def _sentences(
    search: Search,
    numbers: Sequence[int],
    maxsim: Ranking,
    words: dict[str, Ranking],
) -> tuple[SentenceComparison, ...]:
    if not numbers:
        return ()
    standings = {name: _Standings(search, name) for name in POOLINGS}
    return tuple(
        SentenceComparison(
            sentence_id=stored.sentence_id,
            embedded_text=stored.embedded_text,
            ranks={
                **{name: standings[name].sentence(number).rank for name in POOLINGS},
                MAXSIM: maxsim.rank_of(number),
            },
            scores={
                **{name: standings[name].sentence(number).score for name in POOLINGS},
                MAXSIM: maxsim.score_of(number),
            },
            mode_ranks=_ranks_in(words, number),
            chroma_rank=None,
            dilution={name: standings[name].dilution(number, stored) for name in POOLINGS},
        )
        for number, stored in zip(numbers, search.snapshot.sentences(numbers), strict=True)
    )


class _Standings:
    """Where sentences, their passages and their sections stand under one pooling."""

    def __init__(self, search: Search, pooling: str) -> None:
        self._snapshot = search.snapshot
        self._sentences = search.dense_scores("sentence", pooling)
        self._passages = search.dense_scores("passage", pooling)
        self._sections = search.section_scores(pooling)
        self._section_tokens = search.parts.parents().sections.n_tokens()

    def sentence(self, number: int) -> GrainStanding:
        return _standing(self._sentences, number)

    def dilution(self, number: int, stored: StoredSentence) -> Dilution:
        passage = int(self._snapshot.passage_of[number])
        section = int(self._snapshot.section_of[number])
        return Dilution(
            sentence=self.sentence(number),
            passage=_standing(self._passages, passage),
            section=_standing(self._sections, section),
            sentence_tokens=stored.reading.tokens,
            passage_tokens=int(self._snapshot.passage_tokens[passage]),
            section_tokens=int(self._section_tokens[section]),
        )


def _standing(scores: Floats, number: int) -> GrainStanding:
    return GrainStanding(exact_rank(scores, number), len(scores), float(scores[number]))


def _agreement(search: Search, maxsim: Ranking) -> tuple[Agreement, ...]:
    """Of every two columns: over the union of their best ten, each with its exact rank.

    A sentence outside MaxSim's pool counts as ranked after all of the pool.
    """
    top = {
        name: search.exactly_nearest(name).numbers[:AGREEMENT_DEPTH].tolist() for name in POOLINGS
    }
    top[MAXSIM] = maxsim.numbers[:AGREEMENT_DEPTH].tolist()

    @cache  # a sentence among the best of one pooling is asked for beside every other
    def rank(name: str, number: int) -> int:
        if name == MAXSIM:
            return maxsim.rank_of(number) or len(maxsim.numbers) + 1
        return exact_rank(search.dense_scores("sentence", name), number)

    rows = []
    for a, b in combinations(top, 2):
        union = sorted(set(top[a]) | set(top[b]))
        tau = kendall_tau([rank(a, n) for n in union], [rank(b, n) for n in union])
        rows.append(Agreement(a, b, tau, overlap(top[a], top[b])))
    return tuple(rows)
