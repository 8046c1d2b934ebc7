"""`assistant doctor`: it finds what is broken, and says what to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Outcome
from tests.ollama_server import OllamaServer


def checks_of(outcome: Outcome) -> dict[str, dict[str, object]]:
    return {check["name"]: check for check in outcome.json["checks"]}


def index_of(home: Path) -> Path:
    return next((home / "data" / "indexes").glob("*/*/catalogue.db")).parent


def test_all_is_well_but_for_ollama_and_that_is_exit_0(cli: Cli, indexed: str) -> None:
    outcome = cli("doctor", "--docs", indexed, "--json")
    assert outcome.code == 0
    assert outcome.json["ok"] is True
    checks = checks_of(outcome)
    assert list(checks) == [
        *("model", "model runtime", "index", "index text", "index rows", "index vectors"),
        *("index tokens", "index words", "vector database", "chat"),
    ]
    assert [name for name, check in checks.items() if not check["ok"]] == ["chat"]
    assert "ollama serve" in str(checks["chat"]["hint"])
    assert "3 documents" in str(checks["index"]["detail"])
    assert "recall@10 1.000" in str(checks["vector database"]["detail"])
    assert set(checks["chat"]) == {"name", "ok", "detail", "hint"}


def test_text_is_aligned_and_names_the_cure(cli: Cli, indexed: str) -> None:
    lines = cli("doctor", "--docs", indexed).out.splitlines()
    assert lines[0].startswith("ok   model              all-MiniLM-L6-v2, 384 dimensions")
    assert lines[-1].strip().startswith("→ start one with `ollama serve`")


def test_a_folder_without_an_index_is_no_fault(cli: Cli, docs: Path) -> None:
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 0
    assert f"assistant index {docs}" in str(checks_of(outcome)["index"]["detail"])


def test_the_last_folder_is_looked_at(cli: Cli, docs: Path, home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "last_folder").write_text(str(docs))
    assert str(docs) in str(checks_of(cli("doctor", "--json"))["index"]["detail"])


def test_a_model_that_is_not_there_is_exit_3(cli: Cli, docs: Path, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text('[index]\nmodel = "./no-model"\n')
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 3
    assert checks_of(outcome)["model"]["ok"] is False


def test_vectors_that_are_too_short_are_found(cli: Cli, docs: Path, home: Path) -> None:
    cli("index", str(docs))
    os.truncate(index_of(home) / "vectors" / "sentence.max.f32", 100)
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 2
    assert checks_of(outcome)["index"]["ok"] is False
    assert str(checks_of(outcome)["index"]["hint"]).endswith("--repair")
    assert cli("doctor", "--docs", str(docs), "--repair").code == 0


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("UPDATE sentences SET vector_row = 9999 WHERE id = 1", "index rows"),
        ("UPDATE sentences SET start = start + 1 WHERE id = 1", "index text"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_found(
    cli: Cli, docs: Path, home: Path, damage: str, name: str
) -> None:
    cli("index", str(docs))
    with sqlite3.connect(index_of(home) / "catalogue.db") as database:
        database.execute(damage)
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 2
    assert checks_of(outcome)[name]["ok"] is False
    mended = cli("doctor", "--docs", str(docs), "--repair", "--json")
    assert mended.code == 0
    assert checks_of(mended)[name]["ok"] is True
    assert "repairing: " in mended.err


def test_a_catalogue_that_is_none_is_found(cli: Cli, docs: Path, home: Path) -> None:
    cli("index", str(docs))
    (index_of(home) / "catalogue.db").write_bytes(b"not a database at all" * 99)
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 2
    assert str(checks_of(outcome)["index"]["hint"]).endswith("--repair")
    mended = cli("doctor", "--docs", str(docs), "--repair")
    assert mended.code == 0
    assert "made anew" in mended.err


def test_a_vector_database_that_lags_behind_is_found_and_not_essential(
    cli: Cli, docs: Path, home: Path
) -> None:
    cli("index", str(docs))
    (index_of(home) / "chroma" / "generation").unlink()
    outcome = cli("doctor", "--docs", str(docs), "--json")
    assert outcome.code == 0
    check = checks_of(outcome)["vector database"]
    assert check["ok"] is False
    assert check["hint"] == f"assistant index {docs}"


def test_a_server_and_its_models_are_named(
    cli: Cli, indexed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        check = checks_of(cli("doctor", "--docs", indexed, "--json"))["chat"]
    assert check["ok"] is True
    assert "ollama answers with" in str(check["detail"])


def test_a_model_that_is_not_on_this_machine_is_not_fetched(
    cli: Cli, docs: Path, home: Path
) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text('[index]\nmodel = "nobody/no-such-model"\n')
    outcome = cli("doctor", "--docs", str(docs), "--json")
    check = checks_of(outcome)["model"]
    assert check["ok"] is False
    assert "not on this machine: nobody/no-such-model" in str(check["detail"])
    assert "fetches it" in str(check["hint"])
