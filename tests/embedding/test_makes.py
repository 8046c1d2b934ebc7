"""Every make of model through our encoder, against sentence-transformers itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.embedding.encoder import Encoder, ModelReader, TransformerEncoder, load_encoder
from assistant.embedding.models import resolve_model
from assistant.embedding.poolings import POOLINGS
from assistant.embedding.reference import TorchTransformer
from assistant.errors import ModelUnavailable
from tests.tiny_models import E5_PROMPTS, HIDDEN, MAKES, Tiny, bare, cross_encoder, saved

pytestmark = [pytest.mark.model, pytest.mark.xdist_group("torch")]

TEXTS = [
    "memory is trained.",
    "x",
    "",
    "内存初始化在启动早期完成。",
    "EFI_NOT_READY is returned by the flash region. " * 60,
    "The root bridge keeps DQS",
]
PLAIN = [
    Tiny("bert", "cls"),
    Tiny("bert", "max", E5_PROMPTS),
    Tiny("xlm-roberta", "mean", E5_PROMPTS),
    Tiny("xlm-roberta", "cls"),
    Tiny("longformer", "cls", E5_PROMPTS),
    Tiny("longformer", "mean"),
    Tiny("modernbert", "cls"),
    Tiny("modernbert", "mean", E5_PROMPTS),
    Tiny("qwen3", "lasttoken", ("Instruct: find\nQuery:", "")),
    Tiny("qwen3", "mean"),
    Tiny("llama", "lasttoken"),
    Tiny("llama", "weightedmean", E5_PROMPTS),
    Tiny("bert", "mean", dtype="bfloat16"),
]
OF_THEIR_OWN = [
    Tiny("bert", "mean", dense=8),
    Tiny("qwen3", "lasttoken", E5_PROMPTS, dense=8),
    Tiny("bert", "cls", dense=8, normalised_before_dense=True),
    Tiny("xlm-roberta", "mean", E5_PROMPTS, include_prompt=False),
    Tiny("qwen3", "weightedmean", E5_PROMPTS, include_prompt=False),
]
Build = Callable[[Tiny], Path]


def name_of(tiny: Tiny) -> str:
    parts = [tiny.make, tiny.pooling]
    parts += ["prompts"] if tiny.prompts else []
    parts += ["dense"] if tiny.dense else []
    return "-".join(parts)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root, made = tmp_path_factory.mktemp("makes"), {}

    def once(tiny: Tiny) -> Path:
        if tiny not in made:
            made[tiny] = saved(tiny, root / f"{len(made)}-{name_of(tiny)}")
        return made[tiny]

    return once


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def load(build: Build, cache: Path) -> Callable[[Tiny], Encoder]:
    loaded: dict[Tiny, Encoder] = {}

    def once(tiny: Tiny) -> Encoder:
        if tiny not in loaded:
            loaded[tiny] = load_encoder(resolve_model(str(build(tiny)), cache), cache, 1)
        return loaded[tiny]

    return once


def library(folder: Path, window: int) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})
    model.max_seq_length = window  # its own count of a RoBERTa's positions ends in an IndexError
    return model


@pytest.mark.parametrize("tiny", PLAIN + OF_THEIR_OWN, ids=name_of)
class TestEveryMake:
    def test_is_known_from_its_files(self, tiny: Tiny, build: Build, cache: Path) -> None:
        model = resolve_model(str(build(tiny)), cache)
        assert model.trained_pooling == tiny.pooling
        assert model.window == MAKES[tiny.make].window
        assert (model.query_prompt, model.document_prompt) == (tiny.prompts or ("", ""))
        assert model.dimension == (tiny.dense or HIDDEN)
        assert model.is_plain == (tiny in PLAIN)

    def test_gives_the_library_s_vectors(
        self, tiny: Tiny, build: Build, load: Callable[[Tiny], Encoder]
    ) -> None:
        encoder = load(tiny)
        reference = library(build(tiny), encoder.model.window)
        for role, encode in (
            ("query", reference.encode_query),
            ("document", reference.encode_document),
        ):
            ours = encoder.encode(TEXTS, role).pooled.vectors[tiny.pooling]
            theirs = encode(TEXTS, normalize_embeddings=True)
            np.testing.assert_allclose(ours, theirs, atol=1e-5)

    def test_runs_quickly_or_says_why_not(
        self, tiny: Tiny, load: Callable[[Tiny], Encoder]
    ) -> None:
        encoder = load(tiny)
        quick = tiny in PLAIN and MAKES[tiny.make].runtime == "onnxruntime"
        assert encoder.runtime == ("onnxruntime" if quick else "torch")
        assert bool(encoder.note) != quick

    def test_vectors_do_not_depend_on_the_batch(
        self, tiny: Tiny, load: Callable[[Tiny], Encoder]
    ) -> None:
        together = load(tiny).encode(TEXTS, "query")
        for i, text in enumerate(TEXTS):
            alone = load(tiny).encode([text], "query")
            for name in POOLINGS:
                np.testing.assert_allclose(
                    together.pooled.vectors[name][i], alone.pooled.vectors[name][0], atol=1e-5
                )
            np.testing.assert_allclose(
                together.tokens[i].vectors, alone.tokens[0].vectors, atol=1e-5
            )

    def test_reads_its_whole_window_and_no_more(
        self, tiny: Tiny, load: Callable[[Tiny], Encoder]
    ) -> None:
        encoder = load(tiny)
        long = TEXTS[4]
        (tokens,) = encoder.token_vectors([long], "document")
        (reading,) = encoder.read([long])
        whole = encoder.model.tokenizer_file.read_text("utf-8")
        counting = Tokenizer.from_str(whole)
        counting.no_truncation()
        n_tokens = len(counting.encode((encoder.model.document_prompt) + long).ids)
        assert reading.truncated == n_tokens - encoder.model.window > 0
        n_states, _ = encoder.inspect([long])[0].hidden_state_shape
        assert n_states == encoder.model.window
        last = max(end for _, end in tokens.offsets)
        # What is behind the window changes nothing; what is before its end does.
        other = encoder.pool([long[:last] + " boot" * 99], "document").vectors["mean"]
        np.testing.assert_allclose(
            other, encoder.pool([long], "document").vectors["mean"], atol=1e-5
        )

    def test_token_vectors_are_the_reference_s_and_their_offsets_slice_back(
        self, tiny: Tiny, load: Callable[[Tiny], Encoder]
    ) -> None:
        encoder = load(tiny)
        torch_runs = TransformerEncoder(
            ModelReader(encoder.model), TorchTransformer(encoder.model, 1)
        )
        text = "The root bridge keeps DQS"
        (found,) = encoder.token_vectors([text], "query")
        (same,) = torch_runs.token_vectors([text], "query")
        assert found.tokens == same.tokens
        np.testing.assert_allclose(found.vectors, same.vectors, atol=1e-5)
        covered = {at for start, end in found.offsets for at in range(start, end)}
        assert covered >= {at for at, letter in enumerate(text) if letter != " "}
        assert found.offsets == tuple(sorted(found.offsets))


# ── what stands behind the transformer is part of the model ──


def test_models_that_differ_in_their_dense_module_alone_are_two(build: Build, cache: Path) -> None:
    one, other = Tiny("bert", "mean", dense=8), Tiny("bert", "mean", dense=8, seed=8)
    revisions = {resolve_model(str(build(tiny)), cache).revision for tiny in (one, other)}
    assert len(revisions) == 2


def test_a_model_that_pools_without_its_prompt_is_another_one(build: Build, cache: Path) -> None:
    with_prompt = Tiny("xlm-roberta", "mean", E5_PROMPTS)
    without = replace(with_prompt, include_prompt=False)
    revisions = {resolve_model(str(build(each)), cache).revision for each in (with_prompt, without)}
    assert len(revisions) == 2


# ── tokenizers ──


def test_a_model_that_lower_cases_on_top_of_its_tokenizer_is_read_that_way(
    build: Build, cache: Path, tmp_path: Path
) -> None:
    import json
    import shutil

    folder = tmp_path / "lower"
    shutil.copytree(build(Tiny("modernbert", "cls")), folder)
    config = json.loads((folder / "sentence_bert_config.json").read_text())
    (folder / "sentence_bert_config.json").write_text(json.dumps({**config, "do_lower_case": True}))
    encoder = load_encoder(resolve_model(str(folder), cache), cache, 1)
    expected = library(folder, encoder.model.window).encode_document(TEXTS)
    np.testing.assert_allclose(encoder.pool(TEXTS, "document").vectors["cls"], expected, atol=1e-5)
    (found,) = encoder.token_vectors(["DQS"], "document")
    assert "".join(found.tokens) == "dqs"
    # The next start knows it before the weights are loaded.
    assert ModelReader(resolve_model(str(folder), cache)).pieces.pieces(["DQS"])[0].tokens[1] != "D"


def test_a_model_with_a_vocabulary_alone_is_read_as_the_library_reads_it(
    build: Build, cache: Path, tmp_path: Path
) -> None:
    import json
    import shutil

    folder = tmp_path / "vocabulary"
    shutil.copytree(build(Tiny("bert", "cls")), folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    words = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].__getitem__)
    (folder / "vocab.txt").write_text("\n".join(words))
    (folder / "tokenizer.json").unlink()
    encoder = load_encoder(resolve_model(str(folder), cache), cache, 1)
    assert encoder.runtime == "onnxruntime"
    expected = library(folder, encoder.model.window).encode_document(TEXTS)
    np.testing.assert_allclose(encoder.pool(TEXTS, "document").vectors["cls"], expected, atol=1e-5)


# ── transformers without sentence-transformers' files ──


@pytest.mark.parametrize(
    ("make", "architecture", "pooling"),
    [("bert", "BertModel", "mean"), ("qwen3", "Qwen3ForCausalLM", "lasttoken")],
)
def test_a_bare_transformer_is_pooled_as_the_library_pools_it(
    make: str, architecture: str, pooling: str, cache: Path, tmp_path: Path
) -> None:
    import json

    folder = bare(make, tmp_path / make)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "architectures": [architecture]}))
    encoder = load_encoder(resolve_model(str(folder), cache), cache, 1)
    assert encoder.model.trained_pooling == pooling
    expected = library(folder, encoder.model.window).encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(
        encoder.pool(TEXTS, "document").vectors[pooling], expected, atol=1e-5
    )


# ── what is no such model ──


def test_a_cross_encoder_is_refused_by_its_kind(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="but a CrossEncoder"):
        resolve_model(str(cross_encoder(tmp_path / "pairs")), cache)


def test_a_model_without_a_transformer_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text('[{"type": "x.StaticEmbedding", "path": ""}]')
    with pytest.raises(ModelUnavailable, match=r"no token vectors to pool.*StaticEmbedding"):
        resolve_model(str(tmp_path), cache)


# ── exports ──


def test_a_long_window_is_read_by_torch_which_needs_no_matrix_of_its_square(
    cache: Path, load: Callable[[Tiny], Encoder]
) -> None:
    encoder = load(Tiny("xlm-roberta-long", "cls"))
    assert (encoder.model.window, encoder.runtime) == (4096, "torch")
    assert "window of 4,096 tokens" in encoder.note
    assert encoder.inspect(["memory " * 5000])[0].hidden_state_shape == (4096, HIDDEN)


def test_an_export_that_failed_is_not_tried_at_every_start(
    build: Build, cache: Path, load: Callable[[Tiny], Encoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = Tiny("longformer", "mean")
    first = load(tiny)

    def tried_again(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("assistant.embedding.transformers.export_onnx", tried_again)
    again = load_encoder(resolve_model(str(build(tiny)), cache), cache, 1)
    assert (again.runtime, again.note) == ("torch", first.note)
    assert "cannot be exported to ONNX" in again.note


def test_a_text_without_a_token_has_zero_vectors_and_harms_no_other(
    load: Callable[[Tiny], Encoder],
) -> None:
    encoder, text = load(Tiny("no-special-tokens")), "memory is trained."
    both = encoder.encode(["", text], "document")
    alone = encoder.encode([text], "document")
    for name, vectors in both.pooled.vectors.items():
        assert not vectors[0].any()
        np.testing.assert_allclose(vectors[1], alone.pooled.vectors[name][0], atol=1e-6)
    assert encoder.inspect([""])[0].hidden_state_shape[0] == 0
