"""Runs that are kept, found again, and held against the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from assistant.evaluation import keeping
from assistant.evaluation.earlier import changes_since, read_earlier
from assistant.evaluation.keeping import FolderEvaluations, KeptRun, digests_of
from assistant.evaluation.metrics import mean_scores, question_metrics
from assistant.evaluation.records import EvaluationReport, Question, Relevant, Run, RunReport
from assistant.folders import Folders

QUESTIONS = tuple(Question(q, f"{q}?", (Relevant("a.md", q),)) for q in ("one", "two", "three"))


def scored(mode: str, pooling: str, **ranks: int | None) -> RunReport:
    per_question = {q: question_metrics([rank]) for q, rank in ranks.items()}
    return RunReport(
        Run(mode, pooling), mean_scores(per_question), {}, {}, 1.0, None, None, per_question
    )


def report_of(*runs: RunReport) -> EvaluationReport:
    modes = {run.run.mode: run for run in runs if run.run.pooling == "mean"}
    crossed: dict[str, dict[str, RunReport]] = {}
    for run in runs:
        if run.run.pooling != "mean":
            crossed.setdefault(run.run.mode, {})[run.run.pooling] = run
    return EvaluationReport(3, 0, modes, {}, (), crossed)


BEFORE = report_of(
    scored("bm25", "mean", one=1, two=20, three=2), scored("late", "max", one=1, two=1, three=30)
)
AFTER = report_of(
    scored("bm25", "mean", one=1, two=2, three=None), scored("late", "max", one=1, two=1, three=4)
)


def kept(report: EvaluationReport, minute: int = 0, questions: tuple[Question, ...] = QUESTIONS):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(minutes=minute)
    return KeptRun(
        kept_at=at.isoformat(),
        program="1",
        model="m",
        model_revision="r",
        passages="heading",
        index_generation=7,
        n_sentences=9,
        questions_file="q.jsonl",
        questions_sha256="0" * 64,
        question_digests=digests_of(questions),
        report=report,
    )


@pytest.fixture
def evaluations(tmp_path: Path) -> FolderEvaluations:
    (tmp_path / "docs").mkdir()
    return FolderEvaluations(tmp_path / "kept", Folders((tmp_path / "docs",)))


def test_a_run_comes_back_as_it_was_kept(evaluations: FolderEvaluations) -> None:
    run = kept(BEFORE)
    file = evaluations.keep(run)
    assert msgspec.json.decode(file.read_bytes(), type=KeptRun) == run
    assert evaluations.last_on(digests_of(QUESTIONS)) == run


def test_the_newest_is_the_last(evaluations: FolderEvaluations) -> None:
    for minute, report in ((1, BEFORE), (2, AFTER), (0, BEFORE)):
        evaluations.keep(kept(report, minute))
    last = evaluations.last_on(digests_of(QUESTIONS))
    assert last is not None and last.report == AFTER


def test_only_the_newest_runs_stay(
    evaluations: FolderEvaluations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "RUNS_KEPT", 2)
    files = [evaluations.keep(kept(BEFORE, minute)) for minute in (3, 1, 2)]
    assert [file.exists() for file in files] == [True, False, True]


def test_what_changed_per_run_with_the_questions_won_and_lost(
    evaluations: FolderEvaluations,
) -> None:
    evaluations.keep(kept(BEFORE))
    since = evaluations.since_last(kept(AFTER, 1))
    assert since is not None and since.same == {"one", "two", "three"}
    words, vectors = since.by_run[Run("bm25", "mean")], since.by_run[Run("late", "max")]
    assert (words.won, words.lost, words.n_questions) == (("two",), ("three",), 3)
    assert (vectors.won, vectors.lost) == (("three",), ())
    change = words.of("mrr@10")
    assert change is not None
    assert change.difference == pytest.approx(((0.5 - 0) + (0 - 0.5)) / 3)
    assert change.low <= change.difference <= change.high
    assert since.named[0]["bm25"] == words


def test_a_question_that_was_changed_is_left_out(evaluations: FolderEvaluations) -> None:
    evaluations.keep(kept(BEFORE))
    changed = replace(QUESTIONS[1], relevant=(Relevant("b.md", "else"),))
    since = evaluations.since_last(kept(AFTER, 1, (QUESTIONS[0], changed, QUESTIONS[2])))
    assert since is not None and since.same == {"one", "three"}
    assert since.by_run[Run("bm25", "mean")].won == ()
    other = tuple(replace(q, question=f"{q.id}!") for q in QUESTIONS)
    assert evaluations.since_last(kept(AFTER, 1, other)) is None


def test_a_run_of_one_mode_does_not_hide_the_last_whole_one(
    evaluations: FolderEvaluations,
) -> None:
    evaluations.keep(kept(BEFORE))
    evaluations.keep(kept(report_of(scored("bm25", "mean", one=1, two=1, three=1)), 1))
    since = evaluations.since_last(kept(AFTER, 2))
    assert since is not None and since.earlier.report == BEFORE


def test_files_that_are_no_runs_are_passed_over(evaluations: FolderEvaluations) -> None:
    file = evaluations.keep(kept(BEFORE))
    (file.parent / "99990101T000000.000000-x.json").write_text("{}")
    (file.parent / "99990102T000000.000000-x.json").write_bytes(b"\xff{torn")
    assert evaluations.last_on(digests_of(QUESTIONS)) == kept(BEFORE)


def test_a_kept_run_can_be_named_as_the_earlier_one(evaluations: FolderEvaluations) -> None:
    file = evaluations.keep(kept(BEFORE))
    modes, _ = changes_since(read_earlier(file), AFTER)
    assert modes["bm25"].won == ("two",)


def test_the_folder_s_own_file_is_offered_first(
    evaluations: FolderEvaluations, tmp_path: Path
) -> None:
    assert evaluations.question_files() == ()
    found = tmp_path / "docs" / "questions.jsonl"
    found.write_text("")
    evaluations.mark("q?", "a.md", "A sentence.")
    assert evaluations.question_files() == (evaluations.own_questions, found)
    assert list((tmp_path / "docs").iterdir()) == [found]  # the folder is only read
