"""Metrics against values computed by hand."""

from __future__ import annotations

from math import log2

import pytest

from assistant.evaluation.metrics import (
    METRICS,
    mean_scores,
    paired_difference,
    question_metrics,
)


def test_one_entry_at_rank_three() -> None:
    assert question_metrics([3]) == {
        "hit@1": 0.0,
        "hit@5": 1.0,
        "hit@10": 1.0,
        "mrr@10": pytest.approx(1 / 3),
        "ndcg@10": pytest.approx(0.5),  # 1 / log2(4), ideal 1
        "recall@10": 1.0,
    }


def test_two_entries_of_which_one_is_found() -> None:
    metrics = question_metrics([2, None])
    assert metrics["ndcg@10"] == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)))
    assert metrics["ndcg@10"] == pytest.approx(0.3868528, abs=1e-6)
    assert metrics["recall@10"] == 0.5
    assert metrics["mrr@10"] == 0.5


def test_all_entries_in_the_best_order_give_one() -> None:
    assert question_metrics([1, 2, 3])["ndcg@10"] == pytest.approx(1.0)


def test_two_entries_found_by_one_sentence_give_no_more_than_one() -> None:
    assert question_metrics([1, 1])["ndcg@10"] == 1.0


def test_nothing_found_gives_zeros() -> None:
    assert set(question_metrics([None, None]).values()) == {0.0}


def test_a_rank_beyond_ten_counts_nowhere() -> None:
    assert set(question_metrics([11]).values()) == {0.0}


def test_rank_ten_still_counts() -> None:
    metrics = question_metrics([10])
    assert metrics["hit@10"] == 1.0
    assert metrics["mrr@10"] == pytest.approx(0.1)
    assert metrics["ndcg@10"] == pytest.approx(1 / log2(11))


def test_ideal_is_cut_at_ten_entries() -> None:
    assert question_metrics([*range(1, 11), 11, 12])["ndcg@10"] == pytest.approx(1.0)
    assert question_metrics([*range(1, 13)])["recall@10"] == pytest.approx(10 / 12)


def test_means_are_those_of_the_questions() -> None:
    scores = mean_scores({"a": question_metrics([1]), "b": question_metrics([None])})
    assert scores.n_questions == 2
    assert set(scores.means) == set(METRICS)
    assert scores.means["ndcg@10"] == 0.5


def test_no_question_has_no_means() -> None:
    assert mean_scores({}).means == {}


def test_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    questions = {str(i): question_metrics([1 + i % 7]) for i in range(40)}
    first, second = mean_scores(questions), mean_scores(questions)
    assert first == second
    low, high = first.intervals["mrr@10"]
    assert low < first.means["mrr@10"] < high


def test_interval_agrees_with_the_normal_approximation() -> None:
    # Share 0.5 of 400: standard error 0.025, so about 0.5 +- 0.049.
    questions = {str(i): question_metrics([1 if i % 2 else None]) for i in range(400)}
    low, high = mean_scores(questions).intervals["hit@1"]
    assert low == pytest.approx(0.451, abs=0.006)
    assert high == pytest.approx(0.549, abs=0.006)


def test_interval_of_equal_values_has_no_width() -> None:
    scores = mean_scores({"a": question_metrics([2]), "b": question_metrics([2])})
    assert scores.intervals["mrr@10"] == (0.5, 0.5)


def test_difference_is_over_the_questions_in_both() -> None:
    found = paired_difference({"a": 0.0, "b": 0.5, "gone": 1.0}, {"a": 1.0, "b": 0.5, "new": 0.0})
    assert found is not None
    mean, low, high = found
    assert mean == 0.5
    assert 0.0 <= low <= mean <= high <= 1.0


def test_difference_of_nothing_in_common_is_none() -> None:
    assert paired_difference({"a": 1.0}, {"b": 1.0}) is None
