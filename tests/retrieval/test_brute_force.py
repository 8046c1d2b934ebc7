"""Every mode on the whole of docs_corpus against the slow way: texts, loops and sorting.

Each arm's ranking is held against scores that are made anew from the documents' texts, then the
fusion and the leaving out of repeats are done by hand. A new mode or arm is covered by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from assistant.embedding.poolings import Floats
from assistant.indexing.analyser import terms_of
from assistant.indexing.embedded import text_start
from assistant.indexing.words import TEXT_WEIGHT
from assistant.retrieval.fusion import RRF_K, Arm
from assistant.retrieval.modes import MODES
from assistant.retrieval.modes.late import RERANK_DEPTH
from assistant.retrieval.retrieving import retrieve
from tests.builders import Corpus, WordEncoder

pytestmark = pytest.mark.xdist_group("slow way")  # the documents are indexed once for all

DOCS = Path(__file__).parents[2] / "docs_corpus"
QUESTIONS = ("How is DDR4 memory initialised?", "EFI_NOT_READY", "Which PCR is extended first?")
TOLERANCE = 1e-5
HALF_PRECISION = 1e-3
"""Stored token vectors are float16."""


class SlowWay:
    """Scores of one question, by sentence number or by parent, made from texts alone."""

    def __init__(self, made: Corpus, question: str) -> None:
        self.snapshot = made.snapshot()
        self.encoder = WordEncoder()
        self.question = question
        self.search = made.search(question)
        self.stored = self.snapshot.sentences(range(self.snapshot.n_sentences))

    def cosines(self, texts: list[str]) -> Floats:
        vectors = self.encoder.pool(texts, "document").vectors["mean"]
        return np.array([float(vector @ self.vector) for vector in vectors])

    @cached_property
    def vector(self) -> Floats:
        vector: Floats = self.encoder.pool([self.question], "query").vectors["mean"][0]
        return vector

    @cached_property
    def sentence(self) -> Floats:
        return self.cosines([stored.embedded_text for stored in self.stored])

    @cached_property
    def passages(self) -> dict[int, str]:
        """Passage number -> embedded text, of the first sentence that names it."""
        texts: dict[int, str] = {}
        for number, stored in enumerate(self.stored):
            start = text_start(stored.place.heading)
            texts.setdefault(int(self.snapshot.passage_of[number]), start + stored.passage)
        return texts

    @cached_property
    def passage(self) -> dict[int, float]:
        return dict(zip(self.passages, self.cosines(list(self.passages.values())), strict=True))

    @cached_property
    def section(self) -> dict[int, float]:
        """The mean of all token states that the encoder read in the section's passages."""
        states: dict[int, list[Floats]] = {}
        for passage, text in self.passages.items():
            section = int(self.snapshot.passage_section[passage])
            states.setdefault(section, []).append(self.encoder.states(text))
        means = {s: np.concatenate(parts).mean(axis=0) for s, parts in states.items()}
        return {s: float(m @ self.vector / np.linalg.norm(m)) for s, m in means.items()}

    @cached_property
    def passage_mean(self) -> dict[int, float]:
        texts = [stored.embedded_text for stored in self.stored]
        vectors = self.encoder.pool(texts, "document").vectors["mean"]
        means = {p: vectors[self.snapshot.passage_of == p].mean(axis=0) for p in self.passages}
        return {p: float(m @ self.vector / np.linalg.norm(m)) for p, m in means.items()}

    @cached_property
    def votes(self) -> dict[int, float]:
        totals: dict[int, float] = {}
        nearest = self.search.nearest_sentences().numbers.tolist()
        for rank, number in enumerate(nearest, start=1):
            passage = int(self.snapshot.passage_of[number])
            totals[passage] = totals.get(passage, 0.0) + 1 / (RRF_K + rank)
        return totals

    @cached_property
    def contextual(self) -> dict[int, float]:
        scores = {}
        texts = self.passages
        read = dict(
            zip(texts, self.encoder.token_vectors([*texts.values()], "document"), strict=True)
        )
        for number, stored in enumerate(self.stored):
            passage = int(self.snapshot.passage_of[number])
            begin = texts[passage].index(stored.text)
            tokens = read[passage]
            own = [
                vector * norm
                for (start, end), vector, norm in zip(
                    tokens.offsets, tokens.vectors, tokens.norms, strict=True
                )
                if start < begin + len(stored.text) and end > begin
            ]
            mean = np.mean(own, axis=0) if own else None
            scores[number] = (
                float(self.sentence[number])  # nothing of it was read: its own vector stands in
                if mean is None
                else float(mean @ self.vector / np.linalg.norm(mean))
            )
        return scores

    @cached_property
    def bm25(self) -> dict[int, float]:
        lists = [
            terms_of(s.text) * TEXT_WEIGHT
            + terms_of(s.context)
            + [term for heading in s.place.heading for term in terms_of(heading)]
            for s in self.stored
        ]
        scores = BM25Okapi(lists).get_scores(self.search.terms)
        wanted = set(self.search.terms)
        return {n: float(scores[n]) for n, terms in enumerate(lists) if wanted & set(terms)}

    def maxsim(self, numbers: list[int]) -> dict[int, float]:
        (question,) = self.encoder.token_vectors([self.question], "query")
        scores = {}
        for number in numbers:
            (own,) = self.encoder.token_vectors([self.stored[number].embedded_text], "document")
            scores[number] = sum(max(float(q @ t) for t in own.vectors) for q in question.vectors)
        return scores


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(tmp_path_factory.mktemp("docs"))
    files = (file for file in sorted(DOCS.rglob("*")) if file.is_file())
    corpus.write({str(file.relative_to(DOCS)): file.read_bytes() for file in files})
    corpus.refresh()
    return corpus


