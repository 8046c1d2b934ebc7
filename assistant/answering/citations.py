"""A model's text with markers into text whose every marker is bound to a sentence sent to it.

Brackets are everywhere in firmware text: `[RO]`, `[31:12]`, `buf[2]`. What is not surely a
marker is left as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.answering.markdown_text import code_spans, split_sentences
from assistant.records import Citation, EvidenceSentence

MAX_RANGE = 30
"""[1-4000] is no list of sentences."""

_NUMBER = r"[0-9０-９]{1,6}"
_BETWEEN = r"(?:\s*[,，、;；]\s*|\s+(?:and|und|et|y|和|及|与)\s+)"
_RANGE = rf"{_NUMBER}(?:\s*[-–—~～]\s*{_NUMBER})?"
_MARKER = re.compile(
    r"(?P<space>[ \t]{0,3})(?P<open>\[|［|【)\s*(?:\^|#|(?:sentences?|sources?|句子?)\s*)?"
    rf"(?P<numbers>{_RANGE}(?:{_BETWEEN}{_RANGE})*)\s*(?:†[^\]】\n]*)?(?:\]|］|】)"
    # A link would carry the reader to wherever the model, or a document, wants.
    r"(?P<link>\((?=[^()\s]*[:/#.])[^()\s]*\))?",
    re.IGNORECASE,
)
_PART = re.compile(rf"(?P<low>{_NUMBER})(?:\s*[-–—~～]\s*(?P<high>{_NUMBER}))?")
# "bit [3] of the register" speaks of a bit; "sets the bit [3]." cites.
_BIT_BEFORE = re.compile(r"(?:\b(?:bits?|bytes?|pins?|lanes?|index)|位|比特)$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?)。，；：！？）\[［【]|$|\n)")
_IDENTIFIER_END = re.compile(r"[A-Za-z0-9_]$")
_INDEX_CHAIN_END = re.compile(r"[A-Za-z0-9_](?:\[[^\[\]\n]*\])+$")
_TIGHT_AFTER = re.compile(r"[\s.,;:!?)\]。，；：！？）]|$")


@dataclass(frozen=True, slots=True)
class ResolvedText:
    text: str
    """The model's text with every marker as [n], each of them in `citations`."""
    citations: tuple[Citation, ...]
    """In order of first appearance, each marker once."""
    dropped: int
    """Numbers that named no sentence, removed from the text."""
    uncited: tuple[str, ...]
    """Sentences that cite nothing."""


def resolve_citations(text: str, numbering: Mapping[int, EvidenceSentence]) -> ResolvedText:
    pieces: list[str] = []
    used: dict[int, None] = {}
    dropped = position = 0
    code = code_spans(text)
    for marker in _markers(text, code):
        known, unknown = _read_numbers(marker["numbers"], numbering)
        dropped += unknown
        used.update(dict.fromkeys(known))
        pieces.append(text[position : marker.start()])
        pieces.append(_written(marker, known, text))
        position = marker.end()
    resolved = "".join(pieces) + text[position:]
    citations = tuple(_citation(number, numbering[number]) for number in used)
    uncited = tuple(each for each in split_sentences(resolved) if not _has_marker(each))
    return ResolvedText(resolved, citations, dropped, uncited)


def strip_markers(text: str) -> str:
    """The text without anything that looks like a marker."""
    pieces: list[str] = []
    position = 0
    for marker in _markers(text, code_spans(text)):
        pieces.append(text[position : marker.start()])
        pieces.append(_written(marker, [], text))
        position = marker.end()
    return "".join(pieces) + text[position:]


def _markers(text: str, code: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    marker_end = -1
    for found in _MARKER.finditer(text):
        start = found.start("open")
        if any(first <= start < last for first, last in code):
            continue
        follows_marker = found.start() == marker_end
        if follows_marker or not _is_document_text(found, text, start):
            marker_end = found.end()
            yield found


def _is_document_text(found: re.Match[str], text: str, start: int) -> bool:
    before = text[max(0, start - 80) : start]
    if before.endswith("\\") or _has_descending_range(found["numbers"]):
        return True
    if found["open"] == "[" and (_IDENTIFIER_END.search(before) or _INDEX_CHAIN_END.search(before)):
        return True
    says_bit = _BIT_BEFORE.search(before.rstrip())
    return bool(says_bit) and not _CLAUSE_END.match(text, found.end())


def _has_descending_range(numbers: str) -> bool:
    """Fields of bits are written from the highest down."""
    ranges = ((part["low"], part["high"]) for part in _PART.finditer(numbers))
    return any(high is not None and int(high) < int(low) for low, high in ranges)


def _read_numbers(numbers: str, numbering: Mapping[int, EvidenceSentence]) -> tuple[list[int], int]:
    """The numbers that name a sentence, each once, and how many name none."""
    named: dict[int, None] = {}
    for part in _PART.finditer(numbers):
        low = int(part["low"])
        high = int(part["high"] or low)
        named.update(dict.fromkeys(range(low, min(high, low + MAX_RANGE) + 1)))
    known = [number for number in named if number in numbering]
    return known, len(named) - len(known)


def _written(marker: re.Match[str], known: list[int], text: str) -> str:
    after = text[marker.end() : marker.end() + 1]
    space: str = marker["space"]
    if not known:
        # The space before goes too, where it would stand before a full stop or double up.
        return "" if _TIGHT_AFTER.match(after) else space
    written = space + "".join(f"[{number}]" for number in known)
    # `[1]: x` and `[1](x)` are Markdown for a hidden definition and for a link.
    return written + " " if after in (":", "(") else written


def _citation(number: int, sentence: EvidenceSentence) -> Citation:
    return Citation(number, sentence.sentence_id, sentence.place, sentence.text)


def _has_marker(sentence: str) -> bool:
    return any(True for _ in _markers(sentence, code_spans(sentence)))
