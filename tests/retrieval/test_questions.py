"""What was typed into what can be searched, or one clear complaint."""

from __future__ import annotations

import pytest

from assistant.embedding.poolings import POOLINGS
from assistant.errors import UsageError
from assistant.retrieval.modes import MODES
from assistant.retrieval.questions import cleaned_question, known_mode, known_pooling


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("  How is\n\tDDR4  trained? ", "How is DDR4 trained?"),
        ("PCI[3:0] = [RO]", "PCI[3:0] = [RO]"),
        ("a\x1b[31mb\x07c", "a[31mbc"),
        ("a\u202eb\u200bc", "abc"),
        ("如何初始化\u3000DDR4内存?", "如何初始化 DDR4内存?"),
        ("x" * 4000, "x" * 4000),
    ],
)
def test_a_question_is_searched_without_controls_and_double_blanks(
    typed: str, searched: str
) -> None:
    assert cleaned_question(typed) == searched


@pytest.mark.parametrize("typed", ["", "   ", "\n\t\u3000", "\x1b\u200b"])
def test_nothing_typed_is_said_to_be_nothing(typed: str) -> None:
    with pytest.raises(UsageError, match="empty") as caught:
        cleaned_question(typed)
    assert caught.value.hint


def test_a_question_too_long_names_its_length_and_the_limit() -> None:
    with pytest.raises(UsageError, match=r"10,000 characters: at most 4,000"):
        cleaned_question("x" * 10_000)


def test_known_names_are_themselves() -> None:
    assert [known_mode(name) for name in MODES] == list(MODES)
    assert [known_pooling(name) for name in POOLINGS] == list(POOLINGS)


def test_unknown_names_get_the_nearest_and_all() -> None:
    with pytest.raises(UsageError, match="no mode 'hybird'") as caught:
        known_mode("hybird")
    assert 'did you mean "hybrid"?' in caught.value.hint
    assert all(name in caught.value.hint for name in MODES)
    with pytest.raises(UsageError, match="no pooling 'zzz'") as caught:
        known_pooling("zzz")
    assert all(name in caught.value.hint for name in POOLINGS)
