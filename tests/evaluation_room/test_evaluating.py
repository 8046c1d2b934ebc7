"""Whole evaluations over searches that are scripted, so that every figure is known."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.embedding.encoder import Encoder
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.errors import UsageError
from assistant.evaluation.earlier import changes_since, read_earlier
from assistant.evaluation.evaluating import HITS, evaluate
from assistant.evaluation.records import (
    EvaluationFinished,
    EvaluationReport,
    EvaluationStarted,
    QuestionEvaluated,
)
from assistant.records import DocumentSummary, DocumentText, Hit, Place, Reading, Trace
from assistant.retrieval.modes import MODES
from tests.fakes import HashingEncoder

MODEL = ModelInfo("fake", Path("."), "0", 8, 64, "mean", "", "", True)
TEXTS = {"a.md": "The lock is set.\nThe fan turns.", "b.md": "Nothing here."}


class ScriptedSearch:
    """Finds for each question the sentences that its (mode, pooling) was told to."""

    model = MODEL

    def __init__(self, found: dict[tuple[str, str], dict[str, list[str]]]) -> None:
        self._found = found
        self.asked: list[tuple[str, str, str, int]] = []

    def encoder(self) -> Encoder:
        return HashingEncoder(MODEL)

    def documents(self) -> list[DocumentSummary]:
        return [DocumentSummary(path, "", "plain", 1, 1, 0, 0, 0, "read") for path in TEXTS]

    def document(self, path: str) -> DocumentText:
        return DocumentText(path, "", "plain", TEXTS[path], ())

    def retrieve(self, question: str, mode: str, pooling: str, limit: int) -> Trace:
        self.asked.append((question, mode, pooling, limit))
        sentences = self._found.get((mode, pooling), {}).get(question, [])
        hits = tuple(
            Hit(rank, 1 / rank, rank, Place("a.md", 0, 1, rank, None, ()), text, text, 1, ())
            for rank, text in enumerate(sentences, start=1)
        )
        reading = Reading(1, 0, 0)
        return Trace(question, question, mode, pooling, "mean", "exact", reading, (), hits, 9)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    lock = {"document": "a.md", "quote": "The lock is set."}
    fan = {"document": "a.md", "quote": "The fan turns."}
    lines = [
        {"id": "1", "question": "lock?", "relevant": [lock], "kind": "plain", "language": "en"},
        {"id": "2", "question": "fan?", "relevant": [fan], "kind": "identifier", "language": "en"},
        {"id": "3", "question": "moon?", "relevant": []},
    ]
    file = tmp_path / "q.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return file


FOUND = {
    ("bm25", "mean"): {"lock?": ["The lock is set."], "moon?": ["The fan turns."]},
    ("sentence", "mean"): {"lock?": ["Other.", "The lock is set."], "fan?": ["The fan turns."]},
}


def report_of(search: ScriptedSearch, file: Path, *modes: str) -> EvaluationReport:
    last = list(evaluate(search, file, modes))[-1]
    assert isinstance(last, EvaluationFinished)
    return last.report


def test_figures_of_each_mode(questions: Path) -> None:
    report = report_of(ScriptedSearch(FOUND), questions, "bm25", "sentence")
    assert list(report.modes) == ["bm25", "sentence"]
    assert report.modes["bm25"].overall.means["mrr@10"] == 0.5
    assert report.modes["sentence"].overall.means["mrr@10"] == 0.75
    assert report.modes["sentence"].per_question["1"]["mrr@10"] == 0.5


def test_unanswerable_questions_stay_out_and_are_counted_apart(questions: Path) -> None:
    report = report_of(ScriptedSearch(FOUND), questions, "bm25", "sentence")
    assert (report.n_questions, report.n_unanswerable) == (3, 1)
    assert report.modes["bm25"].overall.n_questions == 2
    assert report.modes["bm25"].declined_share == 0.0
    assert report.modes["sentence"].declined_share == 1.0


def test_breakdown_per_kind_and_language(questions: Path) -> None:
    run = report_of(ScriptedSearch(FOUND), questions, "sentence").modes["sentence"]
    assert {kind: scores.means["hit@1"] for kind, scores in run.by_kind.items()} == {
        "plain": 0.0,
        "identifier": 1.0,
    }
    assert run.by_language["en"].n_questions == 2


def test_every_mode_where_none_is_named_and_every_pooling_in_mode_sentence(
    questions: Path,
) -> None:
    search = ScriptedSearch(FOUND)
    report = report_of(search, questions)
    assert list(report.modes) == list(MODES)
    assert list(report.poolings) == list(POOLINGS)
    assert {run.run.mode for run in report.poolings.values()} == {"sentence"}
    assert {run.run.pooling for run in report.modes.values()} == {"mean"}
    assert report.poolings["mean"] is report.modes["sentence"]
    assert {limit for *_, limit in search.asked} == {HITS}


def test_no_search_follows_one_of_the_same_question(questions: Path) -> None:
    # What a workspace remembers of a question would make the second look free.
    search = ScriptedSearch(FOUND)
    report_of(search, questions)
    asked = [question for question, *_ in search.asked]
    assert all(a != b for a, b in pairwise(asked))


def test_events_count_every_search(questions: Path) -> None:
    events = list(evaluate(ScriptedSearch(FOUND), questions, ["bm25"]))
    started = next(e for e in events if isinstance(e, EvaluationStarted))
    evaluated = [e for e in events if isinstance(e, QuestionEvaluated)]
    assert len(evaluated) == started.n_questions * started.n_runs
    assert [e.done for e in evaluated] == list(range(1, len(evaluated) + 1))
    assert {e.total for e in evaluated} == {len(evaluated)}
    assert [e.declined for e in evaluated[:3]] == [False, True, False]


def test_entries_that_no_search_can_find_are_remarked(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    entries = [{"document": "c.md", "quote": "x"}, {"document": "b.md", "quote": "The lock"}]
    file.write_text(json.dumps({"id": "7", "question": "q", "relevant": entries}), "utf-8")
    remarks = report_of(ScriptedSearch({}), file, "bm25").remarks
    assert len(remarks) == 2
    assert "c.md" in remarks[0]
    assert '"7"' in remarks[1] and "b.md" in remarks[1]


def test_an_unknown_mode_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no mode 'hybird'"):
        next(evaluate(ScriptedSearch({}), tmp_path / "none", ["hybird"]))


def test_a_saved_run_shows_what_changed(questions: Path, tmp_path: Path) -> None:
    from assistant.cli.evaluation_views import evaluation_view

    before = report_of(ScriptedSearch(FOUND), questions, "bm25")
    file = tmp_path / "saved.json"
    file.write_text(json.dumps(evaluation_view(before)), "utf-8")
    better = {**FOUND, ("bm25", "mean"): FOUND["sentence", "mean"]}
    after = report_of(ScriptedSearch(better), questions, "bm25")
    modes, poolings = changes_since(read_earlier(file), after)
    by_metric = {change.metric: change.difference for change in modes["bm25"].metrics}
    assert by_metric["mrr@10"] == pytest.approx(0.25)
    assert {change.difference for change in poolings["mean"].metrics} == {0.0}


def test_a_file_that_is_no_saved_run_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    file.write_text('{"modes": 3}', "utf-8")
    with pytest.raises(UsageError, match="not a saved evaluation"):
        read_earlier(file)
