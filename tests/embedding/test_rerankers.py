"""Cross-encoders and late-interaction models, against sentence-transformers itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.crossencoder import load_reranker
from assistant.embedding.multivector import load_late_encoder
from assistant.errors import ModelUnavailable
from tests.tiny_models import Tiny, bare, cross_encoder, multi_vector, saved

pytestmark = [pytest.mark.model, pytest.mark.xdist_group("torch")]

QUESTION = "is memory trained before boot?"
TEXTS = ["memory is trained.", "the root bridge", "flash region " * 200, ""]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rerankers")


@pytest.fixture(scope="module")
def pairs(root: Path) -> Path:
    return cross_encoder(root / "pairs")


@pytest.fixture(scope="module")
def late(root: Path) -> Path:
    return multi_vector(root / "late")


@pytest.fixture(scope="module")
def plain(root: Path) -> Path:
    return saved(Tiny("bert", "mean"), root / "plain")


def test_scores_are_those_of_the_library(pairs: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranker = load_reranker(str(pairs), 1)
    assert reranker.name == str(pairs)
    scores = reranker.scores(QUESTION, TEXTS)
    expected = CrossEncoder(str(pairs), device="cpu").predict([(QUESTION, t) for t in TEXTS])
    assert (scores.dtype, scores.shape) == (np.float32, (len(TEXTS),))
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert len(set(scores.tolist())) > 1


def test_a_score_depends_on_its_pair_alone(pairs: Path) -> None:
    reranker = load_reranker(str(pairs), 1)
    together = reranker.scores(QUESTION, TEXTS)
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_a_reranker_with_several_classes_is_refused(root: Path) -> None:
    folder = cross_encoder(root / "classes", n_labels=3)
    with pytest.raises(ModelUnavailable, match="3 classes") as caught:
        load_reranker(str(folder), 1)
    assert "one label" in caught.value.hint


def test_an_embedding_model_is_no_reranker(plain: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no cross-encoder"):
        load_reranker(str(plain), 1)


def test_a_reranker_that_is_torn_is_named(pairs: Path, tmp_path: Path) -> None:
    for file in pairs.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes()[:1000])
    (tmp_path / "config.json").write_bytes((pairs / "config.json").read_bytes())
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        load_reranker(str(tmp_path), 1)


@pytest.mark.parametrize("role", ["query", "document"])
def test_token_vectors_are_those_of_the_library(late: Path, role: str) -> None:
    from sentence_transformers import MultiVectorEncoder

    model = MultiVectorEncoder(str(late), device="cpu")
    encode = model.encode_query if role == "query" else model.encode_document
    expected = encode(TEXTS, convert_to_numpy=True)
    found = load_late_encoder(str(late), 1).token_vectors(TEXTS, role)
    assert len(found) == len(TEXTS)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.dtype == np.float32 and ours.base is None  # no view of a batch
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-5)


def test_two_loads_give_the_same_token_vectors(late: Path) -> None:
    one, two = (load_late_encoder(str(late), 1).token_vectors(TEXTS[:1], "query") for _ in "12")
    np.testing.assert_array_equal(one[0], two[0])
    assert load_late_encoder(str(late), 1).token_vectors([], "query") == []


def test_models_that_would_get_a_random_projection_are_refused(
    plain: Path, root: Path, tmp_path: Path
) -> None:
    lists_no_head = tmp_path / "headless"
    lists_no_head.mkdir()
    for file in plain.iterdir():
        if file.is_file():
            (lists_no_head / file.name).write_bytes(file.read_bytes())
    config = lists_no_head / "config_sentence_transformers.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "model_type": "ColBERT"}))
    for folder in (plain, bare("bert", root / "bare"), lists_no_head):
        with pytest.raises(ModelUnavailable, match="not trained to give token vectors") as caught:
            load_late_encoder(str(folder), 1)
        assert "multi-vector model" in caught.value.hint
