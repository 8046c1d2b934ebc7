"""`assistant demo dilution`: plain text in steps, and every number of it as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.modes import MODES
from tests.cli.conftest import Cli


@pytest.fixture(autouse=True)
def _model(home_with_model: Path) -> None:
    """The lesson indexes with the packaged model's description."""


def test_the_text_has_every_step_and_fits_80_columns(cli: Cli) -> None:
    outcome = cli("demo", "dilution")
    assert outcome.code == 0
    for number in range(1, 7):
        assert f"{number}/6  " in outcome.out
    assert "(0.9 + 0.8 + 0.0 + 0.0 + 0.1) / 5 = 0.36" in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "\x1b" not in outcome.out


def test_the_json_has_the_numbers_of_the_text(cli: Cli) -> None:
    lesson = cli("demo", "dilution", "--json").json
    assert [each["pooling"] for each in lesson["poolings"]] == list(POOLINGS)
    assert [each["mode"] for each in lesson["modes"]] == list(MODES)
    assert lesson["document"] == "platform-bring-up.md"
    assert lesson["tokens"]["sentence"] < lesson["tokens"]["passage"] < lesson["tokens"]["chapter"]
    toy = {each["pooling"]: each for each in lesson["toy"]["poolings"]}
    assert toy["mean"]["whole"] == pytest.approx([0.36, 0.54, 0.10])
    text = "\n".join(line for step in lesson["steps"] for line in step["lines"])
    for each in lesson["poolings"]:
        assert f"{each['chapter']['cosine']:.3f}" in text


def test_an_unknown_lesson_is_refused_with_those_that_there_are(cli: Cli) -> None:
    outcome = cli("demo", "dilutoin")
    assert outcome.code == 2
    assert "dilution" in outcome.err


def test_progress_goes_to_stderr_and_quiet_says_nothing(cli: Cli) -> None:
    assert "indexing 6 files" in cli("demo", "dilution", "--json").err
    assert cli("demo", "dilution", "--quiet").err == ""
