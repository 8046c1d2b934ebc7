"""Texts into pooled vectors, token vectors and readings: the one door to the embedding model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats, normalised
from assistant.embedding.reference import TorchTransformer, read_as_the_reference_does
from assistant.embedding.transformers import (
    ForwardPass,
    OnnxTransformer,
    Transformer,
    export_once,
    onnx_file,
)
from assistant.embedding.wordpieces import Pieces, WordPieces
from assistant.errors import ModelUnavailable
from assistant.records import Inspection, Reading, TokenNorms, WordPiece

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
    norms: Floats
    """Lengths before normalisation (n_tokens,)."""


@dataclass(frozen=True, eq=False, slots=True)
class EncodedTexts:
    """All that one pass over some texts gives, in the texts' order."""

    pooled: PooledTexts
    tokens: list[TokenVectors]


class Encoder(Protocol):
    """What indexing and retrieval need of an embedding model."""

    model: ModelInfo
    runtime: str
    note: str
    """Empty, or what the user should know of how the model runs."""

    def read(self, texts: Sequence[str]) -> list[Reading]: ...
    def encode(self, texts: Sequence[str], role: Role) -> EncodedTexts: ...
    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts: ...
    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]: ...
    def inspect(self, texts: Sequence[str], role: Role = "document") -> list[Inspection]: ...
    def release_memory(self) -> None: ...


class ModelReader:
    """The part of an encoder that needs no weights: what the model can read of a text."""

    def __init__(self, model: ModelInfo) -> None:
        self.model = model
        self.pieces = WordPieces(model.tokenizer_file, model.window)

    def read(self, texts: Sequence[str], role: Role = "document") -> list[Reading]:
        """The role's prompt is not counted, but what it leaves less room for is cut off."""
        return self.pieces.read(texts, self.prompt(role))

    def n_added(self, role: Role) -> int:
        """Tokens beside a text's own that the encoder reads with it: special ones, the prompt's."""
        return self.model.window - self.pieces.room + self.pieces.n_tokens_of(self.prompt(role))

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

    def encode(self, texts: Sequence[str], role: Role) -> EncodedTexts:
        pooled: dict[int, Floats] = {}
        tokens: dict[int, TokenVectors] = {}
        pieces = self._pieces(texts, role)
        for batch, passed in self._passes(texts, role, pieces):
            pooled.update(zip(batch, passed.pooled, strict=True))
            read = self._token_vectors([pieces[i] for i in batch], passed, role)
            tokens.update(zip(batch, read, strict=True))
        in_order = range(len(texts))
        return EncodedTexts(
            self._normalised([pooled[i] for i in in_order]), [tokens[i] for i in in_order]
        )

    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts:
        pooled: dict[int, Floats] = {}
        for batch, passed in self._passes(texts, role, self._pieces(texts, role)):
            pooled.update(zip(batch, passed.pooled, strict=True))
        return self._normalised([pooled[i] for i in range(len(texts))])

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        return self.encode(texts, role).tokens

    def release_memory(self) -> None:
        """Give back what only large batches need; the next ones take it again."""
        self._transformer.release_memory()

    def _pieces(self, texts: Sequence[str], role: Role) -> list[Pieces]:
        prompt = self._reader.prompt(role)
        return self._reader.pieces.pieces([prompt + text for text in texts])

    def _passes(
        self, texts: Sequence[str], role: Role, pieces: Sequence[Pieces]
    ) -> Iterator[tuple[list[int], ForwardPass]]:
        lengths = [len(piece.ids) for piece in pieces]
        for batch in _batches(lengths):
            yield batch, self._pass(lengths[batch[0]], [texts[i] for i in batch], role)

    def _pass(self, shortest: int, texts: Sequence[str], role: Role) -> ForwardPass:
        """A text without any token, which no model takes, has zero vectors."""
        if shortest:
            return self._transformer.forward(texts, self._reader.prompt(role))
        n, dimension = len(texts), self.model.dimension
        return ForwardPass(
            states=np.zeros((n, 0, dimension), dtype=np.float32),
            mask=np.zeros((n, 0), dtype=np.bool_),
            pooled=np.zeros((n, len(POOLINGS), dimension), dtype=np.float32),
        )

    def _normalised(self, pooled: Sequence[Floats]) -> PooledTexts:
        shape = (len(pooled), len(POOLINGS), self.model.dimension)
        units, lengths = normalised(np.array(pooled, dtype=np.float32).reshape(shape))
        return PooledTexts(
            {name: units[:, i] for i, name in enumerate(POOLINGS)},
            {name: lengths[:, i] for i, name in enumerate(POOLINGS)},
        )

    def _token_vectors(
        self, pieces: Sequence[Pieces], passed: ForwardPass, role: Role
    ) -> Iterator[TokenVectors]:
        prompt = self._reader.prompt(role)
        for states, mask, piece in zip(passed.states, passed.mask, pieces, strict=True):
            keep = [
                i
                for i, (_, end) in enumerate(piece.offsets)
                # By its end: some tokenizers begin a token at the blank before it.
                if not piece.is_special[i] and end > len(prompt)
            ]
            offsets = (piece.offsets[i] for i in keep)
            units, norms = normalised(states[mask][keep])
            yield TokenVectors(
                tuple(piece.tokens[i] for i in keep),
                tuple((max(0, a - len(prompt)), b - len(prompt)) for a, b in offsets),
                units,
                norms,
            )

    def inspect(self, texts: Sequence[str], role: Role = "document") -> list[Inspection]:
        found: dict[int, Inspection] = {}
        pieces, readings = self._pieces(texts, role), self.read(texts, role)
        n_prompt = len(self._reader.prompt(role))
        for batch, passed in self._passes(texts, role, pieces):
            for row, i in enumerate(batch):
                states = passed.states[row][passed.mask[row]]
                pooled = np.linalg.norm(passed.pooled[row], axis=-1)
                found[i] = Inspection(
                    texts[i],
                    pieces[i].tokens,
                    readings[i],
                    (len(states), int(states.shape[1])),
                    {name: float(pooled[column]) for column, name in enumerate(POOLINGS)},
                    _token_norms(states),
                    tuple(_word_pieces(pieces[i], states, n_prompt)),
                )
        return [found[i] for i in range(len(texts))]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts with like numbers of tokens, so that little of a batch is padding.

    Texts without a token are in batches of their own.
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        padded = lengths[position] * (len(batch) + 1)
        is_full = len(batch) == BATCH_TEXTS or padded > BATCH_TOKENS
        if batch and (is_full or bool(lengths[position]) != bool(lengths[batch[0]])):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _token_norms(states: Floats) -> TokenNorms:
    if not len(states):
        return TokenNorms(0.0, 0.0, 0.0)
    lengths = np.linalg.norm(states, axis=-1)
    return TokenNorms(float(lengths.min()), float(lengths.max()), float(lengths.mean()))


