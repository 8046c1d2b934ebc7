"""C and C++ into a document: comments, declarations, members, macros and human strings.

Statements are left out. Comments inside of a function stand under its name.
"""

from __future__ import annotations

from assistant.documents.characters import has_words
from assistant.documents.readers.source import c_heads
from assistant.documents.readers.source.c_output import Output
from assistant.documents.readers.source.opening import opened_source
from assistant.documents.readers.source.pending import Comment, Item
from assistant.documents.readers.source.scanning import Token, tokens_of
from assistant.records import Document

MAX_HEAD = 400  # tokens that are kept of one declaration; macros and parameters fit well
_OPENING, _CLOSING = "([", ")]"


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "c")
    walk = _Walk(source, Output(builder, source))
    for token in tokens_of(source):
        walk.token(token)
    walk.end()
    return builder.build()


class _Walk:
    """Goes through the tokens once; knows how deep it stands and in what."""

    def __init__(self, source: str, output: Output) -> None:
        self._source = source
        self._output = output
        self._head: list[Token] = []
        """The declaration that is under way."""
        self._parentheses = 0
        self._transparent = 0
        """Open braces of namespaces and `extern "C"`."""
        self._body = 0
        """Open braces of a function or of data."""
        self._aggregate = 0
        self._aggregate_head: list[Token] | None = None
        """The structure whose end we have not seen; set also while its name follows."""
        self._body_head: list[Token] = []
        self._comment = Comment()
        """The run of comments that may explain what follows."""
        self._left_out = 0
        """The line of the last directive that says nothing."""

    def token(self, token: Token) -> None:
        if token.is_comment:
            self._on_comment(token)
        elif token.kind == "directive":
            self._on_directive(token)
        elif self._body and not (token.text == "}" and self._is_first_column(token)):
            self._in_body(token)
        elif token.text == "{":
            self._open(token)
        elif token.text == "}":
            self._close(token)
        else:
            self._declare(token)

    def end(self) -> None:
        self._end_declaration()
        self._take_comment_alone()
        self._close_aggregate()
        self._output.end()

    def _is_first_column(self, token: Token) -> bool:
        return token.start == 0 or self._source[token.start - 1] == "\n"

    def _on_comment(self, token: Token) -> None:
        if token.line == self._left_out:
            return  # it repeats the condition that ends here
        if self._head and not self._body:
            self._output.note_inside(token)
            return
        if self._output.is_data and self._is_after_code(token):
            self._output.data_row(token.line, token.start, token.end)
            return
        if self._output.add_beside(token, self._column(token)):
            return
        if self._body:
            self._output.end_string()
        if not self._comment.continues_at(token):
            self._take_comment_alone()
        self._comment.add(token, self._column(token))

    def _is_after_code(self, token: Token) -> bool:
        return bool(self._source[token.start - self._column(token) : token.start].strip(" {}"))

    def _column(self, token: Token) -> int:
        return token.start - (self._source.rfind("\n", max(0, token.start - 400), token.start) + 1)

    def _take_comment_alone(self) -> None:
        comment, self._comment = self._comment, Comment()
        if comment.lines:
            is_inside = self._body > 0 or self._aggregate_head is not None
            self._output.comment_alone(comment, is_inside=is_inside)

    def _on_directive(self, token: Token) -> None:
        text = token.text.lstrip(" #")
        if self._head and not self._parentheses and not self._aggregate and not self._body:
            self._end_declaration()  # a macro that stands without a semicolon
        if not text.startswith(("define", "error", "warning")):
            if text.startswith("include"):
                self._take_comment_alone()
            self._left_out = token.line
            return
        comment = self._comment_for(token)
        self._output.directive(token, comment, is_inside=self._body > 0)

    def _comment_for(self, token: Token) -> Comment:
        """The comment above this token; one that stands apart goes out alone."""
        gap = token.line - self._comment.last_line
        if self._comment.lines and gap > (2 if self._comment.is_block else 1):
            self._take_comment_alone()
        comment, self._comment = self._comment, Comment()
        return comment

    def _in_body(self, token: Token) -> None:
        if token.kind == "string":
            self._take_comment_alone()
            if self._output.is_data and has_words(token.text):
                self._output.data_row(token.line, token.start, token.end)
            elif not self._output.is_data:
                self._output.string(token)
            return
        if self._comment.lines and token.line > self._comment.last_line:
            self._take_comment_alone()
        self._output.end_string()
        if token.text == "{":
            self._body += 1
        elif token.text == "}":
            self._body -= 1
            if not self._body:
                self._end_body()

    def _end_body(self) -> None:
        self._take_comment_alone()
        self._output.end_string()
        self._body = 0
        if not self._aggregate:
            self._output.end_function()

    def _open(self, token: Token) -> None:
        head, self._head = self._head, []
        shape = c_heads.shape_of(head)
        self._parentheses = 0
        if self._aggregate:
            is_member = shape in ("aggregate", "other") and not c_heads.declared_name(head)
            if is_member:
                self._take_comment_alone()
                self._aggregate += 1
            else:
                self._begin_body(head, token)
        elif shape == "aggregate":
            self._aggregate, self._aggregate_head = 1, head
            self._output.begin_aggregate(self._comment_for(head[0]), c_heads.is_enum(head))
        elif shape == "transparent":
            self._take_comment_alone()
            self._transparent += 1
        else:
            self._begin_body(head, token)

    def _begin_body(self, head: list[Token], brace: Token) -> None:
        comment = self._comment_for(head[0] if head else brace)
        if self._aggregate:
            if head:
                self._output.member(self._item(head), comment)
        else:
            is_function = c_heads.shape_of(head) == "function"
            name = c_heads.declared_name(head) if is_function else c_heads.data_name(head)
            item = self._item(head) if head else None
            self._output.begin_function(name, item, comment, is_data=not is_function)
        self._body = 1

    def _close(self, token: Token) -> None:
        if self._body:  # at the first column: whatever the braces before it said
            self._end_body()
        elif self._aggregate:
            self._end_declaration()
            self._take_comment_alone()
            self._aggregate = 0 if self._is_first_column(token) else self._aggregate - 1
            if self._aggregate:
                self._head = [token]  # the name of the part follows
        else:
            self._end_declaration()
            self._transparent = max(0, self._transparent - 1)

    def _declare(self, token: Token) -> None:
        is_aside = self._head and not self._parentheses and not self._aggregate
        if is_aside and self._head[-1].text == ")" and token.line > self._head[-1].line + 1:
            self._end_declaration()  # a macro call on its own
        if token.text in _OPENING:
            self._parentheses += 1
        elif token.text in _CLOSING:
            self._parentheses = max(0, self._parentheses - 1)
        if token.text == ";" or (
            token.text == "," and self._output.is_enum and not self._parentheses
        ):
            self._end_declaration(token)
        elif len(self._head) < MAX_HEAD:
            self._head.append(token)
        else:
            self._head[-1] = token

    def _end_declaration(self, last: Token | None = None) -> None:
        head, self._head = self._head, []
        self._parentheses = 0
        if self._aggregate_head is not None and not self._aggregate:
            if (last is not None and last.text == ";") or not head:
                self._close_aggregate(head)
                self._output.end_line = last.line if last else 0
                return
            self._close_aggregate([])
        if not head:
            return
        item = self._item(head, last)
        comment = self._comment_for(head[0])
        if self._aggregate:
            self._output.member(item, comment)
        else:
            name = c_heads.declared_name(head) if not _is_data(head) else ""
            self._output.declaration(name, item, comment)

    def _close_aggregate(self, after: list[Token] | None = None) -> None:
        head, self._aggregate_head = self._aggregate_head, None
        self._aggregate = 0
        if head is not None:
            name = c_heads.closing_name(after or []) or c_heads.tag_of(head)
            self._output.end_aggregate(name)

    def _item(self, head: list[Token], last: Token | None = None) -> Item:
        end = last or head[-1]
        stop = max(end.end, self._output.inside_end(head[0].start))
        return Item(self._source[head[0].start : stop], head[0].line, end.last_line)


def _is_data(head: list[Token]) -> bool:
    return c_heads.shape_of(head) == "data"
