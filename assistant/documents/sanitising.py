"""Text from anywhere into text that a terminal can only show: no controls, nothing invisible.

Works per character, so that it can run on each streamed token. A carriage return and its
newline split over two tokens give two newlines: the price of keeping no state.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

_NEWLINES = "\r\v\f\x85\u2028\u2029"

_DROPPED_RANGES = (
    (0x00, 0x08),  # C0 before tab
    (0x0E, 0x1F),  # C0 after carriage return, with ESC
    (0x7F, 0x84),  # DEL, and C1 up to NEL
    (0x86, 0x9F),  # C1 after NEL: 0x9B alone starts a control sequence
    (0xAD, 0xAD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x180B, 0x180F),  # Mongolian selectors and separator
    (0x200B, 0x200F),  # zero width, left-to-right and right-to-left marks
    (0x202A, 0x202E),  # bidi embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidi isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE0FFF),  # tags and more selectors: whole hidden messages
)
_SURROGATES = (0xD800, 0xDFFF)


def sanitise(text: str) -> str:
    """The text without control, bidi and invisible characters; every line end is a newline."""
    if _HOSTILE.search(text) is None:
        return text  # translate() costs ten times this search on non-ASCII text
    return text.replace("\r\n", "\n").translate(_TABLE)


def sanitise_source(text: str) -> str:
    """The same, with form feeds and their kin as spaces, so that lines count as editors do."""
    return sanitise(_PAGE_BREAKS.sub(" ", text))


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for first, last in _DROPPED_RANGES:
        table.update(dict.fromkeys(range(first, last + 1)))
    table.update(dict.fromkeys(range(_SURROGATES[0], _SURROGATES[1] + 1), REPLACEMENT))
    table.update(dict.fromkeys(map(ord, _NEWLINES), "\n"))
    return table


def _character_class() -> str:
    ranges = (*_DROPPED_RANGES, _SURROGATES)
    inside = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return f"[{inside}{_NEWLINES}]"


_TABLE = _table()
_HOSTILE = re.compile(_character_class())
_PAGE_BREAKS = re.compile("[\v\f\x85\u2028\u2029]")
