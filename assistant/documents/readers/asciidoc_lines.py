"""Single lines of AsciiDoc into what they begin, and the lines that say nothing taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.documents.readers.plain_lines import Line, width_of

_CONDITION = re.compile(r"(?:ifn?def|ifeval|endif)::\S*?\[(.*)\]\s*\Z")
_INCLUDE = re.compile(r"include::([^\[]{1,300})\[[^\]]*\]\s*\Z")
_DELIMITER = re.compile(r"(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}[\w+-]{0,30})\Z")
_TABLE = re.compile(r"([|,:!])={3,}\Z")
_SECTION = re.compile(r"(={1,6}|#{1,6})[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"([=\-~^+])\1{2,}\Z")
_ATTRIBUTE = re.compile(r":(!?)([\w][\w-]{0,100})(!?):(?:[ \t]+(.*))?\Z")
_BLOCK_OPTIONS = re.compile(r"\[(?:\[[^\[\]]{1,200}\]|[\w.#%\"',{][^\[\]]*|)\]\Z")
_BLOCK_MACRO = re.compile(r"([a-z][\w-]{0,30})::([^\s\[\]]{0,300})\[(.*)\]\Z")
_TITLE = re.compile(r"\.(?=[^\s.])")
_BREAK = re.compile(r"'{3,}\Z|<{3,}\Z|([-*_])\1\1\Z|([-*_]) \2 \2\Z")
_ITEM = re.compile(
    r"[ \t]*(?:\*{1,6}|-|•|\.{1,6}|\d{1,4}\.|[A-Za-z]\.|[ivxIVX]{1,6}\)|<(?:\d{1,3}|\.)>)"
    r"[ \t]+(?=\S)"
)
_CHECK_BOX = re.compile(r"\[[ xX*]\][ \t]+")
_TERM_END = re.compile(r"(?::{2,4}|;;)(?=[ \t]|\Z)")
ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(?=\S)")
_UNDERLINE_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4, "+": 5}


class Definition(NamedTuple):
    term: str
    text: str


def without_directives(source: str, included: list[str]) -> Iterator[Line]:
    """All lines but conditions, of which both branches stay, and includes, which are collected."""
    for i, text in enumerate(source.split("\n")):
        text = text.rstrip()
        if condition := _CONDITION.match(text):
            # "ifeval" holds an expression there, the others what they are about.
            text = "" if text.startswith("ifeval") else condition.group(1)
            if not text:
                continue
        elif include := _INCLUDE.match(text):
            included.append(include.group(1))
            continue
        yield Line(text, i + 1)


def is_delimiter(text: str) -> bool:
    """Whether a delimited block begins or ends here; a table's delimiter is another matter."""
    return _DELIMITER.match(text) is not None


def is_verbatim(delimiter: str) -> bool:
    """Whether the lines up to the same delimiter are taken as they are."""
    return delimiter != "--" and delimiter[0] in "-.+/`"


def table_mark(text: str) -> str:
    """The separator of the table that begins here; "" where none does."""
    match = _TABLE.match(text)
    return match.group(1) if match else ""


def section(text: str) -> tuple[int, str] | None:
    """Level, 1 for the document's title, and text of a one-line section title."""
    match = _SECTION.match(text)
    if match is None:
        return None
    return len(match.group(1)), text[match.end() :].removesuffix(match.group(1)).rstrip()


def underlined_level(text: str, below: str) -> int:
    """The level of a title whose rule is below it; 0 where it is none."""
    match = _UNDERLINE.match(below)
    if match is None or not text[:1].isalnum() or text.endswith("."):
        return 0
    widths = len(text), width_of(text)
    is_as_wide = any(abs(len(below) - width) <= 1 for width in widths)
    return _UNDERLINE_LEVELS[match.group(1)] if is_as_wide else 0


def attribute(text: str) -> tuple[str, str | None] | None:
    """Name and value of an attribute that is set here; None as value unsets it."""
    match = _ATTRIBUTE.match(text)
    if match is None:
        return None
    before, name, after, value = match.groups()
    return name, None if before or after else value or ""


def block_options(text: str) -> str | None:
    """What stands between the brackets over a block; "" for an anchor, None for other lines."""
    if _BLOCK_OPTIONS.match(text) is None:
        return None
    return "" if text.startswith("[[") else text[1:-1]


def block_macro(text: str) -> tuple[str, str, str] | None:
    """Name, target and what is in the brackets of a macro on a line of its own."""
    match = _BLOCK_MACRO.match(text)
    return (match.group(1), match.group(2), match.group(3)) if match else None


def block_title(text: str) -> str:
    """The title of the block below; "" where this line is none."""
    return text[1:] if _TITLE.match(text) else ""


def is_break(text: str) -> bool:
    """Whether the line draws a rule or begins a page."""
    return _BREAK.match(text) is not None


def is_comment(text: str) -> bool:
    """Whether only authors see the line."""
    return text.startswith("//") and not text.startswith("///")


def item_text(text: str) -> str:
    """The text of a list item without its marker; "" where no item begins."""
    match = _ITEM.match(text)
    return _CHECK_BOX.sub("", text[match.end() :], count=1) if match else ""


def definition(text: str) -> Definition | None:
    """The term of a description list and what follows it on its line."""
    match = _TERM_END.search(text)
    term = text[: match.start()].strip() if match else ""
    if match is None or not term:
        return None
    return Definition(term, text[match.end() :].strip())
