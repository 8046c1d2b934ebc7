"""What a model may write as a marker, and what only looks like one."""

from __future__ import annotations

import pytest

from assistant.answering.citations import resolve_citations, strip_markers
from tests.answering.builders import numbering

# (what the model wrote, what stands in the answer, markers bound, numbers dropped), of 5 sent
SAMPLES = [
    ("It is locked [1].", "It is locked [1].", [1], 0),
    ("It is locked [2][1].", "It is locked [2][1].", [2, 1], 0),
    ("It is locked [1] [2].", "It is locked [1] [2].", [1, 2], 0),
    ("It is locked [1, 3].", "It is locked [1][3].", [1, 3], 0),
    ("It is locked [1,3,5].", "It is locked [1][3][5].", [1, 3, 5], 0),
    ("It is locked [1 and 2].", "It is locked [1][2].", [1, 2], 0),
    ("It is locked [1-3].", "It is locked [1][2][3].", [1, 2, 3], 0),
    ("It is locked [2–4].", "It is locked [2][3][4].", [2, 3, 4], 0),
    ("It is locked [1, 3-5].", "It is locked [1][3][4][5].", [1, 3, 4, 5], 0),
    ("已锁定［1］。", "已锁定[1]。", [1], 0),
    ("已锁定【2】。", "已锁定[2]。", [2], 0),
    ("已锁定[1]。", "已锁定[1]。", [1], 0),
    ("已锁定［１，２］。", "已锁定[1][2]。", [1, 2], 0),
    ("It is locked 【3†source】.", "It is locked [3].", [3], 0),
    ("It is locked [sentence 3].", "It is locked [3].", [3], 0),
    ("It is locked [^3].", "It is locked [3].", [3], 0),
    ("It is **locked**[3].", "It is **locked**[3].", [3], 0),
    ("It is locked.[1]", "It is locked.[1]", [1], 0),
    ("It is locked [99].", "It is locked.", [], 1),
    ("It is locked [99] now.", "It is locked now.", [], 1),
    ("It is locked [1, 99].", "It is locked [1].", [1], 1),
    ("It is locked [0].", "It is locked.", [], 1),
    ("It is locked [1][99].", "It is locked [1].", [1], 1),
    ("It is locked [4-6].", "It is locked [4][5].", [4, 5], 1),
    ("The field is [RO].", "The field is [RO].", [], 0),
    ("Bits [31:12] hold it.", "Bits [31:12] hold it.", [], 0),
    ("Bits [31-12] hold it.", "Bits [31-12] hold it.", [], 0),
    ("Bit [3] of the register is set.", "Bit [3] of the register is set.", [], 0),
    ("It clears the enable bit [3].", "It clears the enable bit [3].", [3], 0),
    ("PCI[3:0] is it.", "PCI[3:0] is it.", [], 0),
    ("PCI[3:0][2] is it.", "PCI[3:0][2] is it.", [], 0),
    ("It writes buf[2] first.", "It writes buf[2] first.", [], 0),
    ("It writes a_b[1][2] first.", "It writes a_b[1][2] first.", [], 0),
    ("It writes buf[2] first [1].", "It writes buf[2] first [1].", [1], 0),
    ("Use `x [1]` there [2].", "Use `x [1]` there [2].", [2], 0),
    ("Use ``a`b [1]`` there.", "Use ``a`b [1]`` there.", [], 0),
    ("```c\ny = [1];\n```\nSee [2].", "```c\ny = [1];\n```\nSee [2].", [2], 0),
    ("~~~\n[1]\n", "~~~\n[1]\n", [], 0),
    (r"It prints \[1\] then.", r"It prints \[1\] then.", [], 0),
    ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]", [], 0),
    ("It is [RO] [2].", "It is [RO] [2].", [2], 0),
    ("It is [1.5] or [0x10] or [2:5].", "It is [1.5] or [0x10] or [2:5].", [], 0),
    ("Follow [1](https://evil.example/x).", "Follow [1].", [1], 0),
    ("[1]: https://evil.example", "[1] : https://evil.example", [1], 0),
    ("It ends in [1", "It ends in [1", [], 0),
]


@pytest.mark.parametrize(("written", "text", "markers", "dropped"), SAMPLES)
def test_markers_are_bound_and_look_alikes_left(
    written: str, text: str, markers: list[int], dropped: int
) -> None:
    resolved = resolve_citations(written, numbering(5))
    assert resolved.text == text
    assert [citation.marker for citation in resolved.citations] == markers
    assert resolved.dropped == dropped


def test_a_citation_carries_the_sentence_that_was_sent() -> None:
    (citation,) = resolve_citations("Yes [2]. Again [2].", numbering(3)).citations
    assert (citation.sentence_id, citation.quote) == (2, "Register R2 is locked.")
    assert citation.place.line == 2


UNCITED = [
    ("It is locked [1]. It is big.", ["It is big."]),
    ("It is locked. [1] It is big [2].", []),
    ("It is locked.[1][2] It is big.", ["It is big."]),
    ("已锁定[1]。它很大。", ["它很大。"]),
    ("Is it, e.g. here, at v2.1 or 0.5 V? Yes [1].", ["Is it, e.g. here, at v2.1 or 0.5 V?"]),
    ("# Title\n\nIt does:\n\n- one [1]\n- two things\n", ["two things"]),
    ("```\nno sentence\n```\nText [1].", []),
    ("| A | B |\n|---|---|\n| one | two [1] |", []),
    ("It writes buf[2] first.", ["It writes buf[2] first."]),
]


@pytest.mark.parametrize(("text", "uncited"), UNCITED)
def test_sentences_without_a_citation_are_named(text: str, uncited: list[str]) -> None:
    assert list(resolve_citations(text, numbering(3)).uncited) == uncited


def test_a_wide_range_does_not_cost_time_or_memory() -> None:
    resolved = resolve_citations("See [1-999999].", numbering(2))
    assert [citation.marker for citation in resolved.citations] == [1, 2]


def test_long_hostile_text_is_read_in_linear_time() -> None:
    for piece in ("[" * 20_000, " " * 50_000, "[1" * 20_000, "`" * 5_000, "1, " * 20_000):
        assert resolve_citations(piece, numbering(2)).text.strip() is not None


def test_markers_of_earlier_answers_can_be_stripped() -> None:
    assert strip_markers("Locked [1], then buf[2] [3].") == "Locked, then buf[2]."
