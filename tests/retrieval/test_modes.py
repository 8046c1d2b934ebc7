"""What every mode keeps, and what Chinese does to the ones that rest on the encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.encoder import Role
from assistant.embedding.poolings import Floats
from assistant.indexing.analyser import terms_of
from assistant.indexing.lexical import LexicalIndex
from assistant.indexing.words import TEXT_WEIGHT
from assistant.records import Trace
from assistant.retrieval.fusion import RRF_K
from assistant.retrieval.modes import MODES
from assistant.retrieval.retrieving import mode_ranking, retrieve
from assistant.retrieval.search import Search
from tests.builders import FIRMWARE, Corpus, corpus

QUESTION = "How is DDR4 memory initialised?"
CHINESE = "如何初始化内存？"


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus(tmp_path_factory.mktemp("firmware"), FIRMWARE)


def ask(made: Corpus, question: str, mode: str, limit: int = 10, pooling: str = "mean") -> Trace:
    return retrieve(made.search(question, pooling), mode, limit, "mean")


@pytest.mark.parametrize("mode", MODES)
class TestEveryMode:
    def test_asks_the_same_and_answers_the_same(self, firmware: Corpus, mode: str) -> None:
        assert ask(firmware, QUESTION, mode).hits == ask(firmware, QUESTION, mode).hits

    @pytest.mark.parametrize("limit", [1, 3, 1000])
    def test_keeps_the_limit_and_the_order(self, firmware: Corpus, mode: str, limit: int) -> None:
        trace = ask(firmware, QUESTION, mode, limit)
        assert [hit.rank for hit in trace.hits] == list(range(1, len(trace.hits) + 1))
        assert 1 <= len(trace.hits) <= limit
        scores = [hit.score for hit in trace.hits]
        assert scores == sorted(scores, reverse=True)
        ids = [hit.sentence_id for hit in trace.hits]
        assert len(set(ids)) == len(ids)

    def test_a_shorter_list_is_the_beginning_of_a_longer(self, firmware: Corpus, mode: str) -> None:
        few, many = ask(firmware, QUESTION, mode, 3).hits, ask(firmware, QUESTION, mode, 20).hits
        assert many[: len(few)] == few

    def test_finds_nothing_in_nothing(self, tmp_path: Path, mode: str) -> None:
        empty = corpus(tmp_path, {})
        trace = ask(empty, QUESTION, mode)
        assert (trace.hits, trace.n_sentences) == ((), 0)

    def test_says_which_arms_found_how_many(self, firmware: Corpus, mode: str) -> None:
        trace = ask(firmware, QUESTION, mode, 1000)
        names = {arm.name for arm in trace.arms}
        for hit in trace.hits:
            assert {part.arm for part in hit.parts} <= names
            assert hit.parts
        repeats = sum(len(hit.repeats) for hit in trace.hits)
        for arm in trace.arms:
            ranks = [p.rank for hit in trace.hits for p in hit.parts if p.arm == arm.name]
            assert arm.found - repeats <= len(set(ranks)) == len(ranks) <= arm.found
            assert set(ranks) <= set(range(1, arm.found + 1))

    def test_a_hit_quotes_its_document_and_its_passage(self, firmware: Corpus, mode: str) -> None:
        snapshot = firmware.snapshot()
        for hit in ask(firmware, QUESTION, mode).hits:
            text = snapshot.document(hit.place.document).text
            assert text[hit.place.start : hit.place.end] == hit.sentence
            assert hit.sentence in hit.passage


@pytest.mark.parametrize("mode", ["late", "hybrid", "bm25"])
def test_a_question_that_only_words_can_answer_loads_no_encoder(
    firmware: Corpus, mode: str
) -> None:
    search = firmware.search(CHINESE)

    def refuse() -> object:
        raise AssertionError("the encoder was loaded")

    search._encoder = refuse  # type: ignore[assignment]
    assert retrieve(search, mode, 10, "mean").hits


def test_unknown_words_have_no_lexical_hits(firmware: Corpus) -> None:
    assert ask(firmware, "zyzzyva qwertz", "bm25").hits == ()


def test_bm25_ranks_by_the_sum_of_its_terms(firmware: Corpus) -> None:
    snapshot = firmware.snapshot()
    trace = ask(firmware, "DDR4 memory", "bm25", 100)
    terms = firmware.search("DDR4 memory").terms
    for hit in trace.hits:
        number = snapshot.number_of(hit.sentence_id)
        shares = snapshot.lexical.contributions(terms, number)
        assert hit.score == pytest.approx(sum(shares.values()), abs=1e-9)
        for match in hit.terms:
            assert match.term in terms_of(hit.sentence[match.start : match.end])
            assert match.score == shares[match.term]


def test_words_around_a_sentence_count_but_are_not_marked_in_it(firmware: Corpus) -> None:
    hit = next(h for h in ask(firmware, "ECC offset", "bm25", 50).hits if "MC_STS" in h.sentence)
    assert hit.terms == ()  # both words stand in the heading and the table's header row
    assert hit.place.heading == ("Memory initialisation", "ECC")


def test_hybrid_scores_are_the_fusion_s_arithmetic(firmware: Corpus) -> None:
    trace = ask(firmware, QUESTION, "hybrid", 100)
    weights = {arm.name: arm.weight for arm in trace.arms}
    assert weights == {"bm25": 1.0, "sentence": 1.0}
    for hit in trace.hits:
        expected = sum(weights[part.arm] / (RRF_K + part.rank) for part in hit.parts)
        assert hit.score == pytest.approx(expected, rel=1e-12)


def test_a_passage_is_shown_by_its_nearest_sentence(firmware: Corpus) -> None:
    search = firmware.search(QUESTION)
    snapshot, cosines = search.snapshot, search.dense_scores("sentence", "mean").tolist()
    ranking = mode_ranking(search, "passage")
    assert len(ranking.numbers) == snapshot.n_passages
    for number in ranking.numbers.tolist():
        passage = snapshot.passage_of[number]
        members = [n for n in range(snapshot.n_sentences) if snapshot.passage_of[n] == passage]
        assert number == max(members, key=lambda n: (cosines[n], -n))


def test_a_question_the_encoder_cannot_read_is_answered_by_words_and_says_why(
    firmware: Corpus,
) -> None:
    trace = ask(firmware, CHINESE, "hybrid")
    assert [arm.name for arm in trace.arms] == ["bm25"]
    assert trace.hits == ask(firmware, CHINESE, "bm25").hits
    assert trace.hits[0].place.document == "zh/memory.md"
    (note,) = trace.notes
    assert "does not know 7 of 8 tokens" in note
    assert "they take no part" in note


def test_half_a_question_read_is_half_a_weight(firmware: Corpus) -> None:
    trace = ask(firmware, "DDR4 memory is written 初始 like this", "hybrid")
    weight = {arm.name: arm.weight for arm in trace.arms}["sentence"]
    assert weight == pytest.approx((0.45 - 2 / 8) / 0.30)
    assert f"{weight:.0%} of BM25" in trace.notes[0]


def test_a_dense_mode_warns_of_a_question_it_cannot_read(firmware: Corpus) -> None:
    assert ask(firmware, CHINESE, "sentence").notes
    assert ask(firmware, CHINESE, "bm25").notes == ()


def test_the_lexical_index_holds_the_snapshot_s_sentences(firmware: Corpus) -> None:
    snapshot = firmware.snapshot()
    stored = snapshot.sentences(range(snapshot.n_sentences))
    lists = [
        [
            *terms_of(s.text) * TEXT_WEIGHT,
            *terms_of(s.context),
            *(t for heading in s.place.heading for t in terms_of(heading)),
        ]
        for s in stored
    ]
    expected = LexicalIndex.build(lists)
    for question in (["ddr4"], ["memori", "offset"], ["ecc"]):
        assert snapshot.lexical.scores(question).tolist() == expected.scores(question).tolist()


class BackwardsReranker:
    """Prefers the sentences that come last in the corpus."""

    name = "backwards"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        self.asked.extend(texts)
        return np.arange(len(texts), dtype=np.float32)


class LettersEncoder:
    """A late-interaction model of its own: a text's tokens are its letters."""

    name = "letters"

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[Floats]:
        letters = [[ord(c) % 26 for c in text if c.isalpha()] or [0] for text in texts]
        return [np.eye(26, dtype=np.float32)[numbers] for numbers in letters]


