"""How far an encoder is trusted with a question, and what is said of it."""

from __future__ import annotations

import pytest

from assistant.embedding.reading import dense_trust, readability, reading_notes
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


@pytest.mark.parametrize(
    ("unknown", "verdict"),
    [(0, "read"), (15, "read"), (16, "partly"), (44, "partly"), (45, "unreadable")],
)
def test_the_verdict_on_a_text_changes_where_the_trust_in_it_does(
    unknown: int, verdict: str
) -> None:
    assert readability(Reading(100, unknown, 0)) == verdict


def test_a_text_without_a_token_has_nothing_that_was_not_read() -> None:
    assert readability(Reading(0, 0, 0)) == "read"
    assert Reading(0, 0, 0).unread_share == 0


def test_readings_add_up_and_what_was_not_read_is_never_more_than_all() -> None:
    both = Reading(100, 30, 10) + Reading(300, 10, 70)
    assert both == Reading(400, 40, 80)
    assert both.unknown_share == pytest.approx(0.1)
    assert both.truncated_share == pytest.approx(0.2)
    assert both.unread_share == pytest.approx(0.3)
    assert Reading(10, 10, 4).unread_share == 1


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
