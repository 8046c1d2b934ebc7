"""Late chunking: each span is the mean of its own token states."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding.encoder import TokenVectors
from assistant.embedding.spans import span_vectors

#           0123456789
TEXT = "aa bb cc"
TOKENS = TokenVectors(
    ("aa", "bb", "cc"),
    ((0, 2), (3, 5), (6, 8)),
    np.eye(3, dtype=np.float32),
    np.array([1.0, 2.0, 2.0], dtype=np.float32),
)


def test_a_span_is_the_normalised_mean_of_its_token_states() -> None:
    first, both, last = span_vectors(TOKENS, [(0, 2), (0, 5), (6, 8)])
    np.testing.assert_allclose(first, [1, 0, 0])
    # States, not unit vectors: the longer one weighs more.
    np.testing.assert_allclose(both, np.array([1, 2, 0]) / np.sqrt(5), rtol=1e-6)
    np.testing.assert_allclose(last, [0, 0, 1])


def test_a_token_over_a_border_is_in_both_and_an_unread_span_in_none() -> None:
    left, right, beyond = span_vectors(TOKENS, [(0, 4), (4, 5), (8, 20)])
    np.testing.assert_allclose(left, np.array([1, 2, 0]) / np.sqrt(5), rtol=1e-6)
    np.testing.assert_allclose(right, [0, 1, 0])
    assert beyond is None


@pytest.mark.parametrize("spans", [[], [(0, 0)]])
def test_nothing_is_nothing(spans: list[tuple[int, int]]) -> None:
    assert span_vectors(TOKENS, spans) in ([], [None])
