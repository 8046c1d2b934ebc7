"""When a hit is what a quote asks for."""

from __future__ import annotations

import pytest

from assistant.evaluation.records import Relevant
from assistant.evaluation.relevance import first_ranks, is_relevant, overlaps, token_f1
from assistant.records import Hit, Place


def hit(sentence: str, document: str = "a.md", rank: int = 1) -> Hit:
    place = Place(document, 0, len(sentence), 1, None, ())
    return Hit(rank, 1.0, rank, place, sentence, sentence, 1, ())


def test_a_sentence_within_the_quote_is_relevant() -> None:
    assert overlaps("The bit is locked.", "Before boot: The bit is locked. It stays so.")


def test_a_quote_within_the_sentence_is_relevant() -> None:
    assert overlaps("Before boot the bit is locked for good.", "the bit is locked")


def test_line_breaks_and_blanks_make_no_difference() -> None:
    assert overlaps("The  bit\nis locked.", "The bit is locked.")


def test_another_document_is_not_relevant() -> None:
    assert not is_relevant(hit("The bit is locked."), Relevant("b.md", "The bit is locked."))


def test_empty_texts_overlap_nothing() -> None:
    assert not overlaps("", "The bit is locked.")
    assert not overlaps("The bit is locked.", "  ")


def test_f1_by_hand() -> None:
    # 3 common tokens, 4 + 5 in all
    assert token_f1("the bit is locked", "the bit was locked early") == pytest.approx(6 / 9)


def test_f1_counts_a_repeated_token_as_often_as_both_have_it() -> None:
    assert token_f1("a a b", "a c c") == pytest.approx(2 * 1 / 6)


def test_f1_takes_each_chinese_character_as_a_token() -> None:
    # 内 存 training | 内 存 初 training
    assert token_f1("内存training", "内存初 training") == pytest.approx(6 / 7)


def test_f1_without_tokens_is_zero() -> None:
    assert token_f1("---", "...") == 0.0


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("x b c d e", True),  # 3 of 5 + 5: F1 0.6 exactly
        ("x y c d e", False),  # 2 of 5 + 5: 0.4
    ],
)
def test_threshold_is_six_tenths(sentence: str, expected: bool) -> None:
    assert overlaps(sentence, "b c d q r") is expected


def test_first_rank_of_each_entry() -> None:
    hits = [hit("One thing."), hit("Other thing.", rank=2), hit("One thing.", rank=3)]
    wanted = [
        Relevant("a.md", "Other thing."),
        Relevant("a.md", "One thing."),
        Relevant("a.md", "Z"),
    ]
    assert first_ranks(hits, wanted) == [2, 1, None]
