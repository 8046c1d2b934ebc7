"""The tags of documentation comments into words that a reader of prose understands."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.records import SentenceKind

_TAG = re.compile(r"\s*[@\\](?P<name>[A-Za-z]+|[{}])(?P<direction>\[[^\]]{0,20}\])?(?=\s|\Z|:)")
_KERNEL_PARAMETER = re.compile(r"\s*@(\w[\w.]*|\.\.\.): *(?=\S)")
_INLINE = re.compile(r"(?<!\w)[@\\](?:(?:ref|p|c|a|b|e|em|link|sa)\s+(?=\S)|endlink\b)")
_NAME_AND_TEXT = re.compile(r"(\S+)\s*[-:]*\s*(.*)", re.DOTALL)

# The tag says something that its text lacks.
_LABELS = {
    "return": "Returns",
    "returns": "Returns",
    "result": "Returns",
    "note": "Note",
    "warning": "Warning",
    "attention": "Attention",
    "deprecated": "Deprecated",
    "todo": "To do",
    "bug": "Bug",
    "pre": "Before the call",
    "post": "After the call",
    "invariant": "Always",
    "since": "Since",
    "see": "See",
    "sa": "See",
    "remark": "Remark",
    "remarks": "Remark",
    "author": "Author",
    "version": "Version",
    "prompt": "Prompt",
    "validrange": "Valid range",
    "validlist": "Valid list",
    "expression": "Expression",
}
_NAMED = {"param", "tparam", "retval", "throw", "throws", "exception"}
_TITLED = {"defgroup", "addtogroup", "section", "subsection", "page", "subpage", "anchor"}
_BARE = {"brief", "details", "short", "par", "name", "li", "arg", "mainpage", "libraryclass"}
# What follows them is a name that the source shows anyway.
_NAMING = {"file", "struct", "union", "enum", "def", "fn", "typedef", "var", "class", "ingroup"}
_EDGES = {"{", "}", "cond", "endcond", "if", "endif", "internal", "private", "public", "hideinit"}
_CODE_OPENINGS = {"code", "verbatim", "dot", "startuml", "msc"}
_CODE_CLOSINGS = {"endcode", "endverbatim", "enddot", "enduml", "endmsc"}


class TagLine(NamedTuple):
    """What a line that begins with a tag says."""

    text: str
    kind: SentenceKind
    is_code_edge: bool = False
    opens_code: bool = False


def tag_line(line: str) -> TagLine | None:
    """The line's meaning; None where it begins with no tag that is known."""
    match = _TAG.match(line)
    parameter = _KERNEL_PARAMETER.match(line)
    if parameter and parameter[1].lower() not in _LABELS:
        return TagLine(f"{parameter[1]}: {line[parameter.end() :]}", "list_item")
    if match is None:
        return None
    name = match["name"].lower()
    text = line[match.end() :].strip(" \t:")
    if name in _CODE_OPENINGS | _CODE_CLOSINGS:
        return TagLine("", "code", is_code_edge=True, opens_code=name in _CODE_OPENINGS)
    if name in _NAMED:
        return TagLine(_named(name, match["direction"] or "", text), "list_item")
    if name in _LABELS:
        return TagLine(f"{_LABELS[name]}: {text}" if text else f"{_LABELS[name]}:", "prose")
    if name in _TITLED:
        return TagLine(text.partition(" ")[2], "prose")
    if name in _NAMING | _EDGES:
        return TagLine("", "prose")
    if name in _BARE:
        return TagLine(text, "list_item" if name in ("li", "arg") else "prose")
    return None


def without_inline_tags(text: str) -> str:
    r"""The text without `@ref`, `\p` and their kin in front of words."""
    return _INLINE.sub("", text) if "@" in text or "\\" in text else text


def _named(tag: str, direction: str, text: str) -> str:
    match = _NAME_AND_TEXT.match(text)
    if match is None:
        return ""
    name, meaning = match.groups()
    inside = re.sub(r"[\[\]]|\s", "", direction).replace(",", ", ")
    label = {"retval": f"Returns {name}", "param": f"Parameter {name}"}.get(tag, name)
    label += f" ({inside})" if inside else ""
    return f"{label}: {meaning}" if meaning else label
