"""What a way of making passages is: a name, and how it cuts a document's sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from assistant.documents.passages.packing import Span
from assistant.records import Sentence


@dataclass(frozen=True, slots=True, eq=False)
class Cuttable:
    """A document's sentences with what a cut may depend on."""

    sentences: Sequence[Sentence]
    n_tokens: Sequence[int]
    """Of each sentence."""
    window: int
    """Tokens that a passage may have."""
    n_heading_tokens: Sequence[int]
    """Of the headings that stand between each sentence and the one before."""
    vectors: npt.NDArray[Any] | None = None
    """Unit vectors (n_sentences, dim), for the kinds that ask for them."""

    def sections(self) -> Iterator[Span]:
        """The runs of sentences under one heading."""
        first = 0
        for i in range(1, len(self.sentences) + 1):
            if i == len(self.sentences) or (
                self.sentences[i].section != self.sentences[first].section
            ):
                yield first, i
                first = i


@dataclass(frozen=True, slots=True)
class PassageKind:
    name: str
    summary: str
    cut: Callable[[Cuttable], list[Span]]
    """Every sentence in exactly one span, in order."""
    needs_vectors: bool = False