def with_parts(search: Search, **changed: object) -> Search:
    search.parts = dataclasses.replace(search.parts, **changed)  # type: ignore[arg-type]
    return search


@pytest.mark.parametrize("mode", MODES)
def test_a_cross_encoder_is_one_more_arm_over_the_mode_s_best(firmware: Corpus, mode: str) -> None:
    without, reranker = ask(firmware, QUESTION, mode, 50), BackwardsReranker()
    parts = {"reranker": lambda: reranker, "rerank_depth": 4}
    search = with_parts(firmware.search(QUESTION), **parts)
    trace = retrieve(search, mode, 50, "mean")
    arm = trace.arms[0]
    assert (arm.name, arm.found, len(reranker.asked)) == ("cross-encoder", 4, 4)
    assert {a.name for a in trace.arms[1:]} == {a.name for a in without.arms}
    ranks = {p.rank: h.sentence_id for h in trace.hits for p in h.parts if p.arm == arm.name}
    assert list(ranks) and list(dict(sorted(ranks.items())).values()) == sorted(
        ranks.values(), reverse=True
    )
    assert "cross-encoder (backwards)" in trace.fusion
    # Asked once for a sentence, whoever asks next.
    mode_ranking(search, mode)
    assert len(reranker.asked) == 4


def test_a_late_model_of_its_own_makes_maxsim_s_vectors(firmware: Corpus) -> None:
    model = LettersEncoder()
    search = with_parts(firmware.search(QUESTION), late_encoder=lambda: model)
    trace = retrieve(search, "late", 10, "mean")
    (question,) = model.token_vectors([QUESTION], "query")
    snapshot = firmware.snapshot()
    for hit in trace.hits:
        (stored,) = snapshot.sentences([snapshot.number_of(hit.sentence_id)])
        (own,) = model.token_vectors([stored.embedded_text], "document")
        (part,) = (p for p in hit.parts if p.arm == "maxsim")
        assert part.score == pytest.approx((question @ own.T).max(axis=1).sum())


def test_without_a_limit_on_weight_zero_the_words_alone_answer(firmware: Corpus) -> None:
    for mode in ("late", "hybrid"):
        assert [a.name for a in ask(firmware, CHINESE, mode).arms] == ["bm25"]
