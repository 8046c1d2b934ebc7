"""Every rank of the comparison against loops that know nothing of the code under test."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.poolings import MAXSIM, POOLINGS, Floats
from assistant.errors import IndexFault
from assistant.indexing.embedded import HEADINGS_KEPT
from assistant.records import Comparison, Trace
from assistant.retrieval import comparison as comparison_module
from assistant.retrieval.comparison import comparing
from assistant.retrieval.modes import MODES
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.retrieving import retrieve
from tests.builders import FIRMWARE, Corpus, WordEncoder, corpus

FILES = {
    **FIRMWARE,
    "long.md": "# Many subjects\n\n"
    + "\n\n".join(
        f"The {name} stage needs {thing} before the bridge window is enabled in step {i}."
        for i, (name, thing) in enumerate(
            (n, t)
            for n in ("memory", "PCI", "disk", "network", "boot")
            for t in ("training", "ECC", "keys")
        )
    ),
    "twin.txt": "It must be written before memory is enabled.\n\nBus numbers come first.",
    "twin2.txt": "It must be written before memory is enabled.\n\nBus numbers come first.",
}
QUESTIONS = ("How is DDR4 memory initialised?", "when must it be written", "EFI_NOT_READY", "ECC")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus(tmp_path_factory.mktemp("compared"), FILES)


def compared(
    made: Corpus, question: str, mode: str = "hybrid", limit: int = 20, pooling: str = "mean"
) -> tuple[Trace, Comparison]:
    search = made.search(question, pooling)
    trace = retrieve(search, mode, limit, "mean")
    trace = list(comparing(search, trace, "not asked"))[-1]
    assert trace.comparison
    return trace, trace.comparison


def dot(a: Floats, b: Floats) -> float:
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))


def places(scores: list[float]) -> list[int]:
    """1-based, the earlier first among equals; scores so near that float32 cannot tell, tie."""
    rounded = [round(score, 6) for score in scores]
    order = sorted(range(len(scores)), key=lambda i: (-rounded[i], i))
    return [order.index(i) + 1 for i in range(len(scores))]


def embedded_texts(made: Corpus) -> list[str]:
    snapshot = made.snapshot()
    return [s.embedded_text for s in snapshot.sentences(range(snapshot.n_sentences))]


def cosines(encoder: WordEncoder, pooling: str, question: str, texts: list[str]) -> list[float]:
    asked = encoder.pool([question], "query").vectors[pooling][0]
    return [dot(asked, encoder.pool([text], "document").vectors[pooling][0]) for text in texts]


def maxsim(encoder: WordEncoder, question: str, text: str) -> float:
    (asked,) = encoder.token_vectors([question], "query")
    (told,) = encoder.token_vectors([text], "document")
    return sum(max(dot(q, t) for t in told.vectors) for q in asked.vectors)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_pooling_s_rank_is_that_of_a_loop_over_all_embedded_texts(
    made: Corpus, question: str
) -> None:
    encoder, texts, snapshot = WordEncoder(), embedded_texts(made), made.snapshot()
    trace, comparison = compared(made, question)
    assert comparison.n_sentences == len(texts) > 40
    assert len(comparison.sentences) == len(trace.hits) == 20
    for pooling in POOLINGS:
        scores = cosines(encoder, pooling, question, texts)
        expected = places(scores)
        for hit, row in zip(trace.hits, comparison.sentences, strict=True):
            number = snapshot.number_of(hit.sentence_id)
            assert row.sentence_id == hit.sentence_id
            assert row.embedded_text == texts[number]
            assert row.ranks[pooling] == expected[number], (pooling, hit.sentence)
            assert row.scores[pooling] == pytest.approx(scores[number], abs=1e-5)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("depth", [2, 5, 200])
def test_maxsim_is_exact_over_the_union_of_the_poolings_best_and_the_hits(
    made: Corpus, question: str, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_module, "MAXSIM_ALL", 0)
    monkeypatch.setattr(comparison_module, "MAXSIM_DEPTH", depth)
    encoder, texts, snapshot = WordEncoder(), embedded_texts(made), made.snapshot()
    trace, comparison = compared(made, question, limit=6)
    numbers = [snapshot.number_of(hit.sentence_id) for hit in trace.hits]
    pool = set(numbers)
    for pooling in POOLINGS:
        best = places(cosines(encoder, pooling, question, texts))
        pool |= {number for number, rank in enumerate(best) if rank <= depth}
    assert comparison.maxsim_pool == len(pool)
    assert (len(pool) == len(texts)) == (depth == 200)
    in_order = sorted(pool)
    scores = [maxsim(encoder, question, texts[number]) for number in in_order]
    expected = dict(zip(in_order, places(scores), strict=True))
    for number, row in zip(numbers, comparison.sentences, strict=True):
        assert row.ranks[MAXSIM] == expected[number]
        assert row.scores[MAXSIM] == pytest.approx(scores[in_order.index(number)], abs=1e-3)


@pytest.mark.parametrize("question", QUESTIONS)
def test_in_a_small_index_maxsim_ranks_every_sentence(made: Corpus, question: str) -> None:
    encoder, texts, snapshot = WordEncoder(), embedded_texts(made), made.snapshot()
    trace, comparison = compared(made, question)
    assert comparison.maxsim_pool == len(texts)
    expected = places([maxsim(encoder, question, text) for text in texts])
    for hit, row in zip(trace.hits, comparison.sentences, strict=True):
        assert row.ranks[MAXSIM] == expected[snapshot.number_of(hit.sentence_id)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_mode_s_ranks_are_its_own_answer_s_order(made: Corpus, question: str) -> None:
    _, comparison = compared(made, question)
    for mode in MODES:
        answer = [h.sentence_id for h in retrieve(made.search(question), mode, 1000, "mean").hits]
        for row in comparison.sentences:
            expected = answer.index(row.sentence_id) + 1 if row.sentence_id in answer else None
            assert row.mode_ranks[mode] == expected


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_active_pooling_s_column_is_the_sentence_mode_s_rank(
    made: Corpus, pooling: str
) -> None:
    trace, comparison = compared(made, QUESTIONS[0], "sentence", 15, pooling)
    # The arm ranks every sentence; the hits leave out those that repeat a better one.
    assert [row.ranks[pooling] for row in comparison.sentences] == [
        h.parts[0].rank for h in trace.hits
    ]


@pytest.mark.parametrize("mode", MODES)
def test_sentences_that_say_the_same_are_one_hit_that_lists_its_places(
    made: Corpus, mode: str
) -> None:
    trace, comparison = compared(made, "Bus numbers come first", mode, limit=50)
    (hit,) = (hit for hit in trace.hits if "umbers come first" in hit.sentence)
    (other,) = hit.repeats
    assert {hit.place.document, other.document} == {"twin.txt", "twin2.txt"}
    text = made.snapshot().document(other.document).text
    assert text[other.start : other.end] == hit.sentence
    # It ranks once, in every mode; what stands below moves up.
    row = comparison.sentences[hit.rank - 1]
    assert row.mode_ranks[mode] == hit.rank
    assert [r.mode_ranks[mode] for r in comparison.sentences] == [h.rank for h in trace.hits]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_panel_shows_first_stays_as_it_was(made: Corpus, question: str) -> None:
    search = made.search(question, "mean")
    nothing = Ranking(np.zeros(0, np.int64), np.zeros(0))
    first, last = comparing(search, retrieve(search, "hybrid", 20, "mean"), lambda: nothing)
    assert first.comparison and last.comparison
    assert first.comparison.agreement == last.comparison.agreement
    for early, late in zip(first.comparison.sentences, last.comparison.sentences, strict=True):
        assert early.ranks == late.ranks
        assert early.scores == late.scores
        assert early.dilution == late.dilution
        assert early.mode_ranks.items() <= late.mode_ranks.items()
        assert "bm25" in early.mode_ranks
        assert set(late.mode_ranks) == set(MODES)
    assert (first.comparison.chroma_state, last.comparison.chroma_state) == ("not asked yet", "")


def test_dilution_of_passages_is_by_all_passages(made: Corpus) -> None:
    encoder, snapshot = WordEncoder(), made.snapshot()
    passages = [_passage_text(made, number) for number in range(snapshot.n_passages)]
    trace, comparison = compared(made, QUESTIONS[0])
    for pooling in POOLINGS:
        scores = cosines(encoder, pooling, QUESTIONS[0], passages)
        expected = places(scores)
        for hit, row in zip(trace.hits, comparison.sentences, strict=True):
            passage = int(snapshot.passage_of[snapshot.number_of(hit.sentence_id)])
            standing = row.dilution[pooling].passage
            assert (standing.rank, standing.of) == (expected[passage], len(passages))
            assert standing.score == pytest.approx(scores[passage], abs=1e-5)
            assert row.dilution[pooling].sentence.rank == row.ranks[pooling]
            (reading,) = encoder.read([passages[passage]])
            assert row.dilution[pooling].passage_tokens == reading.tokens


def _passage_text(made: Corpus, number: int) -> str:
    """What the encoder was given for a passage: its headings and its text."""
    snapshot = made.snapshot()
    first = int(np.flatnonzero(snapshot.passage_of == number)[0])
    (stored,) = snapshot.sentences([first])
    heading = " > ".join(stored.place.heading[-HEADINGS_KEPT:])
    return f"{heading}: {stored.passage}" if heading else stored.passage


def test_a_section_scores_as_if_pooled_over_all_its_passages_token_states(made: Corpus) -> None:
    encoder, snapshot = WordEncoder(), made.snapshot()
    passages = [_passage_text(made, number) for number in range(snapshot.n_passages)]
    states: dict[int, list[Floats]] = {}
    for number, text in enumerate(passages):
        states.setdefault(int(snapshot.passage_section[number]), []).append(encoder.states(text))
    assert max(len(of_section) for of_section in states.values()) > 2  # some join several
    trace, comparison = compared(made, QUESTIONS[0])
    for name, pooling in POOLINGS.items():
        asked = encoder.pool([QUESTIONS[0]], "query").vectors[name][0]
        scores = []
        for section in range(len(snapshot.section_ids)):
            whole = np.concatenate(states[section])[None]
            vector = pooling.pool(whole, np.ones(whole.shape[:2], bool))[0]
            scores.append(dot(asked, vector / np.linalg.norm(vector)))
        expected = places(scores)
        for hit, row in zip(trace.hits, comparison.sentences, strict=True):
            section = int(snapshot.section_of[snapshot.number_of(hit.sentence_id)])
            standing = row.dilution[name].section
            assert standing.score == pytest.approx(scores[section], abs=1e-5), name
            assert (standing.rank, standing.of) == (expected[section], len(scores))


def test_section_tokens_are_those_the_encoder_read_of_its_passages(made: Corpus) -> None:
    encoder, snapshot = WordEncoder(), made.snapshot()
    trace, comparison = compared(made, QUESTIONS[0])
    for hit, row in zip(trace.hits, comparison.sentences, strict=True):
        section = snapshot.section_of[snapshot.number_of(hit.sentence_id)]
        members = np.flatnonzero(snapshot.passage_section == section)
        texts = [_passage_text(made, int(number)) for number in members]
        expected = sum(min(r.tokens, encoder.model.window - 2) for r in encoder.read(texts))
        assert row.dilution["mean"].section_tokens == expected


def test_agreement_is_kendall_s_over_the_union_of_two_columns_best_ten(made: Corpus) -> None:
    encoder, texts = WordEncoder(), embedded_texts(made)
    _, comparison = compared(made, QUESTIONS[0])
    ranks = {name: places(cosines(encoder, name, QUESTIONS[0], texts)) for name in POOLINGS}
    ranks[MAXSIM] = places([maxsim(encoder, QUESTIONS[0], text) for text in texts])
    assert [(row.a, row.b) for row in comparison.agreement] == list(combinations(ranks, 2))
    for row in comparison.agreement:
        a, b = ranks[row.a], ranks[row.b]
        best_a = {n for n in range(len(texts)) if a[n] <= 10}
        best_b = {n for n in range(len(texts)) if b[n] <= 10}
        pairs = list(combinations(sorted(best_a | best_b), 2))
        alike = sum(1 if (a[i] < a[j]) == (b[i] < b[j]) else -1 for i, j in pairs)
        assert row.kendall_tau == pytest.approx(alike / len(pairs)), (row.a, row.b)
        assert row.overlap_at_10 == len(best_a & best_b) / 10


def test_nothing_found_compares_to_nothing(tmp_path: Path) -> None:
    trace, comparison = compared(corpus(tmp_path, {}), QUESTIONS[0])
    assert (trace.hits, comparison.sentences, comparison.maxsim_pool) == ((), (), 0)


def test_no_hits_in_a_full_index_still_compare_the_poolings(made: Corpus) -> None:
    trace, comparison = compared(made, "zyzzyva", "bm25")
    assert (trace.hits, comparison.sentences) == ((), ())
    assert len(comparison.agreement) == 15


def test_the_chroma_column_is_the_rank_that_it_returned(made: Corpus) -> None:
    search = made.search(QUESTIONS[0])
    trace = retrieve(search, "sentence", 3, "mean")
    numbers = [search.snapshot.number_of(hit.sentence_id) for hit in trace.hits]
    found = Ranking(np.array([numbers[2], numbers[0]]), np.array([0.9, 0.8]))
    comparison = list(comparing(search, trace, lambda: found))[-1].comparison
    assert comparison
    assert [row.chroma_rank for row in comparison.sentences] == [2, None, 1]
    assert comparison.chroma_state == ""


def test_a_fault_of_chroma_empties_its_column_and_says_why(made: Corpus) -> None:
    def failing() -> Ranking:
        raise IndexFault("the vector database failed: torn", "delete it")

    search = made.search(QUESTIONS[0])
    trace = retrieve(search, "sentence", 3, "mean")
    comparison = list(comparing(search, trace, failing))[-1].comparison
    assert comparison
    assert [row.chroma_rank for row in comparison.sentences] == [None] * 3
    assert "torn" in comparison.chroma_state
