"""A manual page's source into its lines: text, or a macro with what follows it.

Comments, definitions and the branches that a terminal does not show are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.documents.readers.roff_escapes import Escapes

_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*(\\[\"#].*)")
_REQUEST = re.compile(r"[.'][ \t]*(\\[\"#]|[^\s\\]+|)[ \t]*")
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|((?:\\.|[^\s\\])+|\\)')
_CONDITION = re.compile(r"[ \t]*(!?)[ \t]*(?:([ntoe])(?=[\s\\]|\Z)|('[^']*'[^']*'|\S+))[ \t]*")
_BLOCK_MARK = re.compile(r"\\([{}])")
_DEFINING = ("de", "de1", "dei", "dei1", "am", "am1", "ami", "ig")
_CONDITIONAL = ("if", "ie", "while")


class RoffLine(NamedTuple):
    number: int
    macro: str
    """"" for a line of text."""
    rest: str
    """The text, or what follows the macro, with escapes as they stand."""


def arguments(rest: str) -> list[str]:
    """What follows a macro, word by word; quotes hold words together."""
    return [
        quoted.replace('""', '"') if quoted or not word else word
        for quoted, word in _ARGUMENT.findall(rest)
    ]


def lines_of(source: str, escapes: Escapes) -> Iterator[RoffLine]:
    """The lines that are shown, in order; strings go into the escapes as they are defined."""
    return _Roff(escapes).run(source.split("\n"))


class _Roff:
    def __init__(self, escapes: Escapes) -> None:
        self._escapes = escapes
        self._end_mark = ""
        """What ends the definition that is being passed over."""
        self._n_hidden = 0
        """Braces to be closed before lines are shown again."""
        self._was_shown = False
        """Whether the last condition held: then its alternative does not."""

    def run(self, texts: list[str]) -> Iterator[RoffLine]:
        i = 0
        while i < len(texts):
            number, parts = i + 1, [texts[i]]
            while (
                parts[-1].endswith("\\") and not parts[-1].endswith("\\\\") and i + 1 < len(texts)
            ):
                parts[-1] = parts[-1][:-1]
                i += 1
                parts.append(texts[i])
            i += 1
            line = self._line(number, "".join(parts))
            if line is not None:
                yield line

    def _line(self, number: int, text: str) -> RoffLine | None:
        if self._end_mark:
            request = _REQUEST.match(text)
            if request and request.group(1) == self._end_mark:
                self._end_mark = ""
            return None
        if self._n_hidden:
            self._count_braces(text)
            return None
        return self._shown(number, text)

    def _shown(self, number: int, text: str) -> RoffLine | None:
        comment = _COMMENT.search(text) if '\\"' in text or "\\#" in text else None
        if comment:
            text = text[: comment.start(1)]
            if not text.strip():
                return None
        while (request := _REQUEST.match(text)) is not None:
            name, rest = request.group(1), text[request.end() :]
            if name in _CONDITIONAL or name == "el":
                branch = self._branch(name, rest)
                if branch is None:
                    return None
                text = branch
                continue
            return self._request(number, name, rest)
        return RoffLine(number, "", text)

    def _branch(self, name: str, rest: str) -> str | None:
        """What is left of the line where the condition holds."""
        is_shown = not self._was_shown
        if name != "el":
            condition = _CONDITION.match(rest)
            is_nroff = condition is not None and condition.group(2) in ("n", "o")
            is_negated = condition is not None and condition.group(1) == "!"
            # Other conditions ask for registers and strings, in which no text depends on them.
            is_known = condition is not None and condition.group(2) is not None
            is_shown = is_known and is_nroff != is_negated
            rest = rest[condition.end() :] if condition else rest
            self._was_shown = is_shown
        if not is_shown:
            self._count_braces(rest)
            return None
        rest = _BLOCK_MARK.sub("", rest).strip()
        return rest or None

    def _count_braces(self, text: str) -> None:
        for match in _BLOCK_MARK.finditer(text):
            self._n_hidden = max(0, self._n_hidden + (1 if match.group(1) == "{" else -1))

    def _request(self, number: int, name: str, rest: str) -> RoffLine | None:
        if name in _DEFINING:
            words = rest.split()
            own = words[:1] if name == "ig" else words[1:2]
            self._end_mark = own[0] if own else "."
            return None
        if name in ("ds", "as"):
            string, _, value = rest.partition(" ")
            self._escapes.define(string, value.strip().removeprefix('"'))
            return None
        if not name or name in ("\\}", ".") or name.startswith('\\"'):
            return None
        return RoffLine(number, name.removesuffix("\\}"), rest)
