"""`assistant eval`: figures, files and the floor for CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.modes import MODES
from tests.cli.conftest import Cli

METRICS = {"hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10", "ms_per_question"}


@pytest.fixture
def questions(tmp_path: Path) -> str:
    lock = {"document": "smm.md", "quote": "lock bit D_LCK is set before the first option ROM"}
    leveling = {"document": "memory.md", "quote": "Write leveling aligns DQS with CK"}
    lines = [
        {"id": "a", "question": "D_LCK", "relevant": [lock], "kind": "identifier"},
        {"id": "b", "question": "What is write leveling?", "relevant": [leveling]},
        {"id": "c", "question": "zzqqy", "relevant": []},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return str(file)


def test_fields_of_the_design(cli: Cli, indexed: str, questions: str) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--json")
    assert outcome.code == 0
    report = outcome.json
    assert report["questions"] == 3
    assert set(report["modes"]) == set(MODES)
    assert set(report["poolings"]) == set(POOLINGS)
    for run in (*report["modes"].values(), *report["poolings"].values()):
        assert set(run) >= METRICS
    assert report["modes"]["bm25"]["hit@1"] == 1.0
    assert report["modes"]["bm25"]["declined_share"] == 1.0
    assert report["modes"]["bm25"]["kinds"]["identifier"]["questions"] == 1
    assert report["remarks"] == []


def test_kinds_of_passages_are_indexes_of_their_own_side_by_side(
    cli: Cli, indexed: str, questions: str
) -> None:
    kinds = ["heading", "window", "semantic"]
    argv = ["eval", questions, "--docs", indexed, "--modes", "passage,bm25"]
    report = cli(*argv, "--passages", ",".join(kinds), "--json").json
    assert list(report["passages"]) == kinds
    assert report["modes"] == report["passages"]["heading"]["modes"]
    # Words do not depend on where passages end.
    assert len({each["modes"]["bm25"]["ndcg@10"] for each in report["passages"].values()}) == 1
    indexes = Path(indexed).parent / "cli-home" / "data" / "indexes"
    assert len(list(indexes.glob("*/*/catalogue.db"))) >= len(kinds)
    text = cli(*argv, "--passages", "heading,window").out
    assert text.index("Passages by heading") < text.index("Passages by window")


def test_an_unknown_kind_of_passages_is_refused(cli: Cli, indexed: str, questions: str) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--passages", "chunks")
    assert outcome.code == 2
    assert "heading, window, semantic" in outcome.err


def test_the_floor_s_calibration_is_reported(cli: Cli, indexed: str, questions: str) -> None:
    argv = ["eval", questions, "--docs", indexed, "--modes", "bm25"]
    found = cli(*argv, "--json").json["modes"]["bm25"]["calibration"]
    assert (found["answerable"], found["unanswerable"], found["roc_area"]) == (2, 1, 1.0)
    assert found["in_use"]["unanswerable_declined"] == 1.0
    assert found["best"]["answerable_declined"] == 0.0
    assert found["curve"][0]["floor"] == 0.0
    assert "ROC area" in cli(*argv).out


def test_modes_can_be_chosen(cli: Cli, indexed: str, questions: str) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--modes", "bm25, hybrid", "--json")
    assert list(outcome.json["modes"]) == ["bm25", "hybrid"]


def test_hits_have_one_line_per_question_and_run(
    cli: Cli, indexed: str, questions: str, tmp_path: Path
) -> None:
    file = tmp_path / "hits.jsonl"
    cli("eval", questions, "--docs", indexed, "--modes", "bm25", "--hits", str(file))
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == 3 * (1 + len(POOLINGS))
    assert set(lines[0]) == {"id", "mode", "pooling", "hits", "declined"}
    assert set(lines[0]["hits"][0]) == {"document", "line", "sentence", "score", "repeats"}
    assert (lines[2]["id"], lines[2]["hits"], lines[2]["declined"]) == ("c", [], True)


def test_text_has_a_row_per_mode_and_pooling(cli: Cli, indexed: str, questions: str) -> None:
    outcome = cli("eval", questions, "--docs", indexed)
    first_words = [line.split()[0] for line in outcome.out.splitlines() if line.strip()]
    assert set(MODES) | set(POOLINGS) <= set(first_words)
    assert "2 questions with an answer; 1 more have no answer" in outcome.out


def test_a_saved_run_can_be_held_against(
    cli: Cli, indexed: str, questions: str, tmp_path: Path
) -> None:
    saved = str(tmp_path / "saved.json")
    cli("eval", questions, "--docs", indexed, "--save", saved)
    outcome = cli("eval", questions, "--docs", indexed, "--against", saved, "--json")
    change = outcome.json["against"]["modes"]["hybrid"]["ndcg@10"]
    assert change == {"difference": 0.0, "interval": [0.0, 0.0]}
    assert "Changed since" in cli("eval", questions, "--docs", indexed, "--against", saved).out


def test_a_run_is_kept_and_the_next_one_held_against_it(
    cli: Cli, docs: Path, questions: str
) -> None:
    argv = ["eval", questions, "--docs", str(docs), "--modes", "bm25,late"]
    first = cli(*argv, "--json").json
    assert first["since_last"] is None
    kept = json.loads(Path(first["kept"]).read_text("utf-8"))
    assert {"kept_at", "program", "model", "index_generation", "questions_sha256"} <= set(kept)
    second = cli(*argv, "--json").json
    since = second["since_last"]
    assert (since["kept_at"], since["same_questions"]) == (kept["kept_at"], 3)
    change = since["modes"]["late"]
    assert change["ndcg@10"] == {"difference": 0.0, "interval": [0.0, 0.0]}
    assert (change["won"], change["lost"], change["questions"]) == ([], [], 2)
    assert "3 questions unchanged" in cli(*argv).out
    against = cli(*argv, "--against", first["kept"], "--json").json["against"]
    assert set(against["modes"]) == {"bm25", "late"}


def test_a_run_can_be_left_unkept(
    cli: Cli, docs: Path, home_with_model: Path, questions: str
) -> None:
    argv = ["eval", questions, "--docs", str(docs), "--modes", "bm25", "--no-keep", "--json"]
    assert cli(*argv).json["kept"] is None
    assert not (home_with_model / "data" / "folders").exists()


def test_every_mode_under_every_pooling_on_request(cli: Cli, indexed: str, questions: str) -> None:
    argv = ["eval", questions, "--docs", indexed, "--modes", "late,bm25", "--no-keep"]
    assert cli(*argv, "--json").json["crossed"] == {}
    crossed = cli(*argv, "--all-poolings", "--json").json["crossed"]
    assert set(crossed) == {"late"}
    assert set(crossed["late"]) == set(POOLINGS) - {"mean"}
    assert set(crossed["late"]["max"]) >= METRICS
    assert 'Poolings, in mode "late"' in cli(*argv, "--all-poolings").out


@pytest.mark.parametrize(("floor", "code"), [("hit@1=1", 0), ("ndcg@10=1.01", 1)])
def test_a_floor_decides_the_exit_code(
    cli: Cli, indexed: str, questions: str, floor: str, code: int
) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--modes", "bm25", "--fail-under", floor)
    assert outcome.code == code
    assert ("bm25 is under the wanted ndcg@10: 1.000 < 1.01" in outcome.err) == bool(code)


@pytest.mark.parametrize("floor", ["ndcg@10", "ndcg@10=x", "f1=0.5"])
def test_a_floor_that_cannot_be_read_is_refused(
    cli: Cli, indexed: str, questions: str, floor: str
) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--fail-under", floor)
    assert outcome.code == 2
    assert floor in outcome.err and "hit@1" in outcome.err


def test_a_bad_line_is_named_before_anything_is_indexed(
    cli: Cli, docs: Path, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": 1}')
    outcome = cli("eval", str(file), "--docs", str(docs))
    assert outcome.code == 2
    assert f"{file}:1: " in outcome.err
    assert not (home / "data").exists()


def test_an_unknown_mode_is_refused(cli: Cli, indexed: str, questions: str) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--modes", "bm52")
    assert outcome.code == 2
    assert 'did you mean "bm25"?' in outcome.err


def test_a_file_that_cannot_be_written_is_named(
    cli: Cli, indexed: str, questions: str, tmp_path: Path
) -> None:
    outcome = cli("eval", questions, "--docs", indexed, "--hits", str(tmp_path / "no" / "x"))
    assert outcome.code == 2
    assert "cannot be written" in outcome.err


def test_a_document_that_is_not_indexed_is_remarked(cli: Cli, indexed: str, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    entry = {"document": "gone.md", "quote": "x"}
    file.write_text(json.dumps({"id": "1", "question": "lock", "relevant": [entry]}))
    outcome = cli("eval", str(file), "--docs", indexed, "--modes", "bm25")
    assert "not in the index: gone.md" in outcome.err