@pytest.fixture(scope="module", params=QUESTIONS)
def slow(request: pytest.FixtureRequest, made: Corpus) -> SlowWay:
    return SlowWay(made, request.param)


@pytest.mark.parametrize("mode", MODES)
def test_every_arm_and_the_whole_mode_are_what_the_slow_way_gives(
    made: Corpus, slow: SlowWay, mode: str
) -> None:
    search = made.search(slow.question)
    arms = MODES[mode].arms(search)
    for arm in arms:
        check_arm(arm, slow)
    trace = retrieve(search, mode, 50, "mean")
    expected = without_repeats(fused_by_hand(arms), slow)[:50]
    assert [slow.snapshot.number_of(hit.sentence_id) for hit in trace.hits] == expected


def check_arm(arm: Arm, slow: SlowWay) -> None:
    numbers = arm.ranking.numbers.tolist()
    parent_of, scores = reference(arm, slow)
    if parent_of is None:
        check_order([scores[n] for n in numbers], scores, arm)
        return
    check_order([scores[int(parent_of[n])] for n in numbers], scores, arm)
    for number in numbers[:50]:
        siblings = np.flatnonzero(parent_of == parent_of[number])
        assert slow.sentence[number] >= slow.sentence[siblings].max() - TOLERANCE


def reference(arm: Arm, slow: SlowWay) -> tuple[Floats | None, Mapping[int, float]]:
    snapshot = slow.snapshot
    of_parents: dict[str, tuple[Floats, Callable[[], dict[int, float]]]] = {
        "passage": (snapshot.passage_of, lambda: slow.passage),
        "section": (snapshot.section_of, lambda: slow.section),
        "passage mean": (snapshot.passage_of, lambda: slow.passage_mean),
        "votes": (snapshot.passage_of, lambda: slow.votes),
    }
    if arm.name in of_parents:
        parent_of, scores = of_parents[arm.name]
        return parent_of, scores()
    of_sentences: dict[str, Callable[[], dict[int, float]]] = {
        "sentence": lambda: dict(enumerate(slow.sentence.tolist())),
        "contextual": lambda: slow.contextual,
        "bm25": lambda: slow.bm25,
        "maxsim": lambda: slow.maxsim(arm.ranking.numbers.tolist()),
    }
    return None, of_sentences[arm.name]()


def check_order(ranked: list[float], scores: Mapping[int, float], arm: Arm) -> None:
    """The arm holds the highest scores, in their order, as far as floats tell them apart."""
    best = sorted(scores.values(), reverse=True)
    assert len(ranked) == min(len(best), 1000 if arm.name != "maxsim" else RERANK_DEPTH)
    tolerance = HALF_PRECISION if arm.name == "maxsim" else TOLERANCE
    np.testing.assert_allclose(ranked, best[: len(ranked)], atol=tolerance)
    np.testing.assert_allclose(arm.ranking.scores, ranked, atol=tolerance)


def fused_by_hand(arms: tuple[Arm, ...]) -> list[int]:
    weighing = [arm for arm in arms if arm.weight > 0]
    if len(weighing) == 1:
        return weighing[0].ranking.numbers.tolist()
    totals: dict[int, float] = {}
    for arm in weighing:
        for rank, number in enumerate(arm.ranking.numbers.tolist(), start=1):
            totals[number] = totals.get(number, 0.0) + arm.weight / (RRF_K + rank)
    return sorted(totals, key=lambda number: (-totals[number], number))


def without_repeats(numbers: list[int], slow: SlowWay) -> list[int]:
    seen: set[tuple[str, ...]] = set()
    kept = []
    for number in numbers:
        stored = slow.stored[number]
        said = (*terms_of(stored.context), "|", *(terms_of(stored.text) or [stored.text]))
        if said not in seen:
            kept.append(number)
        seen.add(said)
    return kept


def test_the_slow_way_reads_real_documents(made: Corpus) -> None:
    assert made.snapshot().n_sentences > 2000
    assert any(document.path.startswith("zh/") for document in made.snapshot().documents())
