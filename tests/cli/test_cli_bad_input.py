"""Each bad input gets one clear error that names the thing and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Outcome

COMMANDS = ("search", "compare", "ask")


def assert_refused(outcome: Outcome, *named: str, code: int = 2) -> None:
    assert outcome.code == code
    assert outcome.out == ""
    what, hint = outcome.err.splitlines()
    assert what.startswith("assistant: ")
    assert hint.strip()
    for name in named:
        assert name in outcome.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_folder(cli: Cli, home_with_model: Path, command: str) -> None:
    assert_refused(cli(command, "q", "--docs", "/no/such"), "does not exist: /no/such")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_as_folder(cli: Cli, docs: Path, command: str) -> None:
    assert_refused(cli(command, "q", "--docs", str(docs / "smm.md")), "smm.md", "not a folder")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("question", ["", "   ", "\t\n", "\x1b\x07"])
def test_a_question_of_nothing(cli: Cli, indexed: str, command: str, question: str) -> None:
    assert_refused(cli(command, question, "--docs", indexed), "the question is empty")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_question_of_ten_thousand_characters(cli: Cli, indexed: str, command: str) -> None:
    assert_refused(cli(command, "x" * 10_000, "--docs", indexed), "10,000 characters", "4,000")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_mode_is_met_with_the_nearest(cli: Cli, indexed: str, command: str) -> None:
    outcome = cli(command, "q", "--docs", indexed, "--mode", "hybird")
    assert_refused(outcome, "'hybird'", 'did you mean "hybrid"?', "bm25")


def test_an_unknown_pooling_is_met_with_the_nearest(cli: Cli, indexed: str) -> None:
    outcome = cli("search", "q", "--docs", indexed, "--pooling", "meen")
    assert_refused(outcome, "'meen'", 'did you mean "mean"?')


def test_a_bad_question_is_refused_before_anything_is_indexed(cli: Cli, docs: Path) -> None:
    assert_refused(cli("search", " ", "--docs", str(docs)))
    assert_refused(cli("search", "q", "--docs", str(docs), "--no-index"), "is not indexed")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[search\nmode = 1", "not valid TOML"),
        ('[search]\nmod = "bm25"', 'did you mean "mode"?'),
        ("[search]\nlimit = 0", "$.search.limit"),
        ('[chat]\nbackend = "gpt"', "gpt"),
    ],
)
@pytest.mark.parametrize(
    "argv", [["search", "q", "--docs", "."], ["doctor"], ["inspect", "x"], ["index", "."], ["."]]
)
def test_a_broken_settings_file_is_named_by_every_command(
    cli: Cli, home: Path, content: str, named: str, argv: list[str]
) -> None:
    file = home / "config" / "settings.toml"
    file.parent.mkdir()
    file.write_text(content)
    assert_refused(cli(*argv), str(file), named)


def test_a_mode_in_the_settings_that_does_not_exist(cli: Cli, indexed: str, home: Path) -> None:
    file = Path(indexed).parent / "cli-home" / "config" / "settings.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text('[search]\nmode = "fancy"\n')
    try:
        assert_refused(cli("search", "q", "--docs", indexed), "'fancy'")
    finally:
        file.unlink()


@pytest.mark.parametrize("command", ["search", "index"])
def test_a_data_folder_that_cannot_be_written(
    cli: Cli, docs: Path, home: Path, command: str
) -> None:
    (home / "data").write_text("a file where the data folder should be")
    argv = ["index", str(docs)] if command == "index" else ["search", "q", "--docs", str(docs)]
    assert_refused(cli(*argv), "cannot be written", "ASSISTANT_HOME")


def test_a_model_that_is_not_there_is_exit_3(cli: Cli, docs: Path, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text('[index]\nmodel = "./no-model"\n')
    assert_refused(cli("search", "q", "--docs", str(docs)), "no-model", code=3)
    assert_refused(cli("inspect", "x", "--model", "/no/model"), "/no/model", code=3)


def test_an_index_that_is_being_written_is_named_with_the_way_around(
    cli: Cli, docs: Path, home: Path
) -> None:
    from filelock import FileLock

    cli("index", str(docs))
    lock_file = next((home / "data" / "indexes").glob("*/*/writer.lock"))
    with FileLock(lock_file):
        waiting = cli("search", "lock", "--docs", str(docs))
        assert (waiting.code, "searching what is indexed so far" in waiting.err) == (0, True)
        assert_refused(cli("index", str(docs)), "searched meanwhile")
        assert cli("search", "lock", "--docs", str(docs), "--no-index").code == 0


def test_a_file_name_with_controls_shows_as_harmless_text(cli: Cli, home_with_model: Path) -> None:
    outcome = cli("search", "q", "--docs", "/no\x1b]52;c;QUJD\x07such\nplace")
    assert_refused(outcome)
    assert "\x1b" not in outcome.err and "\x07" not in outcome.err
