"""C-like source into the few tokens that its readers decide by, in one pass.

No lexer of pygments: theirs for C goes back over long lines in the square of their length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<directive>^[ ]*+\#(?:"(?:[^"\\\n]|\\.)*+"|[^\\\n/"]++|\\.|/(?![*/])|")*+)
    | (?P<line_comment>//[^\n]*+)
    | (?P<comment>/\*(?s:.*?)(?:\*/|\Z))
    | (?P<string>"(?:[^"\\\n]|\\.)*+"?)
    | (?P<character>'(?:[^'\\\n]|\\.){1,8}')
    | (?P<word>\d[\w']*|[^\W\d]\w*)
    | (?P<mark>[{}()\[\];,=:&\\<>/@.^-])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of source; `line` is where it begins, 1-based."""

    kind: str
    text: str
    start: int
    end: int
    line: int

    @property
    def last_line(self) -> int:
        return self.line + self.text.count("\n")

    @property
    def is_comment(self) -> bool:
        return self.kind in ("comment", "line_comment")


def tokens_of(source: str) -> Iterator[Token]:
    """All tokens in order; what is none of them (numbers' signs, white space) is skipped.

    A comment that nothing ends goes to the end of the file, a string to the end of its line.
    """
    line, position = 1, 0
    for match in _TOKEN.finditer(source):
        start = match.start()
        line += source.count("\n", position, start)
        position = start
        kind = match.lastgroup or ""
        yield Token(kind, match.group(), start, match.end(), line)


def without_comments(source: str) -> tuple[str, list[tuple[str, int, str]]]:
    """The source without its comments, and these as (text, line within the source, kind)."""
    if "/*" not in source and "//" not in source:
        return source, []
    parts: list[str] = []
    comments: list[tuple[str, int, str]] = []
    position = 0
    for token in tokens_of(source):
        if token.is_comment:
            parts.append(source[position : token.start])
            parts.append(" ")
            comments.append((token.text, token.line, token.kind))
            position = token.end
    parts.append(source[position:])
    return "".join(parts), comments
