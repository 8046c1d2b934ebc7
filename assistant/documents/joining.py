"""Fragments of source text into one line of prose, with the source line of every part.

A newline inside a fragment is a soft wrap: it becomes one space, or nothing between two
CJK characters. Runs of white space become one space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.documents.characters import is_cjk

_CHINESE_CLOSING = "。，、；：！？）」』”》】"


class Fragment(NamedTuple):
    """Text as it stands in the file, markup removed; `line` is where it begins, 1-based."""

    text: str
    line: int


class Joined(NamedTuple):
    text: str
    marks: list[tuple[int, int]]
    """(offset in `text`, source line) wherever the line changes, and at the start."""


def join_fragments(fragments: Iterable[Fragment]) -> Joined:
    """One line of prose; empty text and no marks where there are no words."""
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    length, last, gap = 0, "", ""
    for text, line, is_wrapped in _pieces(fragments):
        words = " ".join(text.split())
        gap = "\n" if is_wrapped else gap or (" " if text[:1].isspace() else "")
        if not words:
            continue
        space = _space(last, gap, words[0])
        length += len(space)
        if not marks or marks[-1][1] != line:
            marks.append((length, line))
        parts.append(space)
        parts.append(words)
        length += len(words)
        last = words[-1]
        gap = " " if text[-1].isspace() else ""
    return Joined("".join(parts), marks)


def defined(term: list[Fragment], definition: Iterable[Fragment]) -> list[Fragment]:
    """A term and what it means, with a colon of the term's script between them."""
    colon = definition_colon("".join(fragment.text for fragment in term))
    return [*term, Fragment(f"{colon}\n", term[-1].line), *definition]


def definition_colon(term: str) -> str:
    """The colon that has to follow the term; "" where it has one."""
    last = term.rstrip()[-1:]
    if last in (":", "："):
        return ""
    return "：" if last and is_cjk(last) else ":"


def _pieces(fragments: Iterable[Fragment]) -> Iterator[tuple[str, int, bool]]:
    """(text without newlines, line, whether a soft wrap stands before it)."""
    for fragment in fragments:
        if "\n" not in fragment.text:
            yield fragment.text, fragment.line, False
            continue
        for i, text in enumerate(fragment.text.split("\n")):
            yield text, fragment.line + i, i > 0


def _space(last: str, gap: str, first: str) -> str:
    # Markup wants a space where Chinese typesetting has none: "``EFI_READY`` 。"
    if not last or not gap or first in _CHINESE_CLOSING:
        return ""
    if gap == "\n" and is_cjk(last) and is_cjk(first):
        return ""
    return " "
