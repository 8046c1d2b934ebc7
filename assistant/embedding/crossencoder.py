"""A question and texts into scores by a model that reads both at once: a cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.embedding.library import load_by_library
from assistant.embedding.model_files import read_json, window_of
from assistant.embedding.models import model_folder
from assistant.embedding.poolings import Floats
from assistant.errors import ModelUnavailable

_BATCH_PAIRS = 16
_CURE = "name a cross-encoder with one label, such as BAAI/bge-reranker-base, in the settings"


class Reranker(Protocol):
    name: str

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        """One per text (n_texts,), float32; the higher the better, of any range."""
        ...


class _CrossEncoderReranker:
    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self._model = model

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(question, text) for text in texts]
        scores = self._model.predict(pairs, batch_size=_BATCH_PAIRS, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))


def load_reranker(name: str, threads: int) -> Reranker:
    """The cross-encoder in a folder, in the cache or on the hub.

    Raises: ModelUnavailable, also for a model that was not trained to score pairs: the library
    would put random weights on top of it.
    """
    folder = model_folder(name)
    _check_trained(name, folder)
    model = load_by_library(
        "CrossEncoder",
        folder,
        threads,
        f"the reranking model cannot be loaded: {name}",
        _CURE,
        window_of(folder, read_json(folder / "config.json", {})),
    )
    if model.num_labels != 1:
        raise ModelUnavailable(
            f"the reranking model sorts pairs into {model.num_labels} classes, it gives no single"
            f" score: {name}",
            _CURE,
        )
    return _CrossEncoderReranker(name, model)


def _check_trained(name: str, folder: Path) -> None:
    stated = read_json(folder / "config_sentence_transformers.json", {}).get("model_type")
    architectures = read_json(folder / "config.json", {}).get("architectures") or [""]
    has_head = str(architectures[0]).endswith("ForSequenceClassification")
    if stated != "CrossEncoder" and not has_head:
        raise ModelUnavailable(f"the reranking model is no cross-encoder: {name}", _CURE)
