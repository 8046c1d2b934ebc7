"""What an answer's sentence may claim of the sentences that it cites, and how often that is told
right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.grounding import grounding_of
from assistant.records import EvidenceSentence, Place, SentenceSupport, support_in_words
from tests.answering.corrupted import (
    CORPUS,
    Honest,
    halves,
    honest_answers,
    judged,
    tallied,
    trials,
)


def source(text: str, number: int = 1, *heading: str) -> EvidenceSentence:
    return EvidenceSentence(number, Place("a.md", 0, len(text), 7, None, heading), text)


def only(
    answer: str, *texts: str, question: str = "", heading: tuple[str, ...] = ()
) -> SentenceSupport:
    numbering = {n: source(text, n, *heading) for n, text in enumerate(texts, 1)}
    (support,) = grounding_of(answer, numbering, question)
    return support


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("The log area has 64KB [1].", "The log area has 64 KiB."),
        ("The log area has 65,536 bytes [1].", "The log area has 64 KB."),
        ("It waits 0.2 ms for RESET_n [1].", "It waits 200 µs for RESET_n."),
        ("Two tries are left on each slot [1].", "Each slot has 2 tries left."),
        ("槽位有两次尝试机会 [1]。", "每个槽位有 2 次尝试机会。"),
        ("The type is 0Ch in byte 2 [1].", "Byte 2 is the type: 0x0C."),
        ("The type is 12 in byte 2 [1].", "Byte 2 is the type: 0x0C."),
        ("Reset value is ０ｘ１２ here [1].", "The reset value is 0x12."),
        ("Set BIT(3) in the register [1].", "In the register set BIT(3)."),
        ("DDR4-3200 runs at 3200 MT/s [1].", "DDR4-3200 runs at 3200 MT/s."),
        ("The value is 1,024 clocks [1].", "The value is 1024 clocks."),
    ],
)
def test_another_way_to_write_a_value_is_the_same_value(answer: str, text: str) -> None:
    assert only(answer, text).state == "supported"


@pytest.mark.parametrize(
    ("answer", "text", "absent"),
    [
        ("The log area has 64 MB [1].", "The log area has 64 KB.", "64 MB"),
        ("The device type is 0x12 [1].", "The device type is 0x0C.", "0x12"),
        ("Set BIT(4) in the register [1].", "In the register set BIT(3).", "BIT(4"),
        ("It is DDR4-2400 memory [1].", "It is DDR4-3200 memory.", "DDR4-2400"),
        ("Version v2.1 has the fix [1].", "Version v2.10 has the fix.", "v2.1"),
        ("The bits 5:3 hold the rank [1].", "The bits 2:0 hold the rank.", "5:3"),
        ("每个槽位有三次尝试机会 [1]。", "每个槽位有两次尝试机会。", "三"),
    ],
)
def test_a_value_that_the_source_lacks_is_named(answer: str, text: str, absent: str) -> None:
    support = only(answer, text)
    assert support.state == "unsupported"
    assert absent in support.reason
    assert "not occur in the sentence it cites" in support.reason


def test_a_number_of_the_question_bears_nothing_out_but_a_name_of_it_may_be_repeated() -> None:
    text = "The voltage is 1.2 V on the rail."
    asked = "Is the voltage of PVDDQ_A 1.5 V?"
    assert only("The voltage is 1.5 V on the rail [1].", text, question=asked).state != "supported"
    assert only("The voltage on PVDDQ_A is 1.2 V [1].", text, question=asked).state == "supported"
    sibling = only("On DDR5 the voltage is 1.2 V [1].", f"DDR4: {text}", question="And on DDR5?")
    assert sibling.state == "unsupported"


def test_a_heading_names_what_a_sentence_speaks_of() -> None:
    text = "The voltage is 1.1 V on the rail."
    answer = "On DDR5 the voltage is 1.1 V [1]."
    assert only(answer, text).state == "unsupported"
    assert only(answer, text, heading=("3.3 DDR5 sequence",)).state == "supported"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("The lock bit must not be set before boot [1].", "The lock bit must be set before boot."),
        ("The lock bit may be set before boot [1].", "The lock bit must never be set before boot."),
        ("启动前可以设置锁定位 [1]。", "启动前禁止设置锁定位。"),
    ],
)
def test_a_negation_on_one_side_only_lowers_the_support(answer: str, text: str) -> None:
    assert only(answer, text).state == "weak"
    assert "negation" in only(answer, text).reason


def test_a_sentence_that_cites_nothing_is_held_against_the_nearest_and_says_so() -> None:
    texts = ("Fans spin up at power-on.", "The lock bit is set before boot.")
    support = only("The lock bit is set before boot.", *texts)
    assert (support.state, support.is_cited, support.marker) == ("supported", False, 2)
    assert support.reason.startswith("cites nothing")
    assert "1 uncited" in support_in_words((support,))


def test_each_sentence_names_the_sentence_that_it_rests_on() -> None:
    numbering = {1: source("Fans spin up."), 2: source("The lock bit is set before boot.", 2)}
    text = "The lock bit is set before boot [1][2]. Fans spin up [1]."
    first, second = grounding_of(text, numbering)
    assert (first.marker, second.marker) == (2, 1)
    assert first.quote == "The lock bit is set before boot."


def test_another_language_than_the_source_is_never_called_supported() -> None:
    support = only("RESET_n 保持低电平 200 µs [1]。", "RESET_n is held low for 200 µs.")
    assert support.state == "weak"
    assert "language" in support.reason


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_the_check(answer: str, text: str) -> None:
    for support in grounding_of(answer, {1: source(text)}, answer):
        assert 0 <= support.words <= 1


@given(st.sampled_from(honest_answers()))
def test_a_sentence_supports_itself(honest: Honest) -> None:
    (quoted,) = [t for t in trials([honest]) if t.kind == "quoted"]
    assert all(each.state == "supported" for each in judged(quoted))


def test_every_quote_of_the_trials_stands_in_its_document() -> None:
    for honest in honest_answers():
        text = " ".join((CORPUS / honest.document).read_text("utf-8").split())
        assert " ".join(honest.quote.split()) in text


def test_what_was_harmed_on_purpose_is_caught_and_what_is_right_is_left_alone() -> None:
    _, held_out = halves()
    counts = tallied(held_out, None)
    shares = {kind: flagged / n for kind, (flagged, n) in counts.items()}
    assert shares["quoted"] == 0
    assert shares["honest"] <= 0.05
    assert min(shares["changed number"], shares["swapped source"]) == 1
    assert shares["swapped identifier"] >= 0.95
    assert shares["negated"] >= 0.7


def test_ten_sentences_are_checked_in_a_moment() -> None:
    quotes = [honest.quote for honest in honest_answers()[:40]]
    numbering = {n: source(quote, n) for n, quote in enumerate(quotes, 1)}
    text = " ".join(f"{quote.rstrip('.')} [{n}]." for n, quote in enumerate(quotes[:10], 1))
    started = time.perf_counter()
    grounding_of(text, numbering)
    assert time.perf_counter() - started < 0.3
