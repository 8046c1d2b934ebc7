"""`assistant models`: what can be chosen, what is here, how quick it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.embedding.known_models import KNOWN_MODELS
from tests.cli.conftest import Cli, Outcome


def models_of(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {model["name"]: model for model in outcome.json["models"]}


def choose(home: Path, model: str) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text(f'[index]\nmodel = "{model}"\n')


def folder_of_a_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"hidden_size": 48, "max_position_embeddings": 64}')
    (folder / "model.safetensors").write_bytes(b"weights" * 10**6)
    return folder


@pytest.fixture(autouse=True)
def own_models(home: Path, model_cache: Path) -> Path:
    """A cache of derived files of the test's own, with the hash of the packaged model."""
    folder = home / "cache" / "models"
    folder.mkdir(parents=True)
    shutil.copy(model_cache / "fingerprints.json", folder)
    return folder


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_every_known_model_is_listed_and_the_active_one_is_starred(
    cli: Cli, home: Path, hub_cache: Path
) -> None:
    outcome = cli("models")
    assert outcome.code == 0
    assert all(name in outcome.out for name in KNOWN_MODELS)
    starred = [line for line in outcome.out.splitlines() if line.startswith("* all-")]
    (line,) = starred
    assert line.split() == [
        *("*", "all-MiniLM-L6-v2", "384", "256", "mean", "91", "MB", "packaged", "not"),
        "measured",
    ]
    assert (
        "For Chinese: intfloat/multilingual-e5-small (mixed Chinese and English, on" in outcome.out
    )


def test_the_facts_are_in_the_json(cli: Cli, home: Path, hub_cache: Path) -> None:
    outcome = cli("models", "--json")
    assert outcome.json["active"] == "all-MiniLM-L6-v2"
    e5 = models_of(outcome)["intfloat/multilingual-e5-small"]
    assert (e5["dimension"], e5["window"], e5["trained_pooling"]) == (384, 512, "mean")
    assert (e5["here"], e5["place"], e5["active"]) == (False, "to be downloaded", False)
    assert e5["recommended_for_chinese"] and e5["sentences_per_s"] is None
    assert "intfloat/multilingual-e5-small" in outcome.json["advice_for_chinese"]


def test_a_local_folder_of_the_settings_is_listed_with_what_its_files_say(
    cli: Cli, home: Path, hub_cache: Path, tmp_path: Path
) -> None:
    folder = folder_of_a_model(tmp_path / "mine")
    choose(home, str(folder))
    outcome = cli("models", "--json")
    assert outcome.json["active"] == str(folder)
    own = models_of(outcome)[str(folder)]
    assert (own["active"], own["place"]) == (True, "a local folder")
    assert (own["dimension"], own["window"], own["size_mb"]) == (48, 64, 7)
    assert cli("models").out.splitlines()[1].startswith(f"* {folder}")


def test_a_model_of_the_settings_that_is_nowhere_is_listed_all_the_same(
    cli: Cli, home: Path, hub_cache: Path
) -> None:
    choose(home, "org/unknown")
    outcome = cli("models", "--json")
    assert outcome.code == 0
    assert models_of(outcome)["org/unknown"]["dimension"] is None
    assert "* org/unknown" in cli("models").out


def test_a_folder_that_is_no_model_says_why(
    cli: Cli, home: Path, hub_cache: Path, tmp_path: Path
) -> None:
    folder = folder_of_a_model(tmp_path / "pairs")
    stated = json.dumps({"model_type": "CrossEncoder"})
    (folder / "config_sentence_transformers.json").write_text(stated)
    choose(home, str(folder))
    assert "CrossEncoder" in models_of(cli("models", "--json"))[str(folder)]["problem"]
    assert "but a CrossEncoder" in cli("models").out


def test_a_model_in_the_cache_is_here(cli: Cli, home: Path, hub_cache: Path) -> None:
    store = hub_cache / "models--BAAI--bge-m3"
    folder_of_a_model(store / "snapshots" / "abc")
    (store / "refs").mkdir()
    (store / "refs" / "main").write_text("abc")
    found = models_of(cli("models", "--json"))["BAAI/bge-m3"]
    assert (found["here"], found["place"]) == (True, "in the cache")
    assert found["dimension"] == 48  # what is here speaks for itself


def test_measuring_keeps_the_speed_of_what_is_here_alone(
    cli: Cli, home: Path, hub_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.embedding.listing._MEASURED_S", 0.05)
    measured = cli("models", "--measure", "--json")
    assert "measuring all-MiniLM-L6-v2" in measured.err
    later = cli("models", "--json")
    assert measured.json == later.json
    numbers = {name: model["sentences_per_s"] for name, model in models_of(later).items()}
    assert numbers.pop("all-MiniLM-L6-v2") > 0
    assert set(numbers.values()) == {None}


def test_a_model_that_cannot_be_measured_is_said_and_stops_nothing(
    cli: Cli, home: Path, hub_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.embedding.listing._MEASURED_S", 0.05)
    folder = folder_of_a_model(tmp_path / "torn")
    (folder / "config.json").write_text("{")
    choose(home, str(folder))
    outcome = cli("models", "--measure", "--json", "--quiet")
    assert outcome.code == 0
    assert "cannot be read" in models_of(outcome)[str(folder)]["problem"]
