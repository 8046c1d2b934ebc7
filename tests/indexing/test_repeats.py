"""What counts as saying the same."""

from __future__ import annotations

import pytest

from assistant.indexing.repeats import first_of_each, repetition_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("This register is reserved.", "this register is Reserved"),
        ("Set PcdSpdAddress to 0x50.", "set PcdSpdAddress to 50h"),
        ("The bits are cleared", "The bit are clear"),
        ("内存初始化。", "内存初始化"),
    ],
)
def test_spelling_case_and_punctuation_make_no_difference(one: str, other: str) -> None:
    assert repetition_key(one, "") == repetition_key(other, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bit is writable.", "The bit is not writable."),
        ("Set it to 0x50.", "Set it to 0x51."),
        ("MRC writes SPD", "SPD writes MRC"),
        ("PcdA is set", "PcdB is set"),
        ("+ - /", "* % ^"),
    ],
)
def test_a_word_a_number_or_an_order_does(one: str, other: str) -> None:
    assert repetition_key(one, "") != repetition_key(other, "")


def test_a_row_of_another_table_says_something_else() -> None:
    assert repetition_key("0 | 1", "Bit | Value") != repetition_key("0 | 1", "Pin | State")
    assert repetition_key("a b", "") != repetition_key("b", "a")


def test_each_names_the_first_of_its_kind() -> None:
    assert first_of_each([7, 9, 7, 3, 9, 7]).tolist() == [0, 1, 0, 3, 1, 0]
    assert first_of_each([]).tolist() == []
