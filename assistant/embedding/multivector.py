"""Texts into token vectors by a model that was trained for late interaction (ColBERT and kin)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.embedding.encoder import Role
from assistant.embedding.library import load_by_library
from assistant.embedding.model_files import (
    module_kind,
    read_json,
    transformer_folder,
    window_of,
)
from assistant.embedding.models import model_folder
from assistant.embedding.poolings import Floats, normalised
from assistant.errors import ModelUnavailable

_BATCH_TEXTS = 16
_CURE = "name a multi-vector model, such as lightonai/GTE-ModernColBERT-v1, in the settings"


class LateEncoder(Protocol):
    name: str

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[Floats]:
        """Unit vectors of each text's tokens that count, (n_tokens, dim) float32, copied."""
        ...


class _MultiVectorEncoder:
    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self._model = model

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[Floats]:
        if not texts:
            return []
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        found = encode(
            list(texts), batch_size=_BATCH_TEXTS, show_progress_bar=False, convert_to_numpy=True
        )
        # Copies: the library's are views that keep a whole padded batch alive.
        return [normalised(np.array(vectors, dtype=np.float32))[0] for vectors in found]


def load_late_encoder(name: str, threads: int) -> LateEncoder:
    """The multi-vector model in a folder, in the cache or on the hub.

    Raises: ModelUnavailable, also for any other kind of model: the library would put a random
    projection behind it, another one at every start.
    """
    folder = model_folder(name)
    if not _is_multi_vector(folder):
        raise ModelUnavailable(
            f"this model was not trained to give token vectors for late interaction: {name}", _CURE
        )
    inner = transformer_folder(folder, read_json(folder / "modules.json", []))
    model = load_by_library(
        "MultiVectorEncoder",
        folder,
        threads,
        f"the late-interaction model cannot be loaded: {name}",
        _CURE,
        window_of(inner, read_json(inner / "config.json", {})),
    )
    return _MultiVectorEncoder(name, model)


def _is_multi_vector(folder: Path) -> bool:
    """As sentence-transformers, PyLate and Stanford's ColBERT save them."""
    stated = read_json(folder / "config_sentence_transformers.json", {}).get("model_type")
    modules: list[dict[str, Any]] = read_json(folder / "modules.json", [])
    kinds = {module_kind(module) for module in modules}
    if stated in ("MultiVectorEncoder", "ColBERT"):
        return "MultiVectorMask" in kinds or "Dense" in kinds
    return "HF_ColBERT" in (read_json(folder / "config.json", {}).get("architectures") or [])
