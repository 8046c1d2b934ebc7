"""Markdown into its code spans and its sentences, and plain text into literal Markdown."""

from __future__ import annotations

import re
from itertools import zip_longest

_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})")
_TICKS = re.compile(r"(?<!\\)(?<!`)(`+)(?!`)")
_LIST_OR_QUOTE = re.compile(r"^\s*(?:(?:[-*+•]|\d{1,3}[.)])\s+|>\s?)+")
_HEADING_OR_RULE = re.compile(r"^\s*(?:#{1,6}\s|[-*_=]{3,}\s*$|\|?[\s:|-]+$)")
# A sentence takes the markers after its full stop along.
_SENTENCE = re.compile(
    r".+?(?:(?:(?<![.\s][a-z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<!\bfig)\.|[!?])"
    r"[*_)\"']*(?=\s|\[|$)|[。！？；]|$)(?:\s*\[\d+\])*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}|[\u4e00-\u9fff]")
_MARKER_ONLY = re.compile(r"\[\d+\]")
_ALWAYS_SPECIAL = re.compile(r"([\\`*_\[\]<>~&])")
_SPECIAL_AT_START = re.compile(r"^(\s*)(#|\+|-|=|\|)")
_NUMBER_AT_START = re.compile(r"^(\s*\d{1,9})([.)])")


def code_spans(text: str) -> list[tuple[int, int]]:
    """Half-open (start, end) of fenced blocks and of `spans`, ascending.

    A fence that is not closed reaches to the end.
    """
    spans: list[tuple[int, int]] = []
    open_fence, opened_at, position, plain_from = "", 0, 0, 0
    for line in text.splitlines(keepends=True):
        if found := _FENCE.match(line):
            fence = found["fence"]
            if not open_fence:
                spans.extend(_inline_spans(text, plain_from, position))
                open_fence, opened_at = fence, position
            elif fence[0] == open_fence[0] and len(fence) >= len(open_fence):
                spans.append((opened_at, position + len(line)))
                open_fence, plain_from = "", position + len(line)
        position += len(line)
    if open_fence:
        spans.append((opened_at, len(text)))
    else:
        spans.extend(_inline_spans(text, plain_from, len(text)))
    return spans


def _inline_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    ticks = list(_TICKS.finditer(text, start, end))
    at = 0
    while at < len(ticks):
        length = len(ticks[at].group(1))
        closing = next(
            (i for i in range(at + 1, len(ticks)) if len(ticks[i].group(1)) == length), None
        )
        # A span does not cross a paragraph.
        if closing is None or "\n\n" in text[ticks[at].end() : ticks[closing].start()]:
            at += 1
            continue
        spans.append((ticks[at].start(), ticks[closing].end()))
        at = closing + 1
    return spans


def split_sentences(text: str) -> list[str]:
    """The sentences of Markdown prose: no code blocks, headings, rules, nor lines that only
    announce a list.
    """
    sentences: list[str] = []
    lines = _without_blocks(text).splitlines()
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        is_table_head = line.lstrip().startswith("|") and "-" in below
        if _HEADING_OR_RULE.match(line) or (is_table_head and _HEADING_OR_RULE.match(below)):
            continue
        for found in _SENTENCE.finditer(_LIST_OR_QUOTE.sub("", line).strip()):
            sentence = found.group().strip()
            if _WORD.search(_MARKER_ONLY.sub("", sentence)) and sentence[-1] not in ":：":
                sentences.append(sentence)
    return sentences


def _without_blocks(text: str) -> str:
    pieces, position = [], 0
    for start, end in code_spans(text):
        if _FENCE.match(text, start) and "\n" in text[start:end]:
            pieces.append(text[position:start])
            position = end
    return "".join(pieces) + text[position:]


def literal_markdown(text: str) -> str:
    """Markdown that shows one line of plain text exactly as it is."""
    escaped = _ALWAYS_SPECIAL.sub(r"\\\1", " ".join(text.split()))
    escaped = _SPECIAL_AT_START.sub(r"\1\\\2", escaped)
    return _NUMBER_AT_START.sub(r"\1\\\2", escaped)


def fenced(text: str) -> str:
    """A code block that shows the lines exactly as they are."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
