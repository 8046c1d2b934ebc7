"""Models fetched from a hub in this process into a cache of the test's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.embedding.hub import cached_model, fetch_model, fetched_model
from assistant.embedding.models import DEFAULT_MODEL, fetch_missing, resolve_model
from assistant.errors import ModelUnavailable
from assistant.records import ModelDownloadProgressed
from tests.hub_server import COMMIT, HubServer

NAME = "org/multilingual-e5-small"
MODULES = [
    {"type": "sentence_transformers.models.Transformer", "path": ""},
    {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
    {"type": "sentence_transformers.models.Dense", "path": "2_Dense"},
]
WEIGHTS = bytes(range(256)) * (3 * 2**12)  # 3 MiB: several chunks
TEXTS = {
    "config.json": b'{"hidden_size": 16, "max_position_embeddings": 64}',
    "modules.json": json.dumps(MODULES).encode(),
    "config_sentence_transformers.json": b"{}",
    "tokenizer.json": b"{}",
    "sentencepiece.bpe.model": b"pieces",
    "vocab.txt": b"words",
    "1_Pooling/config.json": b'{"pooling_mode_cls_token": true}',
    "2_Dense/config.json": b'{"in_features": 16, "out_features": 8}',
}
NEVER = {
    "README.md": b"#",
    "pytorch_model.bin": b"pickled",
    "2_Dense/pytorch_model.bin": b"pickled",
    "tf_model.h5": b"tensorflow",
    "flax_model.msgpack": b"flax",
    "onnx/model.onnx": b"onnx",
    "onnx/config.json": b"{}",
    "openvino/openvino_model.bin": b"openvino",
    "other/model.safetensors": b"of another variant",
    "model_fp16.safetensors": b"of another precision",
}
WHOLE = {**TEXTS, "model.safetensors": WEIGHTS, "2_Dense/model.safetensors": b"dense"}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    from huggingface_hub import constants

    with HubServer({NAME: {**WHOLE, **NEVER}}) as server:
        template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        yield server


def files_of(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def partial(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "hub").rglob("*.part"))


def test_a_model_is_fetched_with_all_that_it_needs_and_nothing_else(
    hub: HubServer, tmp_path: Path
) -> None:
    assert cached_model(NAME) is None
    events = list(fetch_model(NAME))
    total = sum(map(len, WHOLE.values())) - len(WHOLE["modules.json"])
    assert events[0] == ModelDownloadProgressed(NAME, 0, total + len(WHOLE["modules.json"]))
    assert events[-1].done_bytes == events[-1].total_bytes
    done = [event.done_bytes for event in events]
    assert done == sorted(done) and len(done) > 5
    folder = cached_model(NAME)
    assert folder is not None and files_of(folder) == set(WHOLE)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert partial(tmp_path) == []


def test_it_lies_where_the_hub_s_own_library_looks_for_it(hub: HubServer) -> None:
    from huggingface_hub import snapshot_download

    folder = fetched_model(NAME)
    assert Path(snapshot_download(NAME, local_files_only=True)) == folder
    assert folder.name == COMMIT


def test_what_is_in_the_cache_asks_nothing_of_the_network(hub: HubServer) -> None:
    folder = fetched_model(NAME)
    hub.requests.clear()
    assert list(fetch_model(NAME)) == []
    assert fetched_model(NAME) == folder
    assert hub.requests == []


def test_a_stopped_download_goes_on_where_it_was(hub: HubServer, tmp_path: Path) -> None:
    events = fetch_model(NAME)
    reached = next(event.done_bytes for event in events if event.done_bytes > 2**20)
    events.close()
    assert cached_model(NAME) is None
    assert [part.stat().st_size >= 2**20 for part in partial(tmp_path)] == [True]
    hub.requests.clear()
    again = list(fetch_model(NAME))
    asked = [r for r in hub.requests if r[0] == "GET" and "/resolve/" in r[1]]
    assert len(asked) == 1 and asked[0][2].startswith("bytes=")  # the rest of one file only
    assert again[1].done_bytes > reached
    folder = cached_model(NAME)
    assert folder is not None and (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_only_what_is_missing_is_fetched(hub: HubServer, tmp_path: Path) -> None:
    assert list(fetch_missing(DEFAULT_MODEL)) == []
    assert list(fetch_missing(str(tmp_path))) == []
    assert hub.requests == []
    assert list(fetch_missing(NAME))[-1].model == NAME


def test_a_model_that_is_only_pickled_is_fetched_so(hub: HubServer) -> None:
    hub.models[NAME] = {"config.json": TEXTS["config.json"], "pytorch_model.bin": b"pickled"}
    assert files_of(fetched_model(NAME)) == {"config.json", "pytorch_model.bin"}


def test_shards_are_fetched_with_their_index(hub: HubServer) -> None:
    names = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    index = json.dumps({"weight_map": dict(zip("ab", names, strict=True))}).encode()
    shards = {name: name.encode() for name in names}
    hub.models[NAME] = {
        "config.json": TEXTS["config.json"],
        "model.safetensors.index.json": index,
        **shards,
    }
    folder = fetched_model(NAME)
    assert set(names) < files_of(folder)
    first = resolve_model(NAME, folder / "cache").revision
    (folder / names[1]).unlink()
    assert cached_model(NAME) is None
    (folder / names[1]).write_bytes(b"other weights")
    assert resolve_model(NAME, folder / "cache").revision != first


def test_a_fetched_model_is_described_with_the_prompts_its_files_lack(
    hub: HubServer, tmp_path: Path
) -> None:
    model = resolve_model(NAME, tmp_path / "cache")
    assert (model.name, model.trained_pooling, model.dimension) == (NAME, "cls", 8)
    assert (model.query_prompt, model.document_prompt) == ("query: ", "passage: ")


def test_prompts_in_the_files_come_first(hub: HubServer, tmp_path: Path) -> None:
    own = b'{"prompts": {"query": "ask: ", "document": ""}}'
    hub.models[NAME] = {**WHOLE, "config_sentence_transformers.json": own}
    model = resolve_model(NAME, tmp_path / "cache")
    assert (model.query_prompt, model.document_prompt) == ("ask: ", "")


# ── what goes wrong ──


def failure(name: str = NAME) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as caught:
        fetched_model(name)
    assert name in caught.value.message
    return caught.value


def test_a_model_that_the_hub_does_not_know(hub: HubServer) -> None:
    error = failure("org/nothing")
    assert "no such model" in error.message
    assert "assistant models" in error.hint


def test_a_name_that_cannot_be_one(hub: HubServer) -> None:
    assert "no such folder" in failure("./no-model").message
    assert hub.requests == []


def test_a_gated_model(hub: HubServer) -> None:
    hub.refusals[NAME] = (403, "GatedRepo")
    error = failure()
    assert "terms" in error.message
    assert f"huggingface.co/{NAME}" in error.hint


def test_offline(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    error = failure()
    assert "HF_HUB_OFFLINE" in error.message
    assert hub.requests == []


def test_no_network(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:1")
    error = failure()
    assert "cannot be fetched" in error.message
    assert "connect and try again" in error.hint


def test_a_full_disk_is_found_before_it_is_full(hub: HubServer, tmp_path: Path) -> None:
    hub.stated_sizes["model.safetensors"] = 10**18
    error = failure()
    assert "disk is too full" in error.message
    assert partial(tmp_path) == []


def test_damaged_weights_are_thrown_away(hub: HubServer, tmp_path: Path) -> None:
    hub.models[f"{NAME}#served"] = {"model.safetensors": WEIGHTS[:-1] + b"x"}
    assert "did not come whole" in failure().message
    assert partial(tmp_path) == []
    del hub.models[f"{NAME}#served"]
    assert (fetched_model(NAME) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_repository_without_weights(hub: HubServer) -> None:
    hub.models[NAME] = {"config.json": b"{}", "onnx/model.onnx": b"onnx"}
    assert "no model with weights" in failure().message
