"""The explanation of a trace against the ranks and scores that it explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.embedding.poolings import MAXSIM
from assistant.records import Trace
from assistant.retrieval.comparison import comparing
from assistant.retrieval.explaining import explaining
from assistant.retrieval.retrieving import retrieve
from tests.builders import FIRMWARE, Corpus, WordEncoder, corpus

QUESTIONS = ("How is DDR4 memory initialised?", "when must it be written", "EFI_NOT_READY", "内存")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus(tmp_path_factory.mktemp("explained"), FIRMWARE)


def explained(made: Corpus, question: str, mode: str = "hybrid") -> Trace:
    search = made.search(question)
    trace = list(comparing(search, retrieve(search, mode, 20, "mean"), "not asked"))[-1]
    return list(explaining(search, trace, search.parts.encoder()))[-1]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("mode", ["hybrid", "late", "bm25"])
def test_the_cosines_of_an_alignment_add_up_to_maxsim(
    made: Corpus, question: str, mode: str
) -> None:
    trace = explained(made, question, mode)
    assert trace.comparison and trace.explanation
    assert [s.sentence_id for s in trace.explanation.sentences] == [
        hit.sentence_id for hit in trace.hits
    ]
    for compared, why in zip(trace.comparison.sentences, trace.explanation.sentences, strict=True):
        added = sum(aligned.cosine for aligned in why.alignment)
        assert added == pytest.approx(compared.scores[MAXSIM], abs=2e-4)


def test_a_token_s_best_partner_is_found_by_looking_at_all(made: Corpus) -> None:
    trace = explained(made, QUESTIONS[0])
    assert trace.explanation
    encoder = WordEncoder()
    (asked,) = encoder.token_vectors([trace.searched], "query")
    for why in trace.explanation.sentences:
        embedded = why.inspection.text
        (tokens,) = encoder.token_vectors([embedded], "document")
        for i, aligned in enumerate(why.alignment):
            cosines = [float(asked.vectors[i] @ vector) for vector in tokens.vectors]
            assert aligned.question_token == asked.tokens[i]
            assert aligned.cosine == pytest.approx(max(cosines), abs=2e-3)  # half precision
            assert embedded[aligned.start : aligned.end].lower() == aligned.token


def test_a_sentence_is_found_in_what_was_embedded_and_in_its_passage(made: Corpus) -> None:
    trace = explained(made, QUESTIONS[0])
    assert trace.explanation
    for hit, why in zip(trace.hits, trace.explanation.sentences, strict=True):
        assert why.inspection.text[why.quote_start :] == hit.sentence
        whole = [*why.before, hit.sentence, *why.after]
        assert all(sentence in hit.passage for sentence in whole)
        assert why.passage_headings >= 1


def test_every_dimension_of_a_max_pooled_vector_is_won_by_one_token(made: Corpus) -> None:
    trace = explained(made, QUESTIONS[0])
    assert trace.explanation
    for inspection in (
        trace.explanation.question,
        *(s.inspection for s in trace.explanation.sentences),
    ):
        n_tokens, dimension = inspection.hidden_state_shape
        assert len(inspection.pieces) == n_tokens == len(inspection.tokens)
        assert sum(piece.dimensions_won for piece in inspection.pieces) == dimension
        norms = [piece.norm for piece in inspection.pieces]
        assert (min(norms), max(norms)) == pytest.approx(
            (inspection.token_norms.min, inspection.token_norms.max)
        )


def test_nothing_found_explains_the_question_alone(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.md": "# A\n\nNothing of the kind.\n"})
    trace = explained(made, "xyzzy", "bm25")
    assert trace.hits == ()
    assert trace.explanation and trace.explanation.sentences == ()
    assert trace.explanation.question.text == "xyzzy"


def test_the_best_hit_is_explained_first_and_stays_as_it_was(made: Corpus) -> None:
    search = made.search(QUESTIONS[0])
    first, last = explaining(search, retrieve(search, "hybrid", 20, "mean"), WordEncoder())
    assert first.explanation and last.explanation
    assert len(first.explanation.sentences) == 1
    assert len(last.explanation.sentences) == len(last.hits) > 1
    assert first.explanation.sentences[0].alignment == last.explanation.sentences[0].alignment


def test_a_question_without_hits_is_explained_once(made: Corpus) -> None:
    search = made.search("zzzz")
    (only,) = explaining(search, retrieve(search, "bm25", 20, "mean"), WordEncoder())
    assert only.explanation and only.explanation.sentences == ()
