"""What each choice of the retrieval is worth: one table, made anew by one command.

    python -m tests.evaluation.ablations QUESTIONS.jsonl --docs FOLDER [--half dev]

The folder must be indexed. Baselines are what a plain program does with the same encoder: a
sentence or passage alone under mean pooling, and BM25Okapi over the words of a sentence.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rank_bm25 import BM25Okapi

from assistant.embedding.maxsim import maxsim_scores
from assistant.evaluation.metrics import mean_scores, question_metrics
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import Question, Scores
from assistant.evaluation.relevance import overlaps
from assistant.paths import Paths
from assistant.retrieval import arms, fusion
from assistant.retrieval.modes import late
from assistant.retrieval.ranking import Ranking, ranked
from assistant.retrieval.retrieving import mode_ranking
from assistant.retrieval.search import Search
from assistant.settings import load_settings
from assistant.workspace import Workspace

_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_PART = 20_000

Ranker = Callable[[Search], Sequence[int]]


class Bench:
    def __init__(self, workspace: Workspace, questions: Iterable[Question]) -> None:
        self.workspace, self.snapshot = workspace, workspace.snapshot()
        self.questions = [question for question in questions if question.relevant]
        n = self.snapshot.n_sentences
        parts = (range(i, min(i + _PART, n)) for i in range(0, n, _PART))
        self.stored = [stored for part in parts for stored in self.snapshot.sentences(part)]
        self.relevant = [self._relevant(question) for question in self.questions]

    def _relevant(self, question: Question) -> list[set[int]]:
        return [
            {
                number
                for number, stored in enumerate(self.stored)
                if stored.place.document == entry.document and overlaps(stored.text, entry.quote)
            }
            for entry in question.relevant
        ]

    def searches(self) -> Iterator[Search]:
        for question in self.questions:
            yield self.workspace._searches.new(question.question, "mean", self.snapshot)

    def scores(self, ranker: Ranker, *languages: str) -> Scores:
        found = {}
        for question, relevant, search in zip(
            self.questions, self.relevant, self.searches(), strict=True
        ):
            if languages and question.language not in languages:
                continue
            numbers = [int(number) for number in ranker(search)[:50]]
            ranks = [
                next((rank for rank, n in enumerate(numbers, 1) if n in entry), None)
                for entry in relevant
            ]
            found[question.id] = question_metrics(ranks)
        return mean_scores(found)


class PlainVectors:
    """Texts alone under mean pooling, encoded once for all halves."""

    def __init__(self, workspace: Workspace) -> None:
        self._encoder = workspace.encoder
        self._vectors: dict[str, tuple[Any, Any]] = {}

    def of(self, name: str, texts: Sequence[str]) -> tuple[Any, Any]:
        """(unit vectors of the distinct texts, the row of each text)"""
        if name not in self._vectors:
            rows = {text: i for i, text in enumerate(dict.fromkeys(texts))}
            vectors = self._encoder().pool(list(rows), "document").vectors["mean"]
            self._vectors[name] = vectors, np.array([rows[text] for text in texts])
        return self._vectors[name]


def baselines(bench: Bench, plain: PlainVectors) -> Iterator[tuple[str, Ranker]]:
    bm25 = BM25Okapi([_words(stored.text) or [""] for stored in bench.stored])
    yield "plain BM25 of sentences", lambda s: ranked(bm25.get_scores(_words(s.question))).numbers
    alone, own_rows = plain.of("sentence", [stored.text for stored in bench.stored])
    whole, rows = plain.of("passage", [stored.passage for stored in bench.stored])
    yield (
        "plain dense sentence",
        lambda s: ranked((alone @ s.question_vector("mean"))[own_rows]).numbers,
    )

    def by_passage(search: Search) -> Sequence[int]:
        """Each passage by its nearest sentence, which is all that a plain program can show."""
        question = search.question_vector("mean")
        order = np.lexsort((-(alone @ question)[own_rows], -(whole @ question)[rows]))
        _, first = np.unique(rows[order], return_index=True)
        return [int(n) for n in order[np.sort(first)]]

    yield "plain dense passage", by_passage


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def mode(name: str) -> Ranker:
    return lambda search: mode_ranking(search, name).numbers


@contextmanager
def set_to(holder: Any, name: str, value: object) -> Iterator[None]:
    before = getattr(holder, name)
    setattr(holder, name, value)
    try:
        yield
    finally:
        setattr(holder, name, before)


def maxsim_alone(search: Search) -> Sequence[int]:
    candidates = mode_ranking(search, "hybrid").numbers[: late.RERANK_DEPTH]
    return arms.maxsim_arm(search, candidates).ranking.numbers if search.trust else candidates


def maxsim_in_passage(search: Search) -> Sequence[int]:
    """MaxSim with the tokens of the whole passage: what dilution does to late interaction."""
    candidates = mode_ranking(search, "hybrid").numbers[: late.RERANK_DEPTH]
    if not search.trust:
        return candidates
    texts = [stored.passage for stored in search.snapshot.sentences(candidates.tolist())]
    tokens = search.parts.encoder().token_vectors(texts, "document")
    scores = maxsim_scores(search.question_tokens(), [t.vectors for t in tokens])
    return Ranking(candidates[np.argsort(-scores, kind="stable")], np.sort(-scores)).numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--half", default="", help="dev, test or dev,test")
    parser.add_argument("--only", default="", help="some of baselines,modes,reading,late")
    arguments = parser.parse_args()
    paths = Paths.of_user()
    workspace = Workspace(load_settings(paths.settings_file), paths, arguments.docs)
    plain = PlainVectors(workspace)
    for half in arguments.half.split(","):
        print(half or arguments.questions.name)
        bench = Bench(workspace, _of_half(arguments.questions, half))
        parts: dict[str, Iterator[tuple[str, Scores]]] = {
            "baselines": _baselines(bench, plain),
            "modes": _modes(bench),
            "reading": _reading(bench),
            "late": _late(bench),
        }
        for part in arguments.only.split(",") if arguments.only else parts:
            for name, scores in parts[part]:
                _print(name, scores)


def _of_half(file: Path, half: str) -> list[Question]:
    halves = {
        entry["id"]: entry.get("half", "")
        for entry in map(json.loads, filter(str.strip, file.read_text("utf-8").split("\n")))
    }
    return [q for q in read_questions(file) if not half or halves[q.id] == half]


def _baselines(bench: Bench, plain: PlainVectors) -> Iterator[tuple[str, Scores]]:
    for name, ranker in baselines(bench, plain):
        yield name, bench.scores(ranker)


def _modes(bench: Bench) -> Iterator[tuple[str, Scores]]:
    for name in ("late", "hybrid", "bm25"):
        yield name, bench.scores(mode(name))


def _reading(bench: Bench) -> Iterator[tuple[str, Scores]]:
    for name in ("hybrid", "late"):
        yield f"{name}, Chinese questions", bench.scores(mode(name), "zh")
        with set_to(Search, "trust", 1.0):
            yield f"{name}, Chinese, no reading check", bench.scores(mode(name), "zh")


def _late(bench: Bench) -> Iterator[tuple[str, Scores]]:
    yield "MaxSim alone, of hybrid's best", bench.scores(maxsim_alone)
    yield "MaxSim alone, over the passage", bench.scores(maxsim_in_passage)
    for depth in (20, 50, 200):
        with set_to(late, "RERANK_DEPTH", depth):
            yield f"late, depth {depth}", bench.scores(mode("late"))
    for weight in (0.25, 1.0):
        with set_to(late, "DENSE_WEIGHT", weight):
            yield f"late, dense weight {weight}", bench.scores(mode("late"))
    for k in (1, 5, 20, 60):
        with set_to(fusion, "RRF_K", k):
            yield f"late, RRF k {k}", bench.scores(mode("late"))
            yield f"hybrid, RRF k {k}", bench.scores(mode("hybrid"))


def _print(name: str, scores: Scores) -> None:
    low, high = scores.intervals["ndcg@10"]
    means = scores.means
    print(
        f"{name:36s} n {scores.n_questions:3d}  ndcg@10 {means['ndcg@10']:.3f}"
        f" [{low:.3f}, {high:.3f}]  mrr@10 {means['mrr@10']:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