def _word_pieces(pieces: Pieces, states: Floats, n_prompt: int) -> Iterator[WordPiece]:
    if not len(states):
        return
    lengths = np.linalg.norm(states, axis=-1)
    won = np.bincount(states.argmax(axis=0), minlength=len(states))
    for i, token in enumerate(pieces.tokens):
        start, end = (max(0, offset - n_prompt) for offset in pieces.offsets[i])
        yield WordPiece(
            *(token, start, end, float(lengths[i]), int(won[i])),
            *(pieces.is_unknown[i], pieces.is_special[i]),
        )


def has_quick_runtime(model: ModelInfo, cache: Path) -> bool:
    """Whether loading takes a second; otherwise it takes ten or more, the first time."""
    return model.is_plain and onnx_file(model, cache).is_file()


def load_encoder(model: ModelInfo, cache: Path, threads: int) -> Encoder:
    """The model, ready to encode: by onnxruntime where that was checked, else by torch.

    The first call for a model loads torch and writes the ONNX file. Raises: ModelUnavailable.
    """
    reader = ModelReader(model)
    if has_quick_runtime(model, cache):
        file = onnx_file(model, cache)
        try:
            return TransformerEncoder(reader, OnnxTransformer(file, reader.pieces, threads))
        except Exception:  # a torn file; onnxruntime has a kind of error for every way to be torn
            file.unlink(missing_ok=True)
    reference = TorchTransformer(model, threads)
    model = read_as_the_reference_does(model, reference, cache)
    reader = ModelReader(model)
    if not model.is_plain:
        note = f"{model.name} has modules of its own: it runs on torch"
        return TransformerEncoder(reader, reference, note)
    try:
        export_once(reference, model, reader.pieces, cache)
    except (ModelUnavailable, OSError) as error:
        return TransformerEncoder(reader, reference, f"torch is used: {error}")
    quick = OnnxTransformer(onnx_file(model, cache), reader.pieces, threads)
    return TransformerEncoder(reader, quick)
