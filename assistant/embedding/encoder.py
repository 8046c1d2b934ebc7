"""Texts into pooled vectors, token vectors and readings: the one door to the embedding model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats, normalised
from assistant.embedding.transformers import (
    OnnxTransformer,
    TorchTransformer,
    Transformer,
    export_onnx,
    onnx_file,
)
from assistant.embedding.wordpieces import WordPieces
from assistant.errors import ModelUnavailable
from assistant.records import Inspection, Reading, TokenNorms

Role = Literal["query", "document"]

BATCH_TEXTS = 32
BATCH_TOKENS = 1024
"""Padded tokens in a batch: on CPUs batches beyond this only wait for memory."""


@dataclass(frozen=True, eq=False, slots=True)
class PooledTexts:
    """Every pooling's vectors of some texts, in the texts' order."""

    vectors: dict[str, Floats]
    """Pooling -> unit vectors (n_texts, dim)."""
    norms: dict[str, Floats]
    """Pooling -> the lengths before normalisation (n_texts,)."""


@dataclass(frozen=True, eq=False, slots=True)
class TokenVectors:
    """A text's unit token vectors, special tokens dropped, for late interaction."""

    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    """Span of each token in the text without its prompt, half-open."""
    vectors: Floats
    """(n_tokens, dim)"""


class Encoder(Protocol):
    """What indexing and retrieval need of an embedding model."""

    model: ModelInfo
    runtime: str
    note: str
    """Empty, or what the user should know of how the model runs."""

    def read(self, texts: Sequence[str]) -> list[Reading]: ...
    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts: ...
    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]: ...
    def inspect(self, text: str) -> Inspection: ...


class ModelReader:
    """The part of an encoder that needs no weights: what the model can read of a text."""

    def __init__(self, model: ModelInfo) -> None:
        self.model = model
        self.pieces = WordPieces(model.folder, model.window)

    def read(self, texts: Sequence[str], role: Role = "document") -> list[Reading]:
        """The role's prompt is not counted, but what it leaves less room for is cut off."""
        return self.pieces.read(texts, self.prompt(role))

    def prompt(self, role: Role) -> str:
        return self.model.query_prompt if role == "query" else self.model.document_prompt


class TransformerEncoder:
    """An `Encoder` over a transformer model."""

    def __init__(self, reader: ModelReader, transformer: Transformer, note: str = "") -> None:
        self.model = reader.model
        self.runtime = transformer.runtime
        self.note = note
        self._reader = reader
        self._transformer = transformer

    def read(self, texts: Sequence[str], role: Role = "document") -> list[Reading]:
        return self._reader.read(texts, role)

    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts:
        prompt = self._reader.prompt(role)
        rows: list[Floats | None] = [None] * len(texts)
        for batch in self._batches(texts, prompt):
            pooled = self._transformer.pool([texts[i] for i in batch], prompt)
            for row, vectors in zip(batch, pooled, strict=True):
                rows[row] = vectors
        shape = (len(texts), len(POOLINGS), self.model.dimension)
        stacked = np.array(rows, dtype=np.float32).reshape(shape)
        units, lengths = normalised(stacked)
        names = list(POOLINGS)
        return PooledTexts(
            {name: units[:, i] for i, name in enumerate(names)},
            {name: lengths[:, i] for i, name in enumerate(names)},
        )

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        prompt = self._reader.prompt(role)
        prompt_length = len(prompt)
        found: dict[int, TokenVectors] = {}
        for batch in self._batches(texts, prompt):
            states, mask = self._transformer.states([texts[i] for i in batch], prompt)
            pieces = self._reader.pieces.pieces([prompt + texts[i] for i in batch])
            for row, text_states, text_mask, piece in zip(batch, states, mask, pieces, strict=True):
                keep = [
                    i
                    for i, (start, _) in enumerate(piece.offsets)
                    if not piece.is_special[i] and start >= prompt_length
                ]
                found[row] = TokenVectors(
                    tuple(piece.tokens[i] for i in keep),
                    tuple(
                        (s - prompt_length, e - prompt_length)
                        for s, e in map(piece.offsets.__getitem__, keep)
                    ),
                    normalised(text_states[text_mask][keep])[0],
                )
        return [found[i] for i in range(len(texts))]

    def inspect(self, text: str) -> Inspection:
        states, mask = self._transformer.states([text])
        lengths = np.linalg.norm(states[0][mask[0]], axis=-1)
        pooled = self.pool([text], "document").norms
        return Inspection(
            text,
            self._reader.pieces.pieces([text])[0].tokens,
            self.read([text])[0],
            (int(mask[0].sum()), int(states.shape[2])),
            {name: float(norms[0]) for name, norms in pooled.items()},
            TokenNorms(float(lengths.min()), float(lengths.max()), float(lengths.mean())),
        )

    def _batches(self, texts: Sequence[str], prompt: str) -> Iterator[list[int]]:
        """Positions of texts of like length, so that little of a batch is padding."""
        prompted = [prompt + text for text in texts]
        readings = self._reader.pieces.read(prompted)
        lengths = [min(reading.tokens, self.model.window) + 2 for reading in readings]
        batch: list[int] = []
        for position in sorted(range(len(texts)), key=lengths.__getitem__):
            padded = lengths[position] * (len(batch) + 1)
            if batch and (len(batch) == BATCH_TEXTS or padded > BATCH_TOKENS):
                yield batch
                batch = []
            batch.append(position)
        if batch:
            yield batch


def has_quick_runtime(model: ModelInfo, cache: Path) -> bool:
    """Whether loading takes a second; otherwise it takes ten or more, the first time."""
    return model.is_plain and onnx_file(model, cache).is_file()


def load_encoder(model: ModelInfo, cache: Path, threads: int) -> Encoder:
    """The model, ready to encode: by onnxruntime where that was checked, else by torch.

    The first call for a model loads torch and writes the ONNX file. Raises: ModelUnavailable.
    """
    reader = ModelReader(model)
    if not model.is_plain:
        note = f"{model.name} has modules of its own: it runs on torch"
        return TransformerEncoder(reader, TorchTransformer(model, threads), note)
    file = onnx_file(model, cache)
    if file.is_file():
        try:
            return TransformerEncoder(reader, OnnxTransformer(file, reader.pieces, threads))
        except Exception:  # a torn file; onnxruntime has a kind of error for every way to be torn
            file.unlink(missing_ok=True)
    reference = TorchTransformer(model, threads)
    try:
        export_onnx(reference, model, reader.pieces, file)
    except (ModelUnavailable, OSError) as error:
        return TransformerEncoder(reader, reference, f"torch is used: {error}")
    return TransformerEncoder(reader, OnnxTransformer(file, reader.pieces, threads))
