"""How far an encoder is trusted with a question, and what is said of it."""

from __future__ import annotations

import pytest

from assistant.embedding.reading import dense_trust, reading_notes
from assistant.records import Reading


@pytest.mark.parametrize(
    ("tokens", "unknown", "trust"),
    [
        (0, 0, 1.0),
        (10, 0, 1.0),
        (100, 15, 1.0),
        (100, 30, 0.5),
        (100, 45, 0.0),
        (100, 44, 1 / 30),
        (10, 10, 0.0),
    ],
)
def test_trust_falls_in_a_line_from_15_to_45_percent_unknown(
    tokens: int, unknown: int, trust: float
) -> None:
    assert dense_trust(Reading(tokens, unknown, 0)) == pytest.approx(trust, abs=1e-9)


def test_a_readable_question_has_no_notes() -> None:
    assert reading_notes(Reading(12, 1, 0)) == ()


def test_notes_give_the_counts_and_the_weight() -> None:
    (half,) = reading_notes(Reading(20, 6, 0))
    assert "6 of 20 tokens" in half
    assert "50%" in half
    (none,) = reading_notes(Reading(4, 4, 0))
    assert "they take no part" in none


def test_a_cut_question_says_how_much_was_not_read() -> None:
    (note,) = reading_notes(Reading(300, 0, 46))
    assert "last 46 of 300" in note
