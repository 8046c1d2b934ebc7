"""A question into the same words of the other language, by a list of firmware terms.

The list is `terms/firmware.tsv`; a user's own file of the same form adds to it. The longest term at
each place of the question counts, so 内存控制器 gives "memory controller" and not "memory" too.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from assistant.indexing.analyser import CJK, terms_of

_IDEOGRAPH = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W{CJK}]+(?:[-./][^\W{CJK}]+)*")
_MAX_WORDS = 5


@dataclass(frozen=True, slots=True)
class Translation:
    """A term of the question and what it is called in the other language."""

    written: str
    variants: tuple[str, ...]


class Glossary:
    """Terms in two languages; the same text gives the same translations."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._english_of: dict[str, dict[str, None]] = {}
        self._chinese_of: dict[str, dict[str, None]] = {}
        for chinese, english in _entries(lines):
            for each in chinese:
                self._english_of.setdefault(_folded(each), {}).update(dict.fromkeys(english))
            for each in english:
                self._chinese_of.setdefault(_folded(each), {}).update(dict.fromkeys(chinese))
        self._longest = max(map(len, self._english_of), default=0)

    def __len__(self) -> int:
        return len(self._english_of)

    def translations(self, question: str) -> tuple[Translation, ...]:
        """Each term once, in the question's order."""
        text = unicodedata.normalize("NFKC", question)
        found = {**dict(self._of_chinese(text)), **dict(self._of_english(text))}
        return tuple(Translation(written, variants) for written, variants in found.items())

    def _of_chinese(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
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

    def _of_english(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            for length in range(min(_MAX_WORDS, len(words) - at), 0, -1):
                written = text[words[at][0] : words[at + length - 1][1]]
                variants = self._chinese_of.get(_folded(written))
                if variants:
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
    """As it is compared: plurals and spellings of English meet in their stems."""
    normal = unicodedata.normalize("NFKC", term)
    return normal.lower() if _IDEOGRAPH.search(normal) else " ".join(terms_of(normal))


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
