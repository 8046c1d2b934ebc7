"""How strong evidence is: its formula by hand, and what it says of questions without an answer."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from assistant.indexing.analyser import terms_of
from assistant.records import EvidenceStrength, Trace
from assistant.retrieval.modes import MODES
from assistant.retrieval.retrieving import retrieve
from assistant.retrieval.strength import BEST_HITS, FLOOR, NEUTRAL
from tests.builders import FIRMWARE, Corpus, corpus

QUESTION = "How is DDR4 memory initialised?"
NOWHERE = "zyzzyva qwertz of the frobnicator"


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus(tmp_path_factory.mktemp("firmware"), FIRMWARE)


def evidence(trace: Trace) -> EvidenceStrength:
    assert trace.evidence is not None
    return trace.evidence


@pytest.mark.parametrize("mode", MODES)
def test_it_is_between_nothing_and_all_and_does_not_depend_on_the_limit(
    firmware: Corpus, mode: str
) -> None:
    for question in (QUESTION, NOWHERE, "ECC errors"):
        few, many = (
            evidence(retrieve(firmware.search(question), mode, limit, "mean")) for limit in (1, 50)
        )
        assert few == many
        assert 0 <= few.words <= 1 + 1e-9
        assert 0 <= few.strength <= 1 + 1e-6


def test_words_are_the_share_of_the_question_s_rarity_that_the_best_passages_hold(
    firmware: Corpus,
) -> None:
    search = firmware.search("DDR4 frobnicator of SMBus")
    trace = retrieve(search, "bm25", 5, "mean")
    snapshot = firmware.snapshot()
    terms = ["ddr4", "ddr", "4", "frobnic", "smbus"]
    assert set(search.terms) <= {*terms, *terms_of("DDR4 frobnicator SMBus")}

    def rarity(term: str) -> float:
        n = int(snapshot.lexical.matching([term]).sum())
        return log(1 + (snapshot.n_sentences - n + 0.5) / (n + 0.5))

    best = {hit.passage_id for hit in trace.hits[:BEST_HITS]}
    stored = snapshot.sentences(range(snapshot.n_sentences))
    held = {
        term
        for s in stored
        if s.passage_id in best
        for text in (s.text, s.context, *s.place.heading)
        for term in terms_of(text)
    }
    expected = sum(rarity(t) for t in search.terms if t in held) / sum(map(rarity, search.terms))
    assert evidence(trace).words == pytest.approx(expected)
    assert 0 < expected < 1


def test_words_alone_are_on_the_same_scale(firmware: Corpus) -> None:
    found = evidence(retrieve(firmware.search(QUESTION), "bm25", 5, "mean"))
    assert found.meaning is None
    assert found.strength == pytest.approx((found.words + NEUTRAL) / 2)
    both = evidence(retrieve(firmware.search(QUESTION), "late", 5, "mean"))
    assert both.meaning is not None
    assert both.strength == pytest.approx((both.words + both.meaning) / 2)


def test_weak_evidence_is_said_and_enough_is_not(firmware: Corpus) -> None:
    weak = retrieve(firmware.search(NOWHERE), "late", 5, "mean")
    assert weak.is_weak
    assert evidence(weak).strength < FLOOR
    assert any("evidence is weak" in note for note in weak.notes)
    enough = retrieve(firmware.search(QUESTION), "late", 5, "mean")
    assert not enough.is_weak
    assert not any("evidence" in note for note in enough.notes)


def test_an_empty_index_has_no_evidence_and_no_note(tmp_path: Path) -> None:
    trace = retrieve(corpus(tmp_path, {}).search(QUESTION), "late", 5, "mean")
    assert (evidence(trace).strength, trace.notes) == (0.0, ())
