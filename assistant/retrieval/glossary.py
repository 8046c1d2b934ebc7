"""A Chinese question into English words, by a list of firmware terms.

The list is `terms/firmware.tsv`; a user's own file of the same form adds to it. The longest term at
each place of the question counts, so 内存控制器 gives "memory controller" and not "memory" too.
English questions are left as they are: translated, nDCG@10 by words fell from
0.490 to 0.469 on docs_corpus at weight 1, and rose to no more than 0.499 at a quarter.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from assistant.indexing.analyser import CJK

_IDEOGRAPH = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Translation:
    """A Chinese term of the question and what it is called in English."""

    written: str
    variants: tuple[str, ...]


class Glossary:
    """Chinese terms with their English ones."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._english_of: dict[str, dict[str, None]] = {}
        for chinese, english in _entries(lines):
            for each in chinese:
                self._english_of.setdefault(_folded(each), {}).update(dict.fromkeys(english))
        self._longest = max(map(len, self._english_of), default=0)

    def __len__(self) -> int:
        return len(self._english_of)

    def translations(self, question: str) -> tuple[Translation, ...]:
        """Each term once, in the question's order."""
        text = unicodedata.normalize("NFKC", question)
        return tuple(Translation(*found) for found in dict(self._found_in(text)).items())

    def _found_in(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        at = 0
        while at < len(text):
            for length in range(min(self._longest, len(text) - at), 1, -1):
                written = text[at : at + length]
                variants = self._english_of.get(written.lower())
                if variants and _IDEOGRAPH.match(written):
                    yield written, tuple(variants)
                    at += length - 1
                    break
            at += 1


def _entries(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """A line that is no entry says nothing; the file is the user's own."""
    for line in lines:
        columns = line.split("#")[0].split("\t")
        if len(columns) < 2:
            continue
        chinese, english = (
            tuple(part.strip() for part in column.split("|") if part.strip())
            for column in columns[:2]
        )
        if chinese and english:
            yield chinese, english


def _folded(term: str) -> str:
    return unicodedata.normalize("NFKC", term).lower()


@functools.cache
def _bundled() -> tuple[str, ...]:
    file = resources.files("assistant.retrieval").joinpath("terms", "firmware.tsv")
    return tuple(file.read_text("utf-8").splitlines())


@functools.lru_cache(maxsize=4)
def load_glossary(own: Path | None = None) -> Glossary:
    """The program's terms and those of the user's file, where there is one that can be read."""
    try:
        added = own.read_text("utf-8-sig").splitlines() if own else []
    except (OSError, UnicodeDecodeError):
        added = []
    return Glossary([*_bundled(), *added])


NO_TERMS = Glossary()
