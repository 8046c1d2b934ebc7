"""`assistant index`: the report, and what it says of files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

FIELDS = {"added", "updated", "removed", "unchanged", "failures", "documents", "passages"}
FIELDS |= {"sentences", "unreadable_share", "truncated_passages", "elapsed_s", "model"}


def test_fields_of_the_design(cli: Cli, docs: Path) -> None:
    outcome = cli("index", str(docs), "--json")
    assert outcome.code == 0
    report = outcome.json
    assert set(report) >= FIELDS
    assert (report["added"], report["documents"]) == (3, 3)
    assert report["model"] == "all-MiniLM-L6-v2"


def test_the_second_time_nothing_is_done(cli: Cli, docs: Path) -> None:
    cli("index", str(docs))
    outcome = cli("index", str(docs), "--json")
    assert (outcome.json["added"], outcome.json["unchanged"]) == (0, 3)
    assert outcome.err == ""


def test_a_removed_document_is_gone(cli: Cli, docs: Path) -> None:
    cli("index", str(docs))
    (docs / "smm.md").unlink()
    assert cli("index", str(docs), "--json").json["removed"] == 1
    found = cli("search", "D_LCK", "--docs", str(docs), "--mode", "bm25", "--json")
    assert found.code == 1


def test_what_cannot_be_read_is_a_row_and_costs_nothing_else(cli: Cli, docs: Path) -> None:
    (docs / "firmware.md").write_bytes(bytes(range(256)) * 64)
    outcome = cli("index", str(docs), "--json")
    assert outcome.code == 0
    assert [row["document"] for row in outcome.json["failures"]] == ["firmware.md"]
    assert outcome.json["failures"][0]["reason"]
    assert outcome.json["documents"] == 3
    assert "1 file could not be read" in outcome.err


def test_invalid_utf8_is_read_or_named_and_never_ends_the_run(cli: Cli, docs: Path) -> None:
    (docs / "latin.md").write_bytes("The Prüfsumme of the café is öffentlich.\n".encode("latin-1"))
    (docs / "broken.txt").write_bytes(b"The lock \xff\xfe\xfd bit \xc3 is set.\n")
    report = cli("index", str(docs), "--json").json
    failed = {row["document"] for row in report["failures"]}
    assert failed <= {"latin.md", "broken.txt"}
    assert report["documents"] == 5 - len(failed)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_named(cli: Cli, docs: Path) -> None:
    docs.chmod(0)
    try:
        outcome = cli("index", str(docs))
    finally:
        docs.chmod(0o700)
    assert outcome.code == 2
    assert f"the folder cannot be read: {docs}" in outcome.err


def test_report_lists_every_failure_with_its_reason(cli: Cli, docs: Path) -> None:
    (docs / "firmware.md").write_bytes(bytes(range(256)) * 64)
    brief, full = cli("index", str(docs)), cli("index", str(docs), "--report")
    assert "firmware.md" not in brief.out
    assert "firmware.md  could not be read: " in full.out


def test_a_file_beyond_the_limit_is_a_row_that_names_the_cure(
    cli: Cli, docs: Path, home: Path
) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("[index]\nmax_file_mb = 1\n")
    (docs / "big.txt").write_text("word " * 300_000)
    failures = cli("index", str(docs), "--json").json["failures"]
    assert failures[0]["document"] == "big.txt"
    assert "larger than 1 MB" in failures[0]["reason"]


def test_text_counts_what_changed(cli: Cli, docs: Path) -> None:
    outcome = cli("index", str(docs))
    assert outcome.out.startswith("3 documents, ")
    assert "3 added, 0 updated, 0 removed, 0 unchanged" in outcome.out


@pytest.mark.parametrize("command", ["index", "search"])
def test_an_empty_folder_is_one_error_that_names_it(
    cli: Cli, home_with_model: Path, tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    argv = ["index", str(folder)] if command == "index" else ["search", "q", "--docs", str(folder)]
    outcome = cli(*argv)
    assert outcome.code == 2
    what, hint = outcome.err.splitlines()
    assert what == f"assistant: the folder has no documents: {folder}"
    assert ".md" in hint and ".html" in hint
