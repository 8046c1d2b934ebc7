"""Product-grade stand-ins, so that most tests need no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from assistant.embedding.encoder import EncodedTexts, PooledTexts, Role, TokenVectors
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats, normalised
from assistant.indexing.reading_process import ReadFile, ReadingProcess
from assistant.records import Inspection, Reading, TokenNorms, WordPiece

_WORD = re.compile(r"[\u4e00-\u9fff]|\w+|[^\w\s]")
_CONTEXT_SHARE = 0.1
"""How much a token takes on of the text's mean, so that the poolings differ as a model's do."""


class HashingEncoder:
    """An `Encoder` whose token vectors are random directions drawn from the word's hash.

    Texts that share words are near to each other, and nothing else is: no meaning, no weights,
    the same numbers on every machine.
    """

    runtime = "hashing"
    note = ""

    def __init__(self, model: ModelInfo) -> None:
        self.model = model
        self.pooled_texts: list[str] = []
        """Everything that `pool` was given, in order."""

    @classmethod
    def load(cls, model: ModelInfo, cache: Path, threads: int) -> HashingEncoder:
        """An `EncoderLoader`."""
        return cls(model)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        room = self.model.window - 2
        counts = [len(_words(text)) for text in texts]
        return [Reading(n, 0, max(0, n - room)) for n in counts]

    def release_memory(self) -> None:
        """It keeps none."""

    def encode(self, texts: Sequence[str], role: Role) -> EncodedTexts:
        return EncodedTexts(self.pool(texts, role), self.token_vectors(texts, role))

    def pool(self, texts: Sequence[str], role: Role) -> PooledTexts:
        self.pooled_texts.extend(texts)
        rows = np.zeros((len(texts), len(POOLINGS), self.model.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            states = self._states(text)[None]
            mask = np.ones(states.shape[:2], dtype=bool)
            for column, pooling in enumerate(POOLINGS.values()):
                rows[row, column] = pooling.pool(states, mask)[0]
        units, lengths = normalised(rows)
        return PooledTexts(
            {name: units[:, i] for i, name in enumerate(POOLINGS)},
            {name: lengths[:, i] for i, name in enumerate(POOLINGS)},
        )

    def token_vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        return [
            TokenVectors(
                tuple(word for word, _, _ in self._cut(text)),
                tuple((start, end) for _, start, end in self._cut(text)),
                *normalised(self._states(text)[1:-1]),
            )
            for text in texts
        ]

    def inspect(self, texts: Sequence[str], role: Role = "document") -> list[Inspection]:
        return [self._inspected(text) for text in texts]

    def _inspected(self, text: str) -> Inspection:
        states = self._states(text)
        lengths = np.linalg.norm(states, axis=1)
        words = [("[CLS]", 0, 0), *self._cut(text), ("[SEP]", 0, 0)]
        won = np.bincount(states.argmax(axis=0), minlength=len(states)).tolist()
        norms = HashingEncoder.pool(self, [text], "document").norms
        return Inspection(
            text,
            ("[CLS]", *(word for word, _, _ in self._cut(text)), "[SEP]"),
            self.read([text])[0],
            (len(states), self.model.dimension),
            {name: float(values[0]) for name, values in norms.items()},
            TokenNorms(float(lengths.min()), float(lengths.max()), float(lengths.mean())),
            tuple(
                WordPiece(*word, float(length), n, is_special=not word[2])
                for word, length, n in zip(words, lengths, won, strict=True)
            ),
        )

    def _cut(self, text: str) -> list[tuple[str, int, int]]:
        return _words(text)[: self.model.window - 2]

    def _states(self, text: str) -> Floats:
        """(n_tokens, dim) with [CLS] and [SEP], as an encoder gives."""
        words = ["[CLS]", *(word for word, _, _ in self._cut(text)), "[SEP]"]
        own = np.stack([_direction(word, self.model.dimension) for word in words])
        states: Floats = own + _CONTEXT_SHARE * own[1:-1].sum(axis=0)
        return states


class EnglishEncoder(HashingEncoder):
    """One whose vocabulary lacks every Chinese character, as the packaged model's nearly does."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        unknown = [sum("\u4e00" <= word <= "\u9fff" for word, _, _ in _words(t)) for t in texts]
        return [
            Reading(reading.tokens, n, reading.truncated)
            for reading, n in zip(super().read(texts), unknown, strict=True)
        ]


class IdleReaders:
    """Processes that read files, kept from one indexing run for the next.

    One that was not let finish a file is killed all the same, as `ReadingProcess` has it.
    """

    def __init__(self) -> None:
        self._idle: list[ReadingProcess] = []

    def reading(self) -> _BorrowedReading:
        return _BorrowedReading(self._idle)

    def close(self) -> None:
        for each in self._idle:
            each.close()


class _BorrowedReading:
    """A `Reading` for one run."""

    def __init__(self, idle: list[ReadingProcess]) -> None:
        self._idle = idle
        self._own: ReadingProcess | None = None

    def read(self, path: str, data: bytes) -> Generator[int, None, ReadFile]:
        if self._own is None:
            self._own = self._idle.pop() if self._idle else ReadingProcess()
        return (yield from self._own.read(path, data))

    def close(self) -> None:
        own, self._own = self._own, None
        if own is not None:
            self._idle.append(own)


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]


def _direction(word: str, dimension: int) -> Floats:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    vector: Floats = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return vector
