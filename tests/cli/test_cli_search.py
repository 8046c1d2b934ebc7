"""`assistant search`: what it prints, as text and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.retrieval.modes import MODES
from tests.cli.conftest import Cli, write_documents
from tests.documents.pdf_files import Page, pdf


def test_fields_of_the_design(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "How is DDR4 memory initialised?", "--docs", indexed, "--json")
    assert outcome.code == 0
    found = outcome.json
    assert {"question", "mode", "pooling", "hits", "reading", "timings"} <= set(found)
    assert set(found["reading"]) == {"tokens", "unknown", "truncated"}
    assert all(isinstance(seconds, float) for seconds in found["timings"].values())
    hit = found["hits"][0]
    fields = {"rank", "score", "document", "line", "page", "heading", "sentence", "passage"}
    assert fields | {"parts"} <= set(hit)
    assert set(hit["parts"][0]) == {"arm", "rank", "score"}
    assert (hit["document"], hit["line"], hit["page"]) == ("memory.md", 5, None)
    assert hit["heading"] == ["Memory", "Training"]
    assert hit["sentence"] == "DDR4 memory is initialised by the memory reference code."
    assert [h["rank"] for h in found["hits"]] == list(range(1, len(found["hits"]) + 1))


@pytest.mark.parametrize("mode", list(MODES))
def test_every_mode_answers(cli: Cli, indexed: str, mode: str) -> None:
    outcome = cli("search", "write leveling", "--docs", indexed, "--mode", mode, "--json")
    assert outcome.code == 0
    assert outcome.json["mode"] == mode


def test_pooling_and_limit_are_obeyed(cli: Cli, indexed: str) -> None:
    outcome = cli(
        *("search", "memory training", "--docs", indexed, "--pooling", "max", "--limit", "2"),
        *("--mode", "sentence", "--json"),
    )
    assert outcome.json["pooling"] == "max"
    assert len(outcome.json["hits"]) == 2


def test_text_has_rank_place_and_sentence_and_no_escape(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "D_LCK", "--docs", indexed, "--mode", "bm25")
    lines = outcome.out.splitlines()
    assert lines[0] == "1  smm.md:3  System management mode"
    assert lines[1].strip().startswith("The SMRAM lock bit D_LCK is set")
    assert "bm25 #1" in lines[2]
    assert "\x1b" not in outcome.out
    assert all(line == line.rstrip() for line in lines)


def test_chinese_is_found_and_kept(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "如何初始化DDR4内存?", "--docs", indexed, "--json")
    assert outcome.json["hits"][0]["document"] == "zh/memory.md"
    assert "固件在启动早期初始化DDR4内存。" in outcome.out  # as itself, not as \u escapes


def test_a_question_that_the_encoder_cannot_read_is_explained(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "如何初始化DDR4内存?", "--docs", indexed, "--json")
    assert outcome.json["reading"]["unknown"] > 0
    assert "does not know" in outcome.json["notes"][0]
    assert "does not know" in outcome.err


def test_nothing_found_is_exit_1(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "zzqqy", "--docs", indexed, "--mode", "bm25", "--json")
    assert outcome.code == 1
    assert outcome.json["hits"] == []
    assert "nothing was found" in outcome.err


def test_brackets_are_nothing_but_text(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "PCI[3:0]", "--docs", indexed, "--mode", "bm25")
    assert "PCI[3:0] | [RO]" in outcome.out


def test_a_new_document_is_found_without_an_index_command(cli: Cli, docs: Path) -> None:
    assert cli("search", "gyroscope", "--docs", str(docs), "--mode", "bm25").code == 1
    (docs / "new.md").write_text("The gyroscope is calibrated in DXE.\n")
    stale = cli("search", "gyroscope", "--docs", str(docs), "--mode", "bm25", "--no-index")
    assert stale.code == 1
    fresh = cli("search", "gyroscope", "--docs", str(docs), "--mode", "bm25")
    assert fresh.code == 0
    assert "indexing 1 file of 4" in fresh.err


def test_quiet_says_nothing(cli: Cli, docs: Path) -> None:
    assert cli("search", "lock", "--docs", str(docs), "--quiet").err == ""


@pytest.mark.model
@pytest.mark.usefixtures("home_with_real_model")
def test_with_the_real_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_documents(tmp_path / "docs")
    question = "Which bit protects the memory of system management mode?"
    argv = ["search", question, "--docs", str(folder), "--mode", "sentence", "--limit", "1"]
    assert main(argv) == 0
    assert capsys.readouterr().out.startswith("1  smm.md:3")


def test_a_page_is_named_by_its_number_and_by_what_is_printed_on_it(
    cli: Cli, tmp_path: Path
) -> None:
    pages = [Page().at(72, 700, f"The fuse of bank {name} is blown once.") for name in "XYZ"]
    manual = pdf(pages, labels="0 << /S /r >> 2 << /S /D /P (3-) >>")
    (tmp_path / "manual.pdf").write_bytes(manual)
    asked = ("search", "fuse bank Z", "--docs", str(tmp_path), "--mode", "bm25")
    hit = cli(*asked, "--json").json["hits"][0]
    assert (hit["page"], hit["page_label"]) == (3, "3-1")
    assert "manual.pdf:p. 3 (3-1)" in cli(*asked).out


@pytest.mark.parametrize("command", ["search", "ask", "compare"])
def test_only_the_documents_that_were_named_are_asked(cli: Cli, indexed: str, command: str) -> None:
    asked = (command, "memory", "--docs", indexed, "--json", "--format", "md")
    every = cli(*asked, "--only", "*")
    some = cli(*asked, "--only", "/memory.md")
    for outcome in (every, some):
        assert outcome.code == 0
    trace = some.json.get("trace", some.json)
    assert {hit["document"] for hit in trace["hits"]} == {"memory.md"}
    scope = {"paths": ["/memory.md"], "formats": ["md"], "languages": [], "collections": []}
    assert trace["scope"] == scope
    assert trace["n_sentences"] < every.json.get("trace", every.json)["n_sentences"]


def test_a_scope_without_documents_is_an_error_that_names_it(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "memory", "--docs", indexed, "--language", "xx")
    assert outcome.code == 2
    assert "'xx'" in outcome.err
