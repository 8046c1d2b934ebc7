"""`assistant inspect`: how the encoder reads a text."""

from __future__ import annotations

import json

import pytest

from assistant.__main__ import main
from assistant.embedding.poolings import POOLINGS
from tests.cli.conftest import Cli


@pytest.mark.usefixtures("home_with_model")
def test_fields_of_the_design(cli: Cli) -> None:
    first, second = cli("inspect", "write leveling", "内存", "--json").json
    assert set(first) == {
        *("text", "tokens", "n_tokens", "unknown", "truncated", "hidden_state_shape"),
        *("pooled", "token_norms"),
    }
    assert first["text"] == "write leveling"
    assert first["tokens"] == ["[CLS]", "write", "leveling", "[SEP]"]
    assert first["n_tokens"] == 2
    assert first["hidden_state_shape"] == [4, 384]
    assert set(first["pooled"]) == set(POOLINGS)
    assert first["pooled"]["mean"]["norm"] > 0
    assert set(first["token_norms"]) == {"min", "max", "mean"}
    assert second["text"] == "内存"


@pytest.mark.usefixtures("home_with_model")
def test_text_shows_tokens_and_norms_with_a_star(cli: Cli) -> None:
    outcome = cli("inspect", "write leveling")
    assert "[CLS] write leveling [SEP]" in outcome.out
    assert "hidden states 4 x 384" in outcome.out
    assert "Mean* " in outcome.out


@pytest.mark.usefixtures("home_with_model")
def test_a_long_text_is_cut_off(cli: Cli) -> None:
    assert cli("inspect", "word " * 300, "--json").json[0]["truncated"] == 300 - 254


@pytest.mark.model
@pytest.mark.usefixtures("home_with_real_model")
def test_the_real_encoder_knows_little_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "如何初始化内存", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["unknown"] >= 4
    assert found["tokens"][0] == "[CLS]"
