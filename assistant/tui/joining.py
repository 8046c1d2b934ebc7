"""The same sentence in several rankings: one letter and one colour for it in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase

from assistant.records import Hit, Trace

COLOURS = ("accent", "success", "warning", "error", "primary", "secondary")
"""Of the theme; the letter says the same without them."""

SentenceKey = tuple[str, int, int]
"""Document, start, end: the same in every index of a folder."""


@dataclass(frozen=True, slots=True)
class Join:
    """A sentence that several rankings have."""

    letter: str
    colour: str

    @property
    def style(self) -> str:
        return f"bold $text-{self.colour}"


def key_of(hit: Hit) -> SentenceKey:
    return (hit.place.document, hit.place.start, hit.place.end)


def joined(traces: Iterable[Trace]) -> dict[SentenceKey, Join]:
    """For each sentence in two or more of them, the widely found first, then the best placed."""
    ranks: dict[SentenceKey, list[int]] = {}
    for trace in traces:
        for hit in trace.hits:
            ranks.setdefault(key_of(hit), []).append(hit.rank)
    shared = [key for key, found in ranks.items() if len(found) > 1]
    shared.sort(key=lambda key: (-len(ranks[key]), sum(ranks[key]), key))
    letters = _letters(len(shared))
    return {
        key: Join(letter, COLOURS[i % len(COLOURS)])
        for i, (key, letter) in enumerate(zip(shared, letters, strict=True))
    }


def _letters(n: int) -> Sequence[str]:
    """A to Z, then AA, AB, ..."""
    names = list(ascii_uppercase)
    while len(names) < n:
        names += ["".join(pair) for pair in product(names, ascii_uppercase)]
    return names[:n]
