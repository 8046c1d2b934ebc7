"""The default model through our encoder against sentence-transformers itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.embedding.encoder import Encoder, ModelReader, TransformerEncoder, load_encoder
from assistant.embedding.models import DEFAULT_MODEL, ModelInfo, resolve_model
from assistant.embedding.poolings import POOLINGS
from assistant.embedding.reference import TorchTransformer
from assistant.embedding.transformers import onnx_file

pytestmark = [pytest.mark.model, pytest.mark.xdist_group("torch")]

TEXTS = [
    "DDR4 write leveling aligns DQS with CK at each DRAM.",
    "x",
    "",
    "PcdFlashNvStorageVariableBase = 0xFFC00000",
    "如何初始化DDR4内存?",
    "The flash descriptor divides the device into regions, masters and straps. " * 30,
    "EFI_NOT_READY is returned until the root bridge is ready.",
]


@pytest.fixture(scope="module")
def cache(real_model_cache: Path) -> Path:
    return real_model_cache


@pytest.fixture(scope="module")
def model(cache: Path) -> ModelInfo:
    return resolve_model(DEFAULT_MODEL, cache)


@pytest.fixture(scope="module")
def torch_encoder(model: ModelInfo) -> TransformerEncoder:
    return TransformerEncoder(ModelReader(model), TorchTransformer(model, 1))


@pytest.fixture(scope="module")
def encoder(model: ModelInfo, cache: Path) -> Encoder:
    return load_encoder(model, cache, 1)


@pytest.fixture(scope="module")
def reference(model: ModelInfo) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model.folder), device="cpu")


def test_the_default_model_is_known_from_its_own_files(model: ModelInfo) -> None:
    assert (model.dimension, model.window) == (384, 256)
    assert model.trained_pooling == "mean"
    assert (model.query_prompt, model.document_prompt) == ("", "")
    assert model.is_plain
    assert model.revision.startswith("53aa51172d142c89")


def test_the_first_load_exports_and_a_later_one_takes_the_export(
    encoder: Encoder, model: ModelInfo, cache: Path
) -> None:
    assert (encoder.runtime, encoder.note) == ("onnxruntime", "")
    assert onnx_file(model, cache).is_file()
    assert list(cache.glob("*.draft")) == []


def test_mean_vectors_are_those_of_sentence_transformers(encoder: Encoder, reference: Any) -> None:
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(encoder.pool(TEXTS, "document").vectors["mean"], expected, atol=1e-4)


def test_every_pooling_is_that_of_the_library_on_the_library_s_states(
    encoder: Encoder, reference: Any
) -> None:
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling

    with torch.inference_mode():
        features = reference[0](reference.preprocess(TEXTS))
    ours = encoder.pool(TEXTS, "query").vectors
    for name in POOLINGS:
        pooled = Pooling(384, pooling_mode=name)(dict(features))["sentence_embedding"].numpy()
        pooled = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        np.testing.assert_allclose(ours[name], pooled, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("name", POOLINGS)
def test_onnx_and_torch_point_the_same_way(
    name: str, encoder: Encoder, torch_encoder: TransformerEncoder
) -> None:
    quick, slow = encoder.pool(TEXTS, "document"), torch_encoder.pool(TEXTS, "document")
    cosines = (quick.vectors[name] * slow.vectors[name]).sum(axis=1)
    assert cosines.min() >= 0.9999
    np.testing.assert_allclose(quick.norms[name], slow.norms[name], rtol=1e-3)


def test_a_text_s_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    together = encoder.pool(TEXTS, "document").vectors
    for i, text in enumerate(TEXTS):
        alone = encoder.pool([text], "document").vectors
        for name in POOLINGS:
            np.testing.assert_allclose(together[name][i], alone[name][0], atol=2e-5)


@pytest.mark.parametrize("runtime", ["onnxruntime", "torch"])
def test_what_is_released_between_two_batches_changes_nothing(
    runtime: str, encoder: Encoder, torch_encoder: Encoder
) -> None:
    used = {each.runtime: each for each in (encoder, torch_encoder)}[runtime]
    before = used.pool(TEXTS, "document").vectors["mean"]
    used.release_memory()
    assert used.pool(TEXTS, "document").vectors["mean"].tobytes() == before.tobytes()


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    pooled = encoder.pool([], "document")
    assert all(pooled.vectors[name].shape == (0, 384) for name in POOLINGS)
    assert encoder.token_vectors([], "document") == []


def test_token_vectors_drop_the_special_tokens_and_their_offsets_slice_back(
    encoder: Encoder, torch_encoder: TransformerEncoder
) -> None:
    text = "Write leveling aligns DQS."
    (found,) = encoder.token_vectors([text], "document")
    assert found.tokens == ("write", "level", "##ing", "align", "##s", "dq", "##s", ".")
    sliced = [text[start:end].lower() for start, end in found.offsets]
    assert sliced == [token.removeprefix("##") for token in found.tokens]
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1.0, atol=1e-5)
    (same,) = torch_encoder.token_vectors([text], "document")
    np.testing.assert_allclose(found.vectors, same.vectors, atol=1e-4)


def test_token_vectors_are_the_library_s_states_between_cls_and_sep(
    encoder: Encoder, reference: Any
) -> None:
    states = reference.encode([TEXTS[0]], output_value="token_embeddings")[0].numpy()[1:-1]
    states = states / np.linalg.norm(states, axis=1, keepdims=True)
    (found,) = encoder.token_vectors([TEXTS[0]], "query")
    np.testing.assert_allclose(found.vectors, states, atol=1e-4)


@pytest.mark.parametrize("role", ["query", "document"])
def test_a_text_without_tokens_has_no_token_vectors(encoder: Encoder, role: Any) -> None:
    (found,) = encoder.token_vectors([""], role)
    assert (found.tokens, found.vectors.shape) == ((), (0, 384))


def test_a_long_text_says_how_much_is_cut(encoder: Encoder, reference: Any) -> None:
    text = "memory " * 300
    (reading,) = encoder.read([text])
    assert (reading.tokens, reading.unknown, reading.truncated) == (300, 0, 300 - 254)
    (found,) = encoder.token_vectors([text], "document")
    assert len(found.tokens) == 254
    assert reference.preprocess([text])["input_ids"].shape[1] == 256


@pytest.mark.parametrize("words", [254, 255, 253])
def test_truncation_begins_where_the_room_ends(encoder: Encoder, words: int) -> None:
    (reading,) = encoder.read(["memory " * words])
    assert reading.truncated == max(0, words - 254)


def test_unknown_tokens_are_those_that_the_library_s_tokenizer_does_not_know(
    encoder: Encoder, reference: Any
) -> None:
    for text in ["如何初始化DDR4内存?", "芯片组寄存器", "DDR4 ☂ memory", "memory"]:
        ids = reference.tokenizer(text, add_special_tokens=False)["input_ids"]
        (reading,) = encoder.read([text])
        assert reading.tokens == len(ids), text
        assert reading.unknown == ids.count(reference.tokenizer.unk_token_id), text


def test_chinese_is_mostly_unknown_to_the_default_model(encoder: Encoder) -> None:
    (reading,) = encoder.read(["写入均衡使时钟对齐。"])
    assert reading.unknown_share > 0.5


def test_inspect_names_tokens_shape_and_lengths(
    encoder: Encoder, torch_encoder: TransformerEncoder
) -> None:
    seen = encoder.inspect(["ddr4 memory"])[0]
    assert seen.tokens == ("[CLS]", "dd", "##r", "##4", "memory", "[SEP]")
    assert seen.hidden_state_shape == (6, 384)
    assert seen.reading.tokens == 4
    passed = torch_encoder._transformer.forward(["ddr4 memory"])
    states, mask = passed.states, passed.mask
    norms = np.linalg.norm(states[0][mask[0]], axis=1)
    assert seen.token_norms.min == pytest.approx(norms.min(), rel=1e-3)
    assert seen.token_norms.max == pytest.approx(norms.max(), rel=1e-3)
    assert seen.token_norms.mean == pytest.approx(norms.mean(), rel=1e-3)
    assert seen.pooled_norms["cls"] == pytest.approx(norms[0], rel=1e-3)
    assert seen.pooled_norms["lasttoken"] == pytest.approx(norms[-1], rel=1e-3)


def test_a_torn_export_is_made_again(
    model: ModelInfo, cache: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copied(_reference: object, _model: object, _pieces: object, file: Path) -> None:
        shutil.copy(onnx_file(model, cache), file)  # in place of an export that takes seconds

    monkeypatch.setattr("assistant.embedding.transformers.export_onnx", copied)
    onnx_file(model, tmp_path).write_bytes(onnx_file(model, cache).read_bytes()[:100_000])
    again = load_encoder(model, tmp_path, 1)
    assert again.runtime == "onnxruntime"
    np.testing.assert_allclose(
        again.pool(["x"], "query").vectors["mean"], encoder.pool(["x"], "query").vectors["mean"]
    )


def test_where_no_export_can_be_written_torch_runs_and_says_so(
    model: ModelInfo, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    loaded = load_encoder(model, tmp_path / "file", 1)
    assert loaded.runtime == "torch"
    assert loaded.note.startswith("torch is used: ")
