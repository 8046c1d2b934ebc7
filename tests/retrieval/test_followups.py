"""Follow-up questions without a model: when they lean on earlier ones, and what they take over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Rewrite
from assistant.retrieval.followups import BY_RULE, carried_over, leans_on_earlier
from assistant.retrieval.modes import MODES
from assistant.retrieval.retrieving import retrieve
from tests.builders import FIRMWARE, corpus

FIRST = "How is DDR4 memory initialised?"


@pytest.mark.parametrize(
    "question",
    [
        "And on DDR5?",
        "What about ECC?",
        "Where is it stored?",
        "why?",
        "那 DDR5 呢？",
        "它在哪里？",
    ],
)
def test_these_lean_on_the_question_before(question: str) -> None:
    assert leans_on_earlier(question)


@pytest.mark.parametrize(
    "question",
    [FIRST, "ECAM base address and size", "PcdTpm2HashMask", "MEM-E12", "如何初始化DDR4内存?"],
)
def test_these_stand_alone(question: str) -> None:
    assert not leans_on_earlier(question)
    assert carried_over(question, [FIRST]) == ""


@pytest.mark.parametrize(
    ("question", "earlier", "carried"),
    [
        ("And on DDR5?", [FIRST], "DDR5 memory initialised"),
        ("And on DDR5?", [FIRST, "What about LPDDR4?"], "DDR5 memory initialised LPDDR4"),
        ("How long does it take?", ["What is SPD hub detection?"], "long take SPD hub detection"),
        ("那 DDR5 呢？", ["如何初始化 DDR4 内存?"], "DDR5 初始化 内存"),
        ("And on DDR5?", [], ""),
    ],
)
def test_the_topic_is_carried_over(question: str, earlier: list[str], carried: str) -> None:
    assert carried_over(question, earlier) == carried


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_no_talk_breaks_it(question: str, earlier: list[str]) -> None:
    carried = carried_over(question, earlier)
    assert not carried or leans_on_earlier(question)


@pytest.mark.parametrize("mode", MODES)
def test_a_trace_of_both_questions_fuses_the_arms_of_both(tmp_path: Path, mode: str) -> None:
    folder = corpus(tmp_path, FIRMWARE)
    snapshot = folder.snapshot()
    typed = folder.search("And on DDR5?", snapshot=snapshot)
    rewrite = Rewrite("DDR5 memory initialised", BY_RULE)
    full = folder.search(rewrite.text, snapshot=snapshot)
    trace = retrieve(typed, mode, 10, "mean", [(rewrite, full)])
    assert (trace.question, trace.searched) == ("And on DDR5?", rewrite.text)
    assert trace.rewrites == (rewrite,)
    n_own = len(MODES[mode].arms(typed))
    assert len(trace.arms) == n_own + len(MODES[mode].arms(full))
    assert all(arm.name.endswith(", rewritten") for arm in trace.arms[n_own:])
    weights = {arm.name: arm.weight for arm in trace.arms}
    for hit in trace.hits:
        by_hand = sum(weights[part.arm] / (10 + part.rank) for part in hit.parts)
        assert hit.score == pytest.approx(by_hand)


def test_without_a_rewrite_the_trace_is_the_one_of_the_question_alone(tmp_path: Path) -> None:
    folder = corpus(tmp_path, FIRMWARE)
    search = folder.search(FIRST)
    plain, again = (retrieve(search, "late", 10, "mean", rewritten=()) for _ in range(2))
    assert plain.hits == again.hits
    assert plain.searched == plain.question == FIRST
    assert plain.rewrites == ()


def test_a_bad_translation_takes_no_evidence_away_from_a_question_that_stands_alone(
    tmp_path: Path,
) -> None:
    folder = corpus(tmp_path, FIRMWARE)
    snapshot = folder.snapshot()
    typed = folder.search(FIRST, snapshot=snapshot)
    alone = retrieve(typed, "late", 10, "mean")
    wrong = Rewrite("zebra crossing", "a model")
    beside = folder.search(wrong.text, snapshot=snapshot)
    assert not retrieve(beside, "late", 10, "mean").evidence.is_enough
    trace = retrieve(typed, "late", 10, "mean", [(wrong, beside)])
    assert trace.evidence.words == alone.evidence.words > 0


def test_the_evidence_of_a_follow_up_is_that_of_the_question_in_full(tmp_path: Path) -> None:
    folder = corpus(tmp_path, FIRMWARE)
    snapshot = folder.snapshot()
    typed = folder.search("And on DDR5?", snapshot=snapshot)
    rewrite = Rewrite("DDR5 zebra crossing", BY_RULE)
    full = folder.search(rewrite.text, snapshot=snapshot)
    trace = retrieve(typed, "late", 10, "mean", [(rewrite, full)])
    assert trace.evidence.words < 1  # "DDR5" alone would be held whole
