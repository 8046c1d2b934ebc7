"""Text that tries to drive the terminal shows as text, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.cli.hits_text import hit_lines
from assistant.cli.json_output import json_text
from assistant.records import TermMatch
from tests.cli.builders import hit, trace_of
from tests.cli.conftest import Cli

HOSTILE = {
    "osc 52": "before \x1b]52;c;QUJD\x07 after",
    "csi": "before \x1b[2J\x1b[31m after",
    "c1": "before \x9b31m after",
    "bidi": "before \u202eafter\u2066",
    "tags": "before \U000e0041\U000e0042 after",
    "markup": "before [@click=app.quit]x[/] [bold]y[/bold] after",
    "path": "before [/etc/passwd] after",
    "bits": "before PCI[3:0] = [RO] after",
}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")


@pytest.fixture
def hostile_docs(tmp_path: Path, home_with_model: Path) -> str:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in HOSTILE.items():
        (folder / f"{name}.txt").write_text(f"The {text} word.\n", "utf-8")
    return str(folder)


@pytest.mark.parametrize("command", ["search", "compare", "ask"])
@pytest.mark.parametrize("json_flag", [[], ["--json"]])
def test_no_control_reaches_the_screen(
    cli: Cli, hostile_docs: str, command: str, json_flag: list[str]
) -> None:
    argv = [command, "before \x1b[31m\x9bafter", "--docs", hostile_docs, "--mode", "bm25"]
    outcome = cli(*argv, *json_flag)
    # What is left of the question, "31mafter", stands in no document: `ask` says so.
    assert outcome.code == (1 if command == "ask" else 0)
    assert not CONTROLS.search(outcome.out)
    assert not CONTROLS.search(outcome.err)


@pytest.mark.parametrize("kind", ["markup", "path", "bits"])
def test_markup_is_shown_as_it_stands(cli: Cli, hostile_docs: str, kind: str) -> None:
    outcome = cli("search", "before after", "--docs", hostile_docs, "--mode", "bm25")
    assert HOSTILE[kind] in outcome.out


def test_inspect_shows_hostile_text_harmlessly(cli: Cli, home_with_model: Path) -> None:
    for flags in ([], ["--json"]):
        assert not CONTROLS.search(cli("inspect", *HOSTILE.values(), *flags).out)


def test_json_escapes_mean_the_same_text() -> None:
    import json

    text = "".join(HOSTILE.values()) + "\ud800"
    assert json.loads(json_text({"text": text})) == {"text": text}
    assert not CONTROLS.search(json_text({"text": text}))


def test_json_for_a_stream_without_unicode_is_ascii() -> None:
    assert json_text(["内存"], is_ascii=True) == '["\\u5185\\u5b58"]'
    assert json_text(["内存"]) == '["内存"]'


def test_a_document_name_with_a_line_break_stays_on_its_line() -> None:
    trace = trace_of(hit("It is set.", document="a\nb\x1b[2J.md"))
    first = next(iter(hit_lines(trace, None))).plain
    assert first.startswith("1  a b") and "\x1b" not in first


def test_matched_words_stand_out_at_their_place() -> None:
    trace = trace_of(hit("The lock bit.", TermMatch("lock", 4, 8, 1.0)))
    sentence = list(hit_lines(trace, None))[1]
    marked = [sentence.plain[span.start : span.end] for span in sentence.spans]
    assert "lock" in marked


def test_no_word_stands_out_where_cleaning_moved_the_words() -> None:
    trace = trace_of(hit("\x1bThe lock bit.", TermMatch("lock", 5, 9, 1.0)))
    sentence = list(hit_lines(trace, None))[1]
    assert "The lock bit." in sentence.plain
    assert not any("bold" in str(span.style) for span in sentence.spans)
