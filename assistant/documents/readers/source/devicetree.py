"""Device tree source into a document: nodes under their paths, properties as they are."""

from __future__ import annotations

import re

from assistant.documents.building import DocumentBuilder
from assistant.documents.readers.source.comments import add_comment
from assistant.documents.readers.source.opening import opened_source
from assistant.documents.readers.source.pending import Comment
from assistant.documents.readers.source.scanning import Token, tokens_of
from assistant.documents.readers.source.scopes import Scopes
from assistant.records import Document

NAME_CHARACTERS = 120
_LABEL = re.compile(r"(?:([\w]+):\s*)+")
_DIRECTIVE = re.compile(r"\s*#\s*(define|include|if|ifdef|ifndef|else|elif|endif|undef|error)\b")


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "devicetree")
    walk = _Walk(builder, source)
    for token in tokens_of(source):
        walk.token(token)
    walk.end()
    return builder.build()


class _Walk:
    """Collects the properties of a node that stand line on line."""

    def __init__(self, builder: DocumentBuilder, source: str) -> None:
        self._builder = builder
        self._source = source
        self._scopes = Scopes(builder)
        self._comment = Comment()
        self._start: Token | None = None
        """Where the statement under way begins."""
        self._empty: Token | None = None
        """The beginning of a node of which we have seen no more than the brace."""
        self._run: tuple[int, int, int, int] | None = None
        """(start, end, first line, last line) of the properties that wait."""

    def token(self, token: Token) -> None:
        empty, self._empty = self._empty, None
        if token.is_comment:
            self._on_comment(token)
        elif token.kind == "directive":
            self._on_directive(token)
        elif token.text == "{":
            self._open(token)
        elif token.text == "}" and empty:
            self._scopes.pop()
            self._add_run(empty.start, token.end, empty.line, token.line)
        elif token.text == "}":
            self._statement(token.start, token.line)
            self._end_all()
            self._scopes.pop()
        elif token.text == ";":
            self._statement(token.end, token.line)
        elif self._start is None:
            self._start = token

    def end(self) -> None:
        if self._start:
            self._statement(len(self._source), self._start.line)
        self._end_all()

    def _on_comment(self, token: Token) -> None:
        if self._start is not None:
            return  # it stands in what we keep
        if self._run and self._run[3] == token.line:
            start, _, first_line, _ = self._run
            self._run = start, token.end, first_line, token.last_line
            return
        if not self._comment.continues_at(token):
            self._end_all()
        self._comment.add(token)

    def _on_directive(self, token: Token) -> None:
        match = _DIRECTIVE.match(token.text)
        if match is None:  # a property, such as #address-cells
            self._start = self._start or token
            if token.text.rstrip().endswith(";"):
                self._statement(token.end, token.line)
        elif match.group(1) == "define" and self._start is None:
            self._add_run(token.start, token.end, token.line, token.last_line)

    def _statement(self, end: int, line: int) -> None:
        start, self._start = self._start, None
        if start is not None:
            self._add_run(start.start, end, start.line, line)

    def _add_run(self, start: int, end: int, line: int, last_line: int) -> None:
        if self._comment.lines:
            self._flush_run()
            self._write_comment()
        if self._run and line <= self._run[3] + 1:
            self._run = self._run[0], end, self._run[2], last_line
            return
        self._flush_run()
        self._run = start, end, line, last_line

    def _open(self, brace: Token) -> None:
        start, self._start = self._start, None
        self._flush_run()
        if start is not None and brace.start - start.start <= NAME_CHARACTERS:
            self._scopes.push(self._path(self._source[start.start : brace.start].strip()))
        else:
            self._scopes.push_anonymous()
        if self._comment.lines:
            self._write_comment()
        else:
            self._empty = start

    def _path(self, head: str) -> str:
        """The node's path, and its label behind it."""
        label = _LABEL.match(head)
        name = head[label.end() :].strip() if label else head
        outer = self._scopes.path.partition(" (")[0]
        path = name if name.startswith(("/", "&")) else f"{outer.rstrip('/')}/{name}"
        return f"{path} ({label.group(1)})" if label else path

    def _end_all(self) -> None:
        self._flush_run()
        self._write_comment()

    def _write_comment(self) -> None:
        comment, self._comment = self._comment, Comment()
        if comment.lines:
            self._scopes.stand(comment.first_line)
            add_comment(self._builder, comment.lines)

    def _flush_run(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        start, end, line, _ = run
        self._scopes.stand(line)
        first, *others = self._source[start:end].split("\n")
        margin = min((len(t) - len(t.lstrip()) for t in others if t.strip()), default=0)
        text = "\n".join([first.lstrip(), *(text[margin:] for text in others)])
        self._builder.code(text, line)
