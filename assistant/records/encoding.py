"""What the encoder makes of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Readability = Literal["read", "partly", "unreadable"]
"""What a text's vectors say of it: what they should, less than that, or next to nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a text the encoder can read. Counts leave out [CLS] and [SEP]."""

    tokens: int
    unknown: int
    """Tokens that the vocabulary does not know: the encoder sees them all as one."""
    truncated: int
    """Tokens cut off because the text is longer than the encoder's window."""

    @property
    def unknown_share(self) -> float:
        return self.unknown / self.tokens if self.tokens else 0.0

    @property
    def truncated_share(self) -> float:
        return self.truncated / self.tokens if self.tokens else 0.0

    @property
    def unread_share(self) -> float:
        """Unknown or cut off; a token that is both counts twice, up to all of them."""
        return min(1.0, self.unknown_share + self.truncated_share)

    def __add__(self, other: Reading) -> Reading:
        """How two texts were read together."""
        return Reading(
            self.tokens + other.tokens,
            self.unknown + other.unknown,
            self.truncated + other.truncated,
        )


@dataclass(frozen=True, slots=True)
class TokenNorms:
    min: float
    max: float
    mean: float


@dataclass(frozen=True, slots=True)
class WordPiece:
    """One token of a text as the encoder saw it."""

    text: str
    start: int
    end: int
    """Span in the text without its prompt, half-open; empty for special tokens and the prompt's."""
    norm: float
    """Length of its state, before normalisation."""
    dimensions_won: int
    """Dimensions of the max-pooled vector that come from it."""
    is_unknown: bool = False
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the encoder makes of one text."""

    text: str
    tokens: tuple[str, ...]
    """Word pieces as the encoder sees them, [CLS] and [SEP] among them."""
    reading: Reading
    hidden_state_shape: tuple[int, int]
    """(tokens, dimensions)"""
    pooled_norms: dict[str, float]
    """Pooling -> length of its vector before normalisation."""
    token_norms: TokenNorms
    pieces: tuple[WordPiece, ...] = ()
    """The same tokens one by one."""

    @property
    def read_pieces(self) -> tuple[WordPiece, ...]:
        """Those of the text itself, which late interaction compares."""
        return tuple(piece for piece in self.pieces if piece.end > 0 and not piece.is_special)
