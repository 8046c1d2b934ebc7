from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.documents.passages import PASSAGES, Cuttable, split_passages
from assistant.records import Passage, Sentence

WINDOW = 100


def sentences_in(sections: list[int]) -> list[Sentence]:
    return [
        Sentence(10 * i, 10 * i + 9, "x" * 9, "prose", section, line=i + 1)
        for i, section in enumerate(sections)
    ]


def split(sections: list[int], counts: list[int], kind: str = "heading") -> tuple[Passage, ...]:
    sentences = sentences_in(sections)
    vectors = np.random.default_rng(len(counts)).standard_normal((len(counts), 8))
    return split_passages(Cuttable(sentences, counts, WINDOW, [0] * len(counts), vectors), kind)


def sizes(counts: list[int], sections: list[int] | None = None) -> list[int]:
    """How many sentences each passage has."""
    return [p.last - p.first for p in split(sections or [0] * len(counts), counts)]


@pytest.mark.parametrize("kind", PASSAGES)
@given(drawn=st.lists(st.tuples(st.integers(0, 150), st.booleans()), max_size=80))
def test_passages_share_out_all_sentences_within_the_window(
    kind: str, drawn: list[tuple[int, bool]]
) -> None:
    counts = [count for count, _ in drawn]
    sections = [sum(new for _, new in drawn[: i + 1]) for i in range(len(drawn))]
    sentences = sentences_in(sections)
    passages = split(sections, counts, kind)
    assert [i for p in passages for i in range(p.first, p.last)] == list(range(len(counts)))
    for p in passages:
        assert p.section == sentences[p.first].section
        if kind != "window":
            assert {s.section for s in sentences[p.first : p.last]} == {p.section}
        assert (p.start, p.end) == (sentences[p.first].start, sentences[p.last - 1].end)
        assert sum(counts[p.first : p.last]) <= WINDOW or p.last - p.first == 1


@given(st.lists(st.integers(1, WINDOW), min_size=1, max_size=60))
def test_no_fewer_passages_would_do(counts: list[int]) -> None:
    greedy, filled = 1, 0
    for count in counts:
        if filled + count > WINDOW:
            greedy, filled = greedy + 1, 0
        filled += count
    assert len(sizes(counts)) == greedy


def test_what_fits_is_one_passage() -> None:
    assert sizes([50, 50]) == [2]


def test_no_orphan_is_left_at_the_end_of_a_section() -> None:
    assert sizes([30, 30, 30, 10, 5]) == [2, 3]
    assert sizes([9] * 45) == [9, 9, 9, 9, 9]
    assert sizes([10] * 31)[-2:] == [5, 6] or sizes([10] * 31)[-1] > 4


def test_sections_are_never_mixed() -> None:
    assert sizes([10, 10, 10, 10], [0, 0, 1, 2]) == [2, 1, 1]


def test_a_sentence_longer_than_the_window_stands_alone() -> None:
    assert sizes([10, 300, 10]) == [1, 1, 1]


def test_nothing_gives_nothing() -> None:
    assert all(split([], [], kind) == () for kind in PASSAGES)


def test_counts_must_match_sentences() -> None:
    with pytest.raises(ValueError, match="token counts"):
        split_passages(Cuttable(sentences_in([0]), [], WINDOW, [0]))


def test_a_window_reaches_over_headings_and_counts_them() -> None:
    assert [p.last for p in split([0, 0, 1, 2], [25, 25, 25, 25], "window")] == [4]
    with_headings = Cuttable(sentences_in([0, 0, 1, 2]), [25] * 4, WINDOW, [0, 0, 10, 10])
    assert [p.last for p in split_passages(with_headings, "window")] == [2, 4]


def test_meaning_cuts_where_sentences_turn_away() -> None:
    memory, bus = np.eye(4)[0], np.eye(4)[1]
    vectors = np.stack([memory, memory, memory, bus, bus, bus])
    cuttable = Cuttable(sentences_in([0] * 6), [5] * 6, WINDOW, [0] * 6, vectors)
    assert [(p.first, p.last) for p in split_passages(cuttable, "semantic")] == [(0, 3), (3, 6)]


def test_meaning_that_never_turns_is_not_cut() -> None:
    cuttable = Cuttable(sentences_in([0] * 6), [5] * 6, WINDOW, [0] * 6, np.ones((6, 4)))
    assert [(p.first, p.last) for p in split_passages(cuttable, "semantic")] == [(0, 6)]
