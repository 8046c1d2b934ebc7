"""Every mode under every pooling: the same figures as one by one, and something when cancelled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.embedding.poolings import POOLINGS
from assistant.evaluation.evaluating import HITS, PARTIAL_EVERY, evaluate
from assistant.evaluation.metrics import question_metrics
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import EvaluationFinished, EvaluationStarted, Run, RunScored
from assistant.evaluation.relevance import first_ranks
from assistant.paths import Paths
from assistant.retrieval.modes import MODES
from assistant.settings import ChromaSettings, Settings
from assistant.workspace import Workspace
from tests.builders import FIRMWARE
from tests.fakes import HashingEncoder

EVERY = {
    Run(mode.name, pooling)
    for mode in MODES.values()
    for pooling in POOLINGS
    if mode.uses_pooling or pooling == "mean"
}


@pytest.fixture
def workspace(tmp_path: Path, home_with_model: Path) -> Workspace:
    for name, text in FIRMWARE.items():
        file = tmp_path / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    settings = Settings(chroma=ChromaSettings(enabled=False))
    made = Workspace(settings, Paths.below(home_with_model), tmp_path / "docs", HashingEncoder.load)
    list(made.index())
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    sentences = [
        ("memory.md", "Write leveling aligns DQS with CK at each DRAM."),
        ("pci.md", "Bus numbers are assigned before resources."),
        ("boot/secure.txt", "Keys are stored in authenticated variables."),
    ]
    lines = [
        {"id": f"{i}", "question": f"{quote} {i}", "relevant": [{"document": d, "quote": quote}]}
        for i, (d, quote) in enumerate(sentences * 4)
    ]
    file = tmp_path / "q.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return file


def test_the_product_has_every_way_once_and_the_figures_of_a_search_alone(
    workspace: Workspace, questions: Path
) -> None:
    events = list(workspace.evaluate(questions, crossed=True))
    started = next(e for e in events if isinstance(e, EvaluationStarted))
    finished = events[-1]
    assert isinstance(finished, EvaluationFinished)
    assert set(finished.report.runs) == EVERY
    assert started.n_runs == len(EVERY)
    for run, report in finished.report.runs.items():
        for question in read_questions(questions):
            trace = workspace.retrieve(question.question, run.mode, run.pooling, HITS)
            alone = question_metrics(first_ranks(trace.hits, question.relevant))
            assert report.per_question[question.id] == alone


def test_only_searches_that_share_nothing_have_a_time(
    workspace: Workspace, questions: Path
) -> None:
    finished = list(workspace.evaluate(questions, ["late", "bm25"], crossed=True))[-1]
    assert isinstance(finished, EvaluationFinished)
    report = finished.report
    assert list(report.crossed) == ["late"]  # bm25 has no pooling
    assert all(run.ms_per_question is None for run in report.crossed["late"].values())
    assert all(run.ms_per_question is not None for run in report.modes.values())
    assert set(report.crossed["late"]) == set(POOLINGS) - {"mean"}


def test_a_cancelled_evaluation_has_shown_what_it_had(
    workspace: Workspace, questions: Path
) -> None:
    events = workspace.evaluate(questions, crossed=True)
    scored: dict[Run, RunScored] = {}
    for event in events:
        if isinstance(event, RunScored):
            scored[event.report.run] = event
            if not event.is_complete and len(scored) == len(EVERY):
                break
    events.close()
    partial = [event for event in scored.values() if not event.is_complete]
    assert len(partial) == sum(m.uses_pooling for m in MODES.values()) * (len(POOLINGS) - 1) - (
        len(POOLINGS) - 1
    )
    for event in partial:
        assert event.report.overall.n_questions == PARTIAL_EVERY
        assert event.report.overall.means and not event.report.overall.intervals


def test_a_pooling_that_a_mode_says_it_does_not_use_changes_nothing(workspace: Workspace) -> None:
    question = "How is memory written before it is enabled?"
    for mode in MODES.values():
        rankings = {
            tuple(
                (hit.sentence_id, hit.score)
                for hit in workspace.retrieve(question, mode.name, p).hits
            )
            for p in POOLINGS
        }
        assert (len(rankings) == 1) != mode.uses_pooling, mode.name


def test_an_evaluation_without_the_product_asks_no_more_than_it_did(questions: Path) -> None:
    from tests.evaluation_room.test_evaluating import ScriptedSearch

    search = ScriptedSearch({})
    list(evaluate(search, questions, ["late"]))
    assert {(mode, pooling) for _, mode, pooling, _ in search.asked} == {
        ("late", "mean"),
        *(("sentence", pooling) for pooling in POOLINGS),
    }
