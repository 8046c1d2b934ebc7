"""Markdown (CommonMark and tables) into a document: markup removed, its words kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.decoding import decode
from assistant.documents.joining import Fragment
from assistant.documents.locating import SourceCursor
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document, SentenceKind

MAX_NESTING = 60  # the parser recurses per level, and drops silently what is deeper
MAX_INLINE = 20_000  # longer paragraphs are no prose; the parser takes quadratic time on some

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_BREAK_TAG = re.compile(r"<(?:br|p|tr|/p|/tr|li|/li)\b[^<>]*>", re.IGNORECASE)


def read(path: str, data: bytes) -> Document:
    """The document; front matter gives at most the title.

    Raises: UnreadableFile for binary data; ValueError for lists or quotes nested too deeply.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, "markdown", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    source = _without_front_matter(sanitise_source(decoded.text), builder)
    _Walk(builder).run(source)
    return builder.build()


def add_markdown(builder: DocumentBuilder, source: str) -> None:
    """Appends what a piece of Markdown says. Raises: ValueError as `read`."""
    _Walk(builder).run(source)


def _without_front_matter(source: str, builder: DocumentBuilder) -> str:
    """The source with the front matter's lines left empty, so that lines keep their numbers."""
    match = _FRONT_MATTER.match(source)
    if match is None:
        return source
    title = _FRONT_TITLE.search(match.group())
    builder.title = title.group(1) if title else ""
    return "\n" * match.group().count("\n") + source[match.end() :]


class _Walk:
    """Goes once through the parser's tokens, which are flat however deep the nesting."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
        # We parse inside of paragraphs ourselves, one by one: see MAX_INLINE.
        self._parser.core.ruler.disable("inline")
        self._references: dict[str, Any] = {}
        self._n_open_items = 0

    def run(self, source: str) -> None:
        tokens = iter(self._parser.parse(source, self._references))
        for token in tokens:
            if token.level >= MAX_NESTING - 2:
                raise ValueError(f"nested deeper than {MAX_NESTING - 2} levels")
            if token.type == "table_open":
                self._table(tokens)
            elif token.type == "heading_open":
                self._builder.heading(int(token.tag[1:]), self._fragments(next(tokens)))
            else:
                self._block(token)

    def _block(self, token: Token) -> None:
        if token.type == "list_item_open":
            self._n_open_items += 1
        elif token.type == "list_item_close":
            self._n_open_items -= 1
        elif token.type == "inline":
            kind: SentenceKind = "list_item" if self._n_open_items else "prose"
            self._builder.block(kind, self._fragments(token))
        elif token.type == "fence":
            self._builder.code(token.content, _line(token) + 1)
        elif token.type == "code_block":
            self._builder.code(token.content, _line(token))
        elif token.type == "html_block":
            self._html(token)

    def _table(self, tokens: Iterator[Token]) -> None:
        rows: list[Row] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append(Row([], _line(token)))
            elif token.type == "inline":
                text = "".join(fragment.text for fragment in self._fragments(token))
                rows[-1] = Row([*rows[-1].cells, text], rows[-1].line)
        self._builder.table(rows[0], rows[1:])  # its header row is what makes it a table

    def _html(self, token: Token) -> None:
        # Deferred: most Markdown holds no HTML.
        from assistant.documents.readers.html import add_html

        add_html(self._builder, token.content, _line(token))

    def _fragments(self, token: Token) -> Iterator[Fragment]:
        """The visible text of a paragraph, heading or cell, with its lines."""
        if len(token.content) > MAX_INLINE:
            yield Fragment(_TAG.sub("", token.content), _line(token))
            return
        children: list[Token] = []
        self._parser.inline.parse(token.content, self._parser, self._references, children)
        cursor = SourceCursor(token.content, _line(token))
        for child in _leaves(children):
            if child.type in ("softbreak", "hardbreak"):
                yield cursor.fragment("\n")
            elif child.type == "html_inline":
                if _BREAK_TAG.match(child.content):
                    yield cursor.fragment(" ")
            elif child.content:
                yield cursor.fragment(child.content)


def _leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens with images replaced by what their alternative text is made of."""
    pending = list(reversed(tokens))
    while pending:
        token = pending.pop()
        if token.type == "image":
            pending.extend(reversed(token.children or []))
        else:
            yield token


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
