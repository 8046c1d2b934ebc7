"""Comments on their way to what they explain, and human text in strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import block_comment_lines, line_comment, one_line
from assistant.documents.readers.source.scanning import Token, without_comments

HUMAN_WORDS = 3  # of a string that is said to a person
HUMAN_CJK = 4
ITEM_CHARACTERS = 20_000  # of one declaration; longer ones are no code that anyone wrote

_ESCAPE = re.compile(r"\\(?:[nrtabfv0]|x[0-9a-fA-F]{2}|(.))")
_CONVERSION = re.compile(r"%[-+ #0-9.*lhz]{0,8}[a-zA-Z]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(slots=True)
class Comment:
    """Comments that follow each other line on line; `//` ones merge into one."""

    lines: list[Fragment] = field(default_factory=list)
    first_line: int = 0
    last_line: int = 0
    column: int = 0
    is_block: bool = False

    def continues_at(self, token: Token) -> bool:
        """Whether this token is the next line of the same run of line comments."""
        is_next = token.line <= self.last_line + 1
        return bool(self.lines) and is_next and not self.is_block and token.kind != "comment"

    def add(self, token: Token, column: int = 0) -> None:
        if not self.lines:
            self.first_line, self.column = token.line, column
        self.lines += comment_lines(token.text, token.line, token.kind)
        self.last_line = token.last_line
        self.is_block = token.kind == "comment"


def comment_lines(text: str, line: int, kind: str) -> list[Fragment]:
    """The comment's lines without its marks."""
    return block_comment_lines(text, line) if kind == "comment" else [line_comment(text, line)]


@dataclass(slots=True)
class Item:
    """One declaration on its way out: its source and the comment beside it."""

    source: str
    line: int
    last_line: int
    beside: Comment = field(default_factory=Comment)
    before: list[Fragment] = field(default_factory=list)
    """A short comment that stands above it."""

    def fragments(self) -> list[Fragment]:
        """Its code, then its comments behind a mark that shows them as such."""
        code, inside = without_comments(self.source[:ITEM_CHARACTERS])
        notes = [one_line(self.before)]
        notes += [one_line(comment_lines(text, line, kind)) for text, line, kind in inside]
        notes.append(one_line(self.beside.lines))
        note = " ".join(note for note in notes if note)
        return [Fragment(code, self.line), Fragment(f" // {note}" if note else "", self.line)]


def human_text(literals: Iterable[str]) -> str:
    """What adjoining string literals say together; "" unless it is said to a person."""
    text = "".join(_unescaped(literal) for literal in literals)
    bare = _CONVERSION.sub(" ", text)
    n_words = sum(1 for _ in zip(range(HUMAN_WORDS), _WORD.finditer(bare), strict=False))
    is_human = n_words == HUMAN_WORDS and " " in text.strip()
    if is_human or len(_IDEOGRAPH.findall(bare)) >= HUMAN_CJK:
        return text.strip()
    return ""


def _unescaped(literal: str) -> str:
    inside = literal.removeprefix('"').removesuffix('"')
    return _ESCAPE.sub(lambda match: match.group(1) or " ", inside) if "\\" in inside else inside
