"""Scores into ranks: against a full stable sort and a plain loop, with many ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.ranking import exact_rank, ranked

SCORES = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=60)
"""Few distinct values, so that most of them tie."""


def brute_force_order(scores: list[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda number: (-scores[number], number))


@given(SCORES)
def test_exact_rank_equals_the_place_in_a_full_sort(scores: list[float]) -> None:
    order = brute_force_order(scores)
    for number in range(len(scores)):
        assert exact_rank(np.array(scores), number) == order.index(number) + 1


@given(SCORES, st.integers(1, 70))
def test_ranked_to_a_depth_is_the_beginning_of_a_full_sort(scores: list[float], depth: int) -> None:
    ranking = ranked(np.array(scores), depth=depth)
    assert ranking.numbers.tolist() == brute_force_order(scores)[:depth]
    assert ranking.scores.tolist() == [scores[n] for n in ranking.numbers]


@given(SCORES, st.data(), st.integers(1, 70))
def test_ranked_among_some_leaves_the_others_out(
    scores: list[float], data: st.DataObject, depth: int
) -> None:
    some = sorted(data.draw(st.sets(st.sampled_from(range(len(scores))))))
    ranking = ranked(np.array(scores), among=np.array(some, dtype=np.int64), depth=depth)
    expected = [n for n in brute_force_order(scores) if n in some][:depth]
    assert ranking.numbers.tolist() == expected


@given(SCORES)
def test_rank_and_score_of_what_a_ranking_holds_and_lacks(scores: list[float]) -> None:
    ranking = ranked(np.array(scores), depth=5)
    for number, score in enumerate(scores):
        rank = exact_rank(np.array(scores), number)
        assert ranking.rank_of(number) == (rank if rank <= 5 else None)
        assert ranking.score_of(number) == (score if rank <= 5 else None)


def test_nothing_ranks_to_nothing() -> None:
    ranking = ranked(np.zeros(0), depth=10)
    assert (ranking.numbers.tolist(), ranking.rank_of(0), ranking.score_of(0)) == ([], None, None)


def test_ties_at_the_depth_are_cut_by_sentence_order() -> None:
    assert ranked(np.zeros(5000), depth=3).numbers.tolist() == [0, 1, 2]
