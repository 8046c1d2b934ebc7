"""Which command a command line names, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli.parser import COMMANDS, parse
from assistant.errors import UsageError
from tests.cli.conftest import Cli


@pytest.mark.parametrize("argv", [[], ["docs"], ["./index"], ["--", "search"]])
def test_no_command_opens_the_program(argv: list[str]) -> None:
    command, arguments = parse(argv)
    assert command.name == "open"
    assert arguments.folder == [word for word in argv if word != "--"]


def test_a_command_is_a_command_even_where_a_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "doctor").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse(["doctor"])[0] is COMMANDS["doctor"]


def test_words_of_a_question_need_no_quotes() -> None:
    _, arguments = parse(["search", "how", "is", "it", "locked", "--docs", "d"])
    assert arguments.question == ["how", "is", "it", "locked"]


def test_without_a_terminal_the_program_does_not_open(cli: Cli, docs: Path) -> None:
    outcome = cli(str(docs))
    assert outcome.code == 2
    assert "needs a terminal" in outcome.err


@pytest.mark.parametrize(
    ("argv", "named", "cure"),
    [
        (["serach", "x"], "serach", "assistant search --help"),
        (["/no/such/folder"], "/no/such/folder", "name a folder of documents"),
        (["--frobnicate"], "--frobnicate", "--help"),
        (["search"], "QUESTION", "assistant search --help"),
        (["search", "q"], "--docs", "assistant search --help"),
        (["search", "q", "--docs", "d", "--limit", "0"], "--limit", "assistant search --help"),
        (["search", "q", "--docs", "d", "--limit", "ten"], "'ten'", "assistant search --help"),
        (["search", "q", "--docs", "d", "--mod", "x"], "--mod", "assistant"),
        (["ask", "q", "--docs", "d", "--chat", "gpt"], "gpt", "assistant ask --help"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_2(
    cli: Cli, argv: list[str], named: str, cure: str
) -> None:
    outcome = cli(*argv)
    assert outcome.code == 2
    assert outcome.out == ""
    what, hint = outcome.err.splitlines()
    assert what.startswith("assistant: ") and named in what
    assert cure in hint


def test_a_file_is_no_folder(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("x")
    assert "this is not a folder" in cli(str(file)).err


def test_parsing_complains_by_the_error_of_every_other_complaint() -> None:
    with pytest.raises(UsageError):
        parse(["index"])
