"""Characters into the few classes that joining and splitting text depend on."""

from __future__ import annotations

import re

# Ideographs, kana, CJK punctuation and full-width forms: written without spaces.
CJK = "\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
CJK_EXTENSIONS = "\U00020000-\U0003134f"

_CJK = re.compile(f"[{CJK}{CJK_EXTENSIONS}]")
_WORD = re.compile(r"[^\W_]")


def is_cjk(character: str) -> bool:
    """Whether the one character belongs to a script that puts no spaces between words."""
    return character >= "\u2e80" and _CJK.match(character) is not None


def has_words(text: str) -> bool:
    """Whether the text has at least one letter or digit."""
    return _WORD.search(text) is not None


def cjk_share(text: str) -> float:
    """Share of the characters that are CJK; 0.0 for empty text."""
    if text.isascii():
        return 0.0
    return sum(1 for _ in _CJK.finditer(text)) / len(text)


def n_characters(text: str) -> int:
    """Without white space, so that joined lines and indentation count for nothing."""
    return len(text) - sum(map(text.count, " \n\t\r\u3000"))
