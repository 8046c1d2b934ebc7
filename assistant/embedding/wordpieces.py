"""Text into word pieces as the encoder sees them, without loading torch or transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelUnavailable
from assistant.records import Reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Pieces:
    """One text's word pieces inside the window, special tokens among them."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    """Character span of each token in the text, half-open; (0, 0) for special tokens."""
    is_special: tuple[bool, ...]
    is_unknown: tuple[bool, ...]


class WordPieces:
    """The tokenizer of one model, cutting at the model's window."""

    def __init__(self, file: Path, window: int) -> None:
        """`file`: a tokenizer.json. Raises: ModelUnavailable where it is none."""
        from tokenizers import Tokenizer

        try:
            definition = file.read_text("utf-8")
            self._whole: Tokenizer = Tokenizer.from_str(definition)
            self._cut: Tokenizer = Tokenizer.from_str(definition)
        except Exception as error:  # the library raises bare Exception
            raise ModelUnavailable(
                f"the model's tokenizer cannot be read: {file}: {error}",
                "download the model again, or name another one in [index] model",
            ) from error
        # The file may carry padding and truncation of its own (MiniLM's: 128 and 128).
        for tokenizer in (self._whole, self._cut):
            tokenizer.no_padding()
            tokenizer.no_truncation()
        # A few models read a text's end.
        truncation = json.loads(definition).get("truncation") or {}
        self._cut.enable_truncation(window, direction=truncation.get("direction", "Right").lower())
        self._unknown_id = _unknown_id(self._whole, definition)
        self.room = window - self._whole.num_special_tokens_to_add(is_pair=False)
        """Tokens of text that fit into the window beside the special tokens."""

    def read(self, texts: Sequence[str], prompt: str = "") -> list[Reading]:
        """How much of each text the encoder can read behind a prompt, which is not counted."""
        encodings = self._whole.encode_batch_fast(list(texts), add_special_tokens=False)
        readings = [self._reading(encoding.ids) for encoding in encodings]
        if not prompt:
            return readings
        about = self.n_tokens_of(prompt)
        return [
            self._behind(prompt, text, reading) if reading.tokens + about > self.room else reading
            for text, reading in zip(texts, readings, strict=True)
        ]

    def _behind(self, prompt: str, text: str, reading: Reading) -> Reading:
        """Counted: the blank that ends a prompt becomes part of some first words, not of others."""
        n_tokens = len(self._whole.encode(prompt + text, add_special_tokens=False).ids)
        return replace(reading, truncated=max(0, n_tokens - self.room))

    def n_tokens_of(self, prompt: str) -> int:
        """Tokens of a prompt with a text behind it: alone, its last blank may be one of its own."""
        if not prompt:
            return 0
        letter, behind = self._whole.encode_batch(["a", f"{prompt}a"], add_special_tokens=False)
        return len(behind.ids) - len(letter.ids)

    def _reading(self, ids: list[int]) -> Reading:
        unknown = 0 if self._unknown_id is None else ids.count(self._unknown_id)
        return Reading(len(ids), unknown, max(0, len(ids) - self.room))

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces that the encoder is given for each text."""
        return [
            Pieces(
                tuple(encoding.ids),
                tuple(encoding.type_ids),
                tuple(encoding.tokens),
                tuple(encoding.offsets),
                tuple(bool(flag) for flag in encoding.special_tokens_mask),
                tuple(token_id == self._unknown_id for token_id in encoding.ids),
            )
            for encoding in self._cut.encode_batch(list(texts))
        ]


def _unknown_id(tokenizer: Tokenizer, definition: str) -> int | None:
    model = json.loads(definition).get("model", {})
    if isinstance(model.get("unk_id"), int):  # unigram models name it by number
        return int(model["unk_id"])
    unknown = model.get("unk_token")
    return tokenizer.token_to_id(unknown) if unknown else None
