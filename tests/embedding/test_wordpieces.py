"""Tokenizers of other families, built here: what belongs to a text and what to its prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.embedding.encoder import ModelReader, TransformerEncoder
from assistant.embedding.poolings import POOLINGS
from assistant.embedding.transformers import ForwardPass
from assistant.embedding.wordpieces import WordPieces
from tests.builders import WORD_MODEL

PIECES = ["▁query:", "▁how", "▁memory", "▁is", "how", "▁", "m"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A unigram tokenizer, as XLM-R and its kin have: a token's span begins at the blank."""
    vocabulary = [("<unk>", 0.0), *((piece, -1.0) for piece in PIECES)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


class Counting:
    """States that are the tokens' ids."""

    runtime = "none"

    def __init__(self, pieces: WordPieces) -> None:
        self._pieces = pieces

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        (piece,) = self._pieces.pieces([prompt + text for text in texts])
        ids = np.array(piece.ids, dtype=np.float32)
        states = np.stack([ids, np.ones_like(ids)], axis=1)[None]
        mask = np.ones(states.shape[:2], bool)
        pooled = np.stack([p.pool(states, mask) for p in POOLINGS.values()], axis=1)
        return ForwardPass(states, mask, pooled)

    def release_memory(self) -> None:
        """It keeps none."""


def test_the_first_token_behind_a_prompt_is_the_text_s(folder: Path) -> None:
    model = replace(WORD_MODEL, folder=folder, dimension=2, query_prompt="query: ")
    reader = ModelReader(model)
    encoder = TransformerEncoder(reader, Counting(reader.pieces))
    (found,) = encoder.token_vectors(["how is memory"], "query")
    assert found.tokens == ("▁how", "▁is", "▁memory")
    sliced = ["how is memory"[start:end].strip() for start, end in found.offsets]
    assert sliced == ["how", "is", "memory"]
    assert found.vectors.shape == (3, 2)


def test_a_unigram_s_unknown_token_is_counted(folder: Path) -> None:
    (reading,) = WordPieces(folder / "tokenizer.json", 64).read(["how ☂ memory"])
    assert (reading.tokens, reading.unknown) == (4, 1)  # ▁how ▁ ☂ ▁memory


def test_room_is_the_window_where_nothing_special_is_added(folder: Path) -> None:
    pieces = WordPieces(folder / "tokenizer.json", 3)
    assert pieces.room == 3
    assert [r.truncated for r in pieces.read(["how is memory", "how how how is memory"])] == [0, 2]
    assert [r.truncated for r in pieces.read(["how is memory"], "query: ")] == [1]
