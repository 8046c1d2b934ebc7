"""Lines of plain text into what their layout says they are. Every sign asked for is a clear one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

HEADING_CHARACTERS = 90
MOST = 0.6  # of the lines: the others continue a cell of the line before
_END_MARKS = ".;,:!?。；，：！？、"

_RULE = re.compile(r"\s*([=\-~*_#^+\"'`])\1{2,}\s*\Z")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,3}){0,4})[.)、]?[ \t]+(?=\S)")
_CHINESE_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百零\d]+([章篇部节節])|[一二三四五六七八九十]+、)"
)
_LETTERED = re.compile(r"(?:Chapter|Appendix|Part|Annex|附录)\s*[A-Z\dIVX]+\b")
_BULLET = re.compile(r"\s*([-*+•‣◦·▪●○■□–]|o(?= {2}))\s+(?=\S)")
_COUNTED = re.compile(r"\s*[(（]?(\d{1,3}|[a-z])(?:[.)）]\s+|[、）]\s*)(?=\S)")
_ENTRY = re.compile(r"\s*[^\W_][^:：\n]{0,40}(?:[:：](?:\s+\S|$)| = \S)")
_CODE_SIGN = re.compile(
    r"[;{}\\]\s*\Z|\A\s*(?:[#$>%]\s?\S|//|/\*|\*/|0x[0-9A-Fa-f]|\[[\w .:/-]+\]\s|[-+]{1,3}\w|@@)"
    r"|->|\w\(\)|\w\([^)]*\);|\s[=!<>|&]?=\s|\s--?\w[\w-]*[ =]|\A\s*[\w./-]*/[\w./-]+(?:\s|\Z)"
    r"|\A\s*(?:make|git|sudo|cd|export|mkdir|echo|dd|if|else|for|while|return|struct|static|int"
    r"|void|mov|ldr|str|call|jmp|typedef|enum)\b|\A\s*[A-Z_][A-Z0-9_]+\s*:?="
)
_STRONG_CODE_SIGN = re.compile(
    r"[;{}]\s*\Z|\A\s*(?:/\*|\*/|//|\.\.\.\s*\Z)"
    r"|\A\s*[A-Za-z][\w\s*]*[ *]\w+\([^()]*\)[;,]?\s*\Z"
)
_DRAWN = re.compile(r"[-+|/\\<>^_=#*.:'`~─-╿]")
_WIDE_GAP = re.compile(r"\S {3,}\S|\S {2,}\S.*\S {2,}\S")


class Line(NamedTuple):
    text: str
    """Tabs are spaces, the end is trimmed."""
    number: int

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def is_rule(line: Line) -> bool:
    """Whether the line is one mark repeated."""
    return _RULE.match(line.text) is not None


def underlines(rule: Line, title: Line) -> bool:
    """Whether the rule is as wide as the title, so that it is meant for it, or that numbered."""
    match = _RULE.match(rule.text)
    text = title.text.strip()
    if match is None or not text or is_rule(title) or len(text) > HEADING_CHARACTERS:
        return False
    if item_number(title) and numbered_level(title) and match.group(1) in "=-":
        return True  # such rules often are as wide as the page
    if _WIDE_GAP.search(text):
        return False  # the header of a table
    width = width_of(text)
    return abs(len(rule.text.strip()) - width) <= max(2, width // 10)


def numbered_level(line: Line) -> int:
    """The heading level that a number in front shows; 0 where nothing does."""
    text = line.text.strip()
    if len(text) > HEADING_CHARACTERS or text[-1:] in _END_MARKS or line.indent > 3:
        return 0
    if match := _NUMBERED.match(text):
        first = text[match.end()]
        is_title = first.isupper() or not first.isascii()
        return 1 + match.group(1).count(".") if is_title and len(text.split()) <= 10 else 0
    if match := _CHINESE_NUMBERED.match(text):
        return 0 if len(text) > 40 else 2 if match.group(1) in ("节", "節") else 1
    return 1 if _LETTERED.match(text) and len(text.split()) <= 10 else 0


def bullet_end(line: Line) -> int:
    """The offset of the item's text after a bullet; 0 where there is none."""
    match = _BULLET.match(line.text)
    return match.end() if match else 0


def item_number(line: Line) -> int:
    """The number (or letter, a = 1) that an item begins with; 0 where there is none."""
    match = _COUNTED.match(line.text)
    if match is None:
        return 0
    mark = match.group(1)
    return int(mark) if mark.isdecimal() else ord(mark) - ord("a") + 1


def is_clearly_code(lines: Sequence[Line]) -> bool:
    """Whether most lines are statements, comments or declarations of a C-like language."""
    n_strong = sum(1 for line in lines if _STRONG_CODE_SIGN.search(line.text[:400]))
    return n_strong >= MOST * len(lines) and lines[0].indent + len(lines) > 2


def is_code(lines: Sequence[Line], margin: int, is_announced: bool) -> bool:
    """Whether the lines are set off from the margin and most of them look like code."""
    if any(line.indent < margin + (2 if is_announced else 4) for line in lines):
        return False
    n_signs = sum(1 for line in lines if _CODE_SIGN.search(line.text[:400]))
    return n_signs * (3 if is_announced else 2) >= len(lines)


def is_name_list(lines: Sequence[Line]) -> bool:
    """Whether every line is a single identifier, option or path."""
    texts = [line.text.strip() for line in lines]
    return len(lines) > 1 and all(text.isascii() and " " not in text for text in texts)


def is_drawing(lines: Sequence[Line]) -> bool:
    """Whether the lines are drawn with characters, such as boxes and arrows."""
    lines = [line for line in lines if not is_rule(line)]
    if len(lines) < 2:
        return False
    marks = sum(len(_DRAWN.findall(line.text)) for line in lines)
    return marks > 0.4 * sum(len(line.text) - line.text.count(" ") for line in lines)


def is_entry_list(lines: Sequence[Line]) -> bool:
    """Whether every line is a name, a colon and a value, or goes on, indented, with one."""
    if not _ENTRY.match(lines[0].text):
        return False
    entries = [line for line in lines if _ENTRY.match(line.text) and line.indent == lines[0].indent]
    others = [line for line in lines if not _ENTRY.match(line.text)]
    return len(entries) > 1 and all(line.indent > lines[0].indent for line in others)


def begins_entry(line: Line, margin: int) -> bool:
    """Whether an entry of such a list begins here."""
    return line.indent == margin and _ENTRY.match(line.text) is not None


def expanded(text: str) -> str:
    """The text with tabs as spaces up to every eighth column, as terminals show it."""
    if "\t" not in text:
        return text
    parts = text[:2000].split("\t")
    column, shown = 0, []
    for part in parts[:-1]:
        column += width_of(part)
        gap = 8 - column % 8
        column += gap
        shown.append(part + " " * gap)
    return "".join([*shown, parts[-1], text[2000:].replace("\t", " ")])


def width_of(text: str) -> int:
    """Columns that the text takes on a terminal, where CJK characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
