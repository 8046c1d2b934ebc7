"""`assistant documents`: how each document was read, the worst first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.__main__ import main
from assistant.cli.documents_text import document_lines
from assistant.records import DocumentSummary
from tests.cli.conftest import Cli
from tests.cli.test_cli_hostile_text import CONTROLS
from tests.fakes import EnglishEncoder

WINDOW = 254
"""Of the packaged model, without [CLS] and [SEP]."""
Listing = Callable[..., str]


@pytest.fixture
def listed(docs: Path, capsys: pytest.CaptureFixture[str]) -> Listing:
    """Runs `assistant documents` with an encoder that knows no Chinese."""

    def run(*options: str) -> str:
        assert main(["documents", str(docs), *options], EnglishEncoder.load) == 0
        return capsys.readouterr().out

    return run


def rows_of(out: str) -> dict[str, Any]:
    return {row["document"]: row for row in json.loads(out)["documents"]}


def test_the_document_that_was_read_worst_comes_first(listed: Listing, docs: Path) -> None:
    (docs / "a-mixed.md").write_text("The lock bit 锁定 is set before the first option ROM.\n")
    found = json.loads(listed("--json"))
    assert [row["document"] for row in found["documents"]] == [
        *("zh/memory.md", "a-mixed.md", "memory.md", "smm.md")
    ]
    assert [row["readability"] for row in found["documents"]] == [
        *("unreadable", "partly", "read", "read")
    ]
    assert (found["total"]["unreadable"], found["total"]["partly"]) == (1, 1)


def test_counts_are_those_of_the_document_s_sentences(listed: Listing, docs: Path) -> None:
    (docs / "one.txt").write_text("固件 starts 内存.\n", "utf-8")
    row = rows_of(listed("--json"))["one.txt"]
    assert (row["sentences"], row["tokens"], row["unknown"]) == (1, 6, 4)
    assert row["unknown_share"] == pytest.approx(4 / 6)
    assert (row["truncated"], row["cut_sentences"], row["format"]) == (0, 0, "plain")


def test_tokens_beyond_the_window_are_counted_with_their_sentences(
    listed: Listing, docs: Path
) -> None:
    (docs / "long.txt").write_text("a " * 301 + "end.\n\nIt is short.\n")
    row = rows_of(listed("--json"))["long.txt"]
    cut_off = 301 + len(["end", "."]) - WINDOW
    assert (row["sentences"], row["truncated"], row["cut_sentences"]) == (2, cut_off, 1)
    assert row["truncated_share"] == pytest.approx(cut_off / row["tokens"])
    assert "in 1 sentence." in " ".join(listed().split())


def test_the_total_is_the_sum_of_the_rows(listed: Listing) -> None:
    found = json.loads(listed("--json"))
    rows, total = found["documents"], found["total"]
    assert total["documents"] == len(rows) == 3
    for name in ("sentences", "tokens", "unknown", "truncated", "cut_sentences"):
        assert total[name] == sum(row[name] for row in rows)
    assert total["unknown_share"] == pytest.approx(total["unknown"] / total["tokens"])
    assert found["model"] == "all-MiniLM-L6-v2"


def test_text_says_in_words_which_documents_the_encoder_cannot_read(listed: Listing) -> None:
    lines = listed().splitlines()
    assert lines[0].split() == [
        *("read", "unknown", "cut", "off", "sentences", "tokens", "format", "document")
    ]
    assert lines[1].startswith("no ") and lines[1].endswith("zh/memory.md")
    assert lines[2].startswith("yes ") and lines[2].endswith("memory.md")
    assert "3 documents, " in lines[5]
    assert "cannot read 1 document:" in lines[-1] and "BM25" in lines[-1]


def test_documents_that_are_all_read_raise_no_alarm(listed: Listing, docs: Path) -> None:
    (docs / "zh" / "memory.md").unlink()
    out = listed()
    assert "cannot read" not in out and "in part" not in out


def test_what_is_new_is_listed_unless_the_index_shall_stay(cli: Cli, docs: Path) -> None:
    unindexed = cli("documents", str(docs), "--no-index")
    assert unindexed.code == 2
    assert f"assistant index {docs}" in unindexed.err
    assert "smm.md" in cli("documents", str(docs)).out
    (docs / "new.md").write_text("It is new.\n")
    assert "new.md" not in cli("documents", str(docs), "--no-index").out
    assert "new.md" in cli("documents", str(docs)).out


def test_an_index_without_documents_is_exit_1(cli: Cli, docs: Path) -> None:
    for file in list(docs.rglob("*.md")):
        file.unlink()
    assert cli("documents", str(docs)).code == 2  # the empty folder is told, and indexed as such
    outcome = cli("documents", str(docs), "--no-index", "--json")
    assert outcome.code == 1
    assert outcome.json["documents"] == [] and outcome.json["total"]["tokens"] == 0
    assert "no documents" in outcome.err


def test_markup_in_a_name_is_part_of_the_name(cli: Cli, docs: Path) -> None:
    name = "[bold red]a [@click=app.quit]b.md"
    (docs / name).write_text("It is set.\n")
    assert any(line.endswith(f"  {name}") for line in cli("documents", str(docs)).out.splitlines())
    assert name in rows_of(cli("documents", str(docs), "--json").out)


def test_names_from_an_index_of_old_stay_on_their_line_and_drive_nothing() -> None:
    """The scanner refuses such names today: the last gate must hold without it."""
    document = DocumentSummary("a\n\x1b[2J\u202eb.md", "", "plain", 1, 1, 0, 0, 0, "read")
    lines = [line.plain for line in document_lines([document], "m", None)]
    assert lines[1].endswith("  a [2Jb.md")
    assert not any(CONTROLS.search(line) for line in lines)
