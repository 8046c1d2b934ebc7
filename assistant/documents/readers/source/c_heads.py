"""The head of a C declaration into what it declares and under which name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.documents.readers.source.scanning import Token

Shape = Literal["aggregate", "data", "function", "transparent", "other"]

_AGGREGATES = {"struct", "union", "enum", "class"}
_AFTER_PARAMETERS = {"const", "noexcept", "override", "final"}
_ATTRIBUTES = {
    "__attribute__", "__packed", "PACKED", "alignas", "__declspec", "__aligned", "GCC_PACKED",
}  # fmt: skip


def shape_of(head: Sequence[Token]) -> Shape:
    """What an opening brace after this head opens."""
    words = {token.text for token in head if token.kind == "word"}
    marks = {token.text for token in head if token.kind == "mark"}
    if "namespace" in words or ("extern" in words and len(head) == 2):
        return "transparent"
    if not head:
        return "other"
    last = head[-1].text
    is_called = last == ")" or last in _AFTER_PARAMETERS
    if words & _AGGREGATES and not is_called and "=" not in marks:
        return "aggregate"
    if "(" in marks and not _is_assigned(head):
        return "function"
    return "data" if "=" in marks else "other"


def is_enum(head: Sequence[Token]) -> bool:
    return any(token.text == "enum" for token in head)


def tag_of(head: Sequence[Token]) -> str:
    """The name after `struct` or its like; "" where it has none."""
    is_after = False
    depth = 0
    for token in head:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text in _AGGREGATES:
            is_after = True
        elif token.text == ":" and is_after:
            break
        elif is_after and token.kind == "word" and not depth and token.text not in _ATTRIBUTES:
            return token.text
    return ""


def declared_name(tokens: Sequence[Token]) -> str:
    """The name that a function, prototype or function type declares; "" where none shows."""
    before = ""
    for i, token in enumerate(tokens):
        if token.text == "(":
            if before in _ATTRIBUTES:
                before = ""
            elif i + 1 < len(tokens) and (name := _pointer_name(tokens, i)):
                return name
            elif before:
                return before
        elif token.kind == "word":
            before = token.text
    return ""


def closing_name(tokens: Sequence[Token]) -> str:
    """The first name between the closing brace of a structure and its semicolon."""
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "word" and not depth and token.text not in _ATTRIBUTES:
            return token.text
    return ""


def data_name(tokens: Sequence[Token]) -> str:
    """The last name before `[` or `=`."""
    name = ""
    for token in tokens:
        if token.text in ("[", "="):
            break
        if token.kind == "word":
            name = token.text
    return name


def _pointer_name(tokens: Sequence[Token], i: int) -> str:
    """The last word of `(EFIAPI *NAME)`; the scanner skips the star."""
    is_typedef = any(token.text == "typedef" for token in tokens[:4])
    inside = []
    for token in tokens[i + 1 : i + 6]:
        if token.text == ")":
            break
        inside.append(token)
    return inside[-1].text if is_typedef and inside and inside[-1].kind == "word" else ""


def _is_assigned(head: Sequence[Token]) -> bool:
    depth = 0
    for token in head:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "=" and depth <= 0:
            return True
    return False
