"""AsciiDoc inside of paragraphs: markup removed, attributes resolved, line ends where they were.

Every pattern is bounded or ends at the next mark, so that no text takes quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from assistant.documents.sanitising import sanitise

ATTRIBUTE_CHARACTERS = 1_000  # of a value; values may name others, and so double line by line
EXPANDED_CHARACTERS = 1_000_000  # that a file may gain from its attributes

_BUILT_IN = {
    "empty": "", "sp": " ", "nbsp": " ", "zwsp": "", "wj": "", "plus": "+", "asterisk": "*",
    "backtick": "`", "lt": "<", "gt": ">", "amp": "&", "startsb": "[", "endsb": "]", "vbar": "|",
    "caret": "^", "tilde": "~", "backslash": "\\", "two-colons": "::", "two-semicolons": ";;",
    "cpp": "C++", "pp": "++", "apos": "'", "quot": '"', "lsquo": "‘", "rsquo": "’", "ldquo": "“",
    "rdquo": "”", "deg": "°", "brvbar": "¦",
}  # fmt: skip

_BREAK = re.compile(r"[ \t]\+$", re.MULTILINE)
_LITERAL = re.compile(
    r"(?<![\w+\\])(\+{1,3})(?=\S)([^+]{1,300})(?<=\S)\1(?![\w+])"
    r"|\b(?:pass|stem|latexmath|asciimath):[a-z,]{0,10}\[([^\]]{0,300})\]"
)
_HELD = re.compile("\x00(\\d+)\x00")
_ATTRIBUTE = re.compile(r"(\\?)\{([\w][\w-]{0,60})\}")
_ROLE = re.compile(r"\[[.#%]?[\w .#-]{1,60}\](?=#\S|##)|\[\.[\w .-]{1,60}\](?=[*_`])")
_MARK = re.compile(r"\*\*?|__?|``?|##?")
_APOSTROPHE = re.compile(r"(?<=\w)`'(?=\w)")
_RAISED = re.compile(r"\^([^\s^]{1,60})\^|~([^\s~]{1,60})~")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,30});")
_MACRO = re.compile(
    r"\\(?=<<|\[\[|https?:|link:|xref:)(?P<escaped>)"
    r"|<<(?P<id>[^<>,\n]{1,200})(?:,(?P<label>[^<>]{0,300}))?>>"
    r"|\[\[\[(?P<source>[^\[\],\n]{1,100})(?:,[^\[\]\n]{0,100})?\]\]\]"
    r"|\[\[[^\[\]\n]{1,200}\]\]"
    r"|\(\(\([^()]{1,200}\)\)\)|\(\((?P<term>[^()]{1,200})\)\)"
    r"|(?P<url>\b(?:https?|ftp|irc)://[^\s\[\]<>\"]{1,500})\[(?P<link>[^\]]{0,500})\]"
    r"|<(?P<bare>(?:https?|ftp)://[^\s<>]{1,500})>"
    r"|\b(?P<name>link|xref|mailto|image|icon|kbd|btn|menu|footnote|footnoteref|indexterm"
    r"|indexterm2|anchor):(?P<target>(?!:)[^\s\[\]]{0,300})\[(?P<inside>[^\]]{0,500})\]"
)
_OPTIONS = re.compile(r",\s*[\w-]+\s*=")
_ONLY_OPTIONS = re.compile(r"\s*[\w-]+\s*=")
_AUTOMATIC_ID = re.compile(r"_(?=[^\W_])")


class Inline:
    """Texts into what a page shows of them; knows the attributes set so far."""

    def __init__(self) -> None:
        self._attributes = dict(_BUILT_IN)
        self._budget = EXPANDED_CHARACTERS

    def define(self, name: str, value: str) -> None:
        """Sets an attribute; values that have grown too long are cut."""
        self._attributes[name.lower()] = self._resolved(value)[:ATTRIBUTE_CHARACTERS]

    def undefine(self, name: str) -> None:
        """Forgets an attribute: its name then stands for itself."""
        self._attributes.pop(name.lower(), None)

    def resolved(self, text: str) -> str:
        """The text of code or an option, in which only attributes have a meaning."""
        return self._resolved(text)

    def plain(self, text: str) -> str:
        """The visible text, with as many line ends as it had."""
        held: list[str] = []

        def hold(match: re.Match[str]) -> str:
            held.append(match.group(2) or match.group(3) or "")
            return f"\x00{len(held) - 1}\x00"

        text = _LITERAL.sub(hold, _BREAK.sub("", text))
        text = _without_quotes(_ROLE.sub("", _APOSTROPHE.sub("'", text)))
        text = _RAISED.sub(lambda match: match.group(1) or match.group(2), text)
        text = _MACRO.sub(_shown, self._resolved(text))
        text = _ENTITY.sub(_character, text)
        return _HELD.sub(lambda match: held[int(match.group(1))], text)

    def _resolved(self, text: str) -> str:
        return _ATTRIBUTE.sub(self._value, text) if "{" in text else text

    def _value(self, match: re.Match[str]) -> str:
        escape, name = match.groups()
        value = self._attributes.get(name.lower())
        if escape or value is None or self._budget < len(value):
            return match.group()[len(escape) :]
        self._budget -= len(value)
        return value


def image_text(inside: str) -> str:
    """The text for an image, where it is one and not the name of its file."""
    text = _label(inside)
    text = text if inside.startswith('"') else text.partition(",")[0]
    return text if " " in text else ""


def _character(match: re.Match[str]) -> str:
    return sanitise(unescape(match.group())).replace("\n", " ")


def _without_quotes(text: str) -> str:
    """The text without the marks of bold, italic, monospace and highlight that have a partner."""
    dropped = sorted(_dropped(text))
    parts, end = [], 0
    for start, stop in dropped:
        parts.append(text[end:start])
        end = stop
    return "".join([*parts, text[end:]])


def _dropped(text: str) -> Iterator[tuple[int, int]]:
    opened: dict[str, tuple[int, int]] = {}
    for match in _MARK.finditer(text):
        mark, start, end = match.group(), match.start(), match.end()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before == "\\":
            yield start - 1, start
            continue
        is_free = len(mark) == 2
        opener = opened.get(mark)
        is_closed = not before.isspace() and (is_free or not _is_word(after))
        if opener and opener[1] < start and is_closed:
            yield opened.pop(mark)
            yield start, end
        elif (is_free or not (_is_word(before) or before in (";", ":", "}"))) and after.strip():
            opened[mark] = start, end


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _shown(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["id"] is not None:
        return _label(found["label"] or "") or _readable_id(found["id"])
    if found["url"] is not None:
        return _label(found["link"]) or found["url"]
    if found["source"] is not None:
        return f"[{found['source']}]"
    if found["name"] is not None:
        return _macro(found["name"], found["target"], found["inside"])
    return found["term"] or found["bare"] or ""


def _macro(name: str, target: str, inside: str) -> str:
    if name in ("footnote", "footnoteref"):
        return f" ({inside})" if inside.strip() else ""
    if name in ("anchor", "indexterm", "icon"):
        return "\n" * inside.count("\n")
    if name == "image":
        return image_text(inside)
    if name == "menu":
        return " > ".join(part for part in (target, inside) if part)
    if name in ("kbd", "btn", "indexterm2"):
        return inside
    return _label(inside) or _readable_id(target)


def _label(inside: str) -> str:
    """The text of a link without what says how to open it."""
    if _ONLY_OPTIONS.match(inside):
        return ""
    options = _OPTIONS.search(inside)
    text = inside[: options.start()] if options else inside
    return text.strip(" ").removesuffix("^").strip('"')


def _readable_id(target: str) -> str:
    """An identifier as the words of the title that it was made from, where it was."""
    name = target.strip().removeprefix("#")
    return name[1:].replace("_", " ") if _AUTOMATIC_ID.match(name) else name
