"""An encoder in a model's place that takes no time: seeded vectors, the model's own tokens.

Everything but the forward pass is the real one: tokens, windows, offsets, the shapes of what comes
out. The model is loaded all the same, and every so many calls it encodes, so that the memory of a
run is that of a run with the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.embedding.encoder import (
    EncodedTexts,
    Encoder,
    ModelReader,
    PooledTexts,
    Role,
    TokenVectors,
    load_encoder,
)
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats
from assistant.records import Inspection, Reading

_KEPT_VECTORS = 4096
"""Random unit vectors that texts take their own from, by turns."""


class SeededEncoder:
    runtime = "seeded"
    note = ""

    def __init__(self, reader: ModelReader, real: Encoder | None, real_every: int) -> None:
        self.model = reader.model
        self._reader = reader
        self._real = real
        self._real_every = real_every
        self._calls = 0
        rng = np.random.default_rng(1)
        kept = rng.standard_normal((_KEPT_VECTORS, self.model.dimension), dtype=np.float32)
        self._kept: Floats = kept / np.linalg.norm(kept, axis=1, keepdims=True)
        self._at = 0

    def read(self, texts: Sequence[str], role: Role = "document") -> list[Reading]:
        return self._reader.read(texts, role)

    def release_memory(self) -> None:
        if self._real is not None:
            self._real.release_memory()

    def encode(self, texts: Sequence[str], role: Role) -> EncodedTexts:
        self._calls += 1
        if self._real is not None and self._calls % self._real_every == 1:
            return self._real.encode(texts, role)
        return EncodedTexts(self.pool(texts, role), self.token_vectors(texts, role))

    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts:
        n = len(texts)
        return PooledTexts(
            {name: self._vectors(n) for name in POOLINGS},
            {name: np.ones(n, dtype=np.float32) for name in POOLINGS},
        )

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        found = []
        for piece in self._reader.pieces.pieces(texts):
            keep = [i for i, special in enumerate(piece.is_special) if not special]
            found.append(
                TokenVectors(
                    tuple(piece.tokens[i] for i in keep),
                    tuple(piece.offsets[i] for i in keep),
                    self._vectors(len(keep)),
                    np.ones(len(keep), dtype=np.float32),
                )
            )
        return found

    def inspect(self, texts: Sequence[str], role: Role = "document") -> list[Inspection]:
        raise NotImplementedError

    def _vectors(self, n: int) -> Floats:
        self._at += n
        return self._kept[np.arange(self._at - n, self._at) % _KEPT_VECTORS]


class SeededLoader:
    """An `EncoderLoader`; `real_every` = 0 leaves the model out."""

    def __init__(self, real_every: int = 0) -> None:
        self._real_every = real_every

    def __call__(self, model: ModelInfo, cache: Path, threads: int) -> Encoder:
        real = load_encoder(model, cache, threads) if self._real_every else None
        return SeededEncoder(ModelReader(model), real, self._real_every)
