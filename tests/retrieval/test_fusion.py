"""Reciprocal rank fusion: its laws, and its formula by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.fusion import RRF_K, Arm, fuse, fusion_in_words
from assistant.retrieval.ranking import Ranking

N = 12
LISTS = st.permutations(range(N)).flatmap(
    lambda order: st.integers(0, N).map(lambda depth: list(order)[:depth])
)
WEIGHTS = st.sampled_from([0.25, 0.5, 1.0, 2.0])


def arm(name: str, numbers: list[int], weight: float = 1.0) -> Arm:
    scores = np.linspace(1, 0.5, len(numbers)) if numbers else np.zeros(0)
    return Arm(name, name.upper(), Ranking(np.array(numbers, dtype=np.int64), scores), weight)


def by_hand(lists: list[tuple[list[int], float]]) -> dict[int, float]:
    totals: dict[int, float] = {}
    for numbers, weight in lists:
        for rank, number in enumerate(numbers, start=1):
            totals[number] = totals.get(number, 0.0) + weight / (RRF_K + rank)
    return totals


@given(st.lists(st.tuples(LISTS, WEIGHTS), min_size=2, max_size=4))
def test_scores_are_the_formula_s_and_ranks_follow_them(
    lists: list[tuple[list[int], float]],
) -> None:
    fused = fuse([arm(str(i), numbers, weight) for i, (numbers, weight) in enumerate(lists)], N)
    expected = by_hand(lists)
    assert set(fused.numbers.tolist()) == set(expected)
    for number, score in zip(fused.numbers.tolist(), fused.scores.tolist(), strict=True):
        assert score == pytest.approx(expected[number], rel=1e-12)
    pairs = list(zip(fused.scores.tolist(), fused.numbers.tolist(), strict=True))
    assert pairs == sorted(pairs, key=lambda pair: (-pair[0], pair[1]))  # ties by sentence order
    assert len(set(fused.numbers.tolist())) == len(fused.numbers)


@given(LISTS, LISTS, WEIGHTS, WEIGHTS)
def test_the_order_of_two_arms_changes_nothing(
    a: list[int], b: list[int], weight_a: float, weight_b: float
) -> None:
    one = fuse([arm("a", a, weight_a), arm("b", b, weight_b)], N)
    two = fuse([arm("b", b, weight_b), arm("a", a, weight_a)], N)
    assert one.numbers.tolist() == two.numbers.tolist()
    assert one.scores.tolist() == two.scores.tolist()


@given(LISTS, LISTS)
def test_found_by_both_at_a_rank_beats_found_by_one_at_that_rank(
    a: list[int], b: list[int]
) -> None:
    fused = fuse([arm("a", a), arm("b", b)], N)
    for both in set(a) & set(b):
        for single in set(a) ^ set(b):
            only = a if single in a else b
            if only.index(single) >= min(a.index(both), b.index(both)):
                assert fused.rank_of(both) < fused.rank_of(single)  # type: ignore[operator]


def test_one_arm_alone_is_given_as_it_is_with_its_own_scores() -> None:
    lone = arm("a", [3, 1, 2])
    assert fuse([lone], N) is lone.ranking
    assert fusion_in_words([lone]) == ""


def test_an_arm_without_weight_takes_no_part() -> None:
    lone, mute = arm("a", [3, 1]), arm("b", [5, 6], weight=0.0)
    assert fuse([lone, mute], N).numbers.tolist() == [3, 1]
    assert fuse([mute], N).numbers.tolist() == []
    assert fusion_in_words([lone, mute]) == ""


def test_no_arms_find_nothing() -> None:
    assert fuse([], N).numbers.tolist() == []
    assert fuse([arm("a", []), arm("b", [])], N).numbers.tolist() == []


def test_the_arithmetic_in_words_names_weights_and_arms() -> None:
    words = fusion_in_words([arm("bm25", [1]), arm("sentence", [1], 0.5)])
    assert words == (
        f"reciprocal rank fusion: 1/({RRF_K} + rank in BM25) + 0.5/({RRF_K} + rank in SENTENCE)"
    )
