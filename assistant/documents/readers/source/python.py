"""Python into a document: docstrings, comments, signatures, fields and human strings.

Scanned, not parsed: what does not parse, or is Python 2, is read as well as anything else.
"""

from __future__ import annotations

import re
from inspect import cleandoc

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import (
    add_comment,
    is_short,
    line_comment,
    one_line,
)
from assistant.documents.readers.source.opening import opened_source
from assistant.documents.readers.source.pending import human_text
from assistant.documents.readers.source.scopes import Scopes
from assistant.records import Document

LINE_CHARACTERS = 500  # of code that stands beside a comment
SIGNATURE_LINES = 3

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*+)
    | (?P<long>[rRbBuUfF]{0,2}(?P<quotes>\"\"\"|''')(?:[^\\"']++|\\.|(?!(?P=quotes))["'])*+
        (?:(?P=quotes)|\Z))
    | (?P<string>[rRbBuUfF]{0,2}(?:"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?))
    | (?P<head>^[ ]*+(?:async[ ]++)?(?P<word>def|class)[ ]++(?P<name>\w++))
    | (?P<field>^[ ]*+[^\W\d]\w*+[ ]*+(?::[ ]*+[\w\[][^\n=\#"']*+)?(?:=(?!=)[^\n\#"'({\[]*+)?$)
    | (?P<word_token>\w++)
    | (?P<mark>[()\[\]{}:])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_KEYWORDS = re.compile(
    r"\s*(?:else|try|finally|pass|continue|break|return|raise|yield|del|import|global)\b"
)


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "python")
    walk = _Walk(builder, source)
    line, position = 1, 0
    for match in _TOKEN.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        walk.token(match, line)
    walk.end()
    return builder.build()


class _Walk:
    """Goes through the tokens once; indentation says what stands in what."""

    def __init__(self, builder: DocumentBuilder, source: str) -> None:
        self._builder = builder
        self._source = source
        self._scopes = Scopes(builder)
        self._open: list[tuple[int, str]] = []
        """(indentation, "def" or "class") of every scope."""
        self._depth = 0
        self._signature: tuple[int, int] | None = None
        """(offset, line) of a signature whose colon we have not seen."""
        self._comments: list[Fragment] = []
        self._literals: list[tuple[str, int]] = []
        self._last_line = 0

    def token(self, match: re.Match[str], line: int) -> None:
        kind, text = match.lastgroup or "", match.group()
        is_first = line > self._last_line
        self._last_line = line + text.count("\n")
        if kind != "string":
            self._end_strings()
        if kind == "comment":
            self._on_comment(match, line, is_first)
            return
        if is_first and not self._depth and not self._signature:
            self._leave(self._indent(match))
        if kind == "head" and not self._depth:
            self._on_head(match, line)
        elif kind in ("long", "quotes"):
            self._on_long(match, line, is_first)
        elif kind == "string":
            self._literals.append((text, line))
        elif kind == "field" and not self._depth:
            self._on_field(text, line)
        elif kind == "mark":
            self._on_mark(match)

    def end(self) -> None:
        self._end_strings()
        self._end_signature(len(self._source))
        self._end_comments()

    def _indent(self, match: re.Match[str]) -> int:
        text = match.group()
        if text[:1] == " ":
            return len(text) - len(text.lstrip())
        floor = max(0, match.start() - LINE_CHARACTERS)
        return match.start() - (self._source.rfind("\n", floor, match.start()) + 1)

    def _on_comment(self, match: re.Match[str], line: int, is_first: bool) -> None:
        if self._signature or match.group().startswith("#!"):
            return
        if is_first:
            if self._comments and line > self._comments[-1].line + 1:
                self._end_comments()
            self._comments.append(line_comment(match.group(), line))
            return
        self._end_comments()
        floor = max(0, match.start() - LINE_CHARACTERS)
        start = self._source.rfind("\n", floor, match.start()) + 1
        code = self._source[max(start, floor) : match.start()]
        note = line_comment(match.group(), line).text.strip()
        self._write([Fragment(code, line), Fragment(f" # {note}", line)] if note else [])

    def _write(self, fragments: list[Fragment]) -> None:
        if fragments:
            self._scopes.stand(fragments[0].line)
            self._builder.block("code", fragments)

    def _leave(self, indent: int) -> None:
        """Ends the scopes that this indentation is no longer in."""
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()
            self._scopes.pop()

    def _on_head(self, match: re.Match[str], line: int) -> None:
        self._end_signature(match.start())
        name = match["name"]
        outer = self._scopes.path
        self._open.append((self._indent(match), match["word"]))
        self._scopes.push(f"{outer}.{name}" if outer else name)
        self._scopes.stand(self._comments[0].line if self._comments else line)
        self._end_comments()
        self._signature = match.start() + self._indent(match), line

    def _on_mark(self, match: re.Match[str]) -> None:
        text = match.group()
        if text in "([{":
            self._depth += 1
        elif text in ")]}":
            self._depth = max(0, self._depth - 1)
        elif not self._depth:
            self._end_signature(match.start())

    def _end_signature(self, end: int) -> None:
        if self._signature is None:
            return
        (start, line), self._signature = self._signature, None
        self._depth = 0
        source = self._source[start:end].rstrip()
        if source.count("\n") < SIGNATURE_LINES:
            self._write([Fragment(source, line)])
        else:
            self._scopes.stand(line)
            self._builder.code(source, line)

    def _on_long(self, match: re.Match[str], line: int, is_first: bool) -> None:
        text = match.group().lstrip("rRbBuUfF")
        inside = text[3:].removesuffix(match["quotes"])
        is_alone = is_first and not self._depth
        if is_alone or human_text([inside]):
            self._end_comments()
            self._scopes.stand(line)
            n_blank = len(inside) - len(inside.lstrip("\n "))
            first = line + inside.count("\n", 0, n_blank)
            texts = cleandoc(inside).split("\n")
            add_comment(self._builder, [Fragment(t, first + i) for i, t in enumerate(texts)])

    def _on_field(self, text: str, line: int) -> None:
        is_value = "=" in text or ":" in text
        is_field = not self._open or self._open[-1][1] == "class"
        if not is_value or not is_field or _KEYWORDS.match(text):
            return
        is_near = bool(self._comments) and self._comments[-1].line + 1 == line
        comments = self._comments if is_near and is_short(self._comments) else []
        self._comments = self._comments if not comments else []
        self._end_comments()
        tail = [Fragment(f" # {one_line(comments)}", line)] if comments else []
        self._write([Fragment(text, line), *tail])

    def _end_comments(self) -> None:
        comments, self._comments = self._comments, []
        if comments:
            self._scopes.stand(comments[0].line)
            add_comment(self._builder, comments)

    def _end_strings(self) -> None:
        literals, self._literals = self._literals, []
        if not literals:
            return
        text = human_text(_double_quoted(literal) for literal, _ in literals)
        if text and not self._signature:
            self._end_comments()
            self._scopes.stand(literals[0][1])
            self._builder.block("prose", [Fragment(text, literals[0][1])], is_whole=True)


def _double_quoted(literal: str) -> str:
    """The literal without its prefix, in the quotes that C has."""
    return f'"{literal.lstrip("rRbBuUfF")[1:].rstrip(chr(34) + chr(39))}"'
