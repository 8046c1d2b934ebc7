"""Kendall's tau and overlap by hand."""

from __future__ import annotations

import pytest

from assistant.retrieval.agreement import kendall_tau, overlap


@pytest.mark.parametrize(
    ("a", "b", "tau"),
    [
        ([], [], 1.0),
        ([1], [9], 1.0),
        ([1, 2, 3], [1, 2, 3], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, 2, 4, 3], 4 / 6),  # 5 concordant, 1 discordant
        ([1, 2, 3], [2, 1, 3], 1 / 3),
        ([1, 2, 3], [1, 1, 1], 0.0),  # every pair tied
        ([1, 2, 3], [1, 1, 2], 2 / 3),  # one pair tied
    ],
)
def test_kendall_tau(a: list[int], b: list[int], tau: float) -> None:
    assert kendall_tau(a, b) == pytest.approx(tau)
    assert kendall_tau(b, a) == pytest.approx(tau)


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [([], [], 1.0), ([1], [], 0.0), ([1, 2], [2, 1], 1.0), ([1, 2, 3, 4], [4, 5], 0.25)],
)
def test_overlap(a: list[int], b: list[int], share: float) -> None:
    assert overlap(a, b) == share
