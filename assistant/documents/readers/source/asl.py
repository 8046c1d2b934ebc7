"""ACPI source (ASL) into a document: devices, methods and fields under their paths.

Statements of methods are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.documents.building import DocumentBuilder
from assistant.documents.readers.source.comments import add_comment, is_short
from assistant.documents.readers.source.opening import opened_source
from assistant.documents.readers.source.pending import Comment, Item, human_text
from assistant.documents.readers.source.scanning import Token, tokens_of
from assistant.documents.readers.source.scopes import Scopes
from assistant.records import Document

_SCOPES = {"Scope", "Device", "Method", "Processor", "PowerResource", "ThermalZone", "Function"}
_FIELDS = {"Field", "IndexField", "BankField"}
_REGIONS = {"OperationRegion", "DataTableRegion"}
_DECLARATIONS = {
    "Name", "Alias", "External", "Mutex", "Event", "DefinitionBlock", "CreateField",
    "CreateBitField", "CreateByteField", "CreateWordField", "CreateDWordField",
    "CreateQWordField",
}  # fmt: skip
_KEPT = _SCOPES | _FIELDS | _REGIONS | _DECLARATIONS
LONG_LINES = 3  # a longer declaration keeps its lines
LINE_CHARACTERS = 500  # of fields that share a line
NAME_CHARACTERS = 100


@dataclass(slots=True)
class _Call:
    """`Keyword (name, ...`: one of them is under way at a time."""

    keyword: Token
    opening: int
    end: int = 0
    name_end: int = 0
    last_line: int = 0


def read(path: str, data: bytes) -> Document:
    """The document. Raises: UnreadableFile for binary data."""
    builder, source = opened_source(path, data, "asl")
    walk = _Walk(builder, source)
    for token in tokens_of(source):
        walk.token(token)
    walk.end()
    return builder.build()


class _Walk:
    """Goes through the tokens once, with the scopes that are open."""

    def __init__(self, builder: DocumentBuilder, source: str) -> None:
        self._builder = builder
        self._source = source
        self._scopes = Scopes(builder)
        self._comment = Comment()
        self._word: Token | None = None
        self._call: _Call | None = None
        self._ended: _Call | None = None
        """A call whose brace may follow."""
        self._parentheses = 0
        self._fields: list[int] = []
        """The depths of the open lists of fields."""
        self._last: Item | None = None
        """What a comment may still stand beside."""
        self._literals: list[Token] = []
        self._unit_end = 0
        """Where the last unit of a field ends."""

    def token(self, token: Token) -> None:
        if token.kind != "string" and not token.is_comment:
            self._end_string()
        if token.is_comment:
            self._on_comment(token)
        elif token.kind == "directive":
            self._on_directive(token)
        elif self._parentheses:
            self._in_call(token)
        elif token.text == "{":
            self._open(token)
        elif token.text == "}":
            self._close()
        else:
            self._outside(token)

    def end(self) -> None:
        self._end_string()
        if self._call and self._call.keyword.text in _KEPT:  # it never closes
            line = self._call.keyword.line
            self._hold(Item(self._source[self._call.keyword.start :], line, line))
        self._declare_ended()
        self._end_comment()
        self._flush()

    def _on_comment(self, token: Token) -> None:
        if self._call and self._call.keyword.text in _KEPT:
            return  # it stands in what we keep
        last = self._last
        if last and (token.line == last.last_line or last.beside.continues_at(token)):
            last.beside.add(token)
            return
        if not self._comment.continues_at(token):
            self._end_comment()
        self._comment.add(token)

    def _on_directive(self, token: Token) -> None:
        if not self._parentheses and token.text.lstrip(" #").startswith("define"):
            self._hold(Item(token.text.strip(), token.line, token.last_line))

    def _outside(self, token: Token) -> None:
        if token.text == "(" and self._word:
            self._declare_ended()
            self._call = _Call(self._word, token.end)
            self._parentheses = 1
        elif self._fields and self._fields[-1] == self._scopes.depth and token.kind != "string":
            self._field_unit(token)
        elif token.kind == "string":
            self._literals.append(token)
        self._word = token if token.kind == "word" else None

    def _in_call(self, token: Token) -> None:
        call = self._call
        if call is None:
            return
        if token.text in ("(", ")"):
            self._parentheses += 1 if token.text == "(" else -1
        is_name_over = token.text == "," or not self._parentheses
        if is_name_over and not call.name_end:
            call.name_end = token.start
        if token.kind == "string" and call.keyword.text not in _KEPT:
            self._literals.append(token)
        if not self._parentheses:
            call.end, call.last_line = token.end, token.line
            self._ended, self._call = call, None
            if call.keyword.text not in _SCOPES | _FIELDS:
                self._declare_ended()

    def _field_unit(self, token: Token) -> None:
        last = self._last
        is_small = last is not None and len(last.source) < LINE_CHARACTERS
        if last and is_small and last.last_line == token.line and not last.beside.lines:
            last.source += self._source[self._unit_end : token.end]
            self._unit_end = token.end
            return
        if token.text != ",":
            self._hold(Item(token.text, token.line, token.line))
            self._unit_end = token.end

    def _open(self, brace: Token) -> None:
        call, self._ended = self._ended, None
        keyword = call.keyword.text if call else ""
        if call is None or keyword not in _SCOPES | _FIELDS:
            self._end_comment()
            self._scopes.push_anonymous()
            return
        self._flush()
        is_named = keyword in _SCOPES
        self._scopes.push(self._path(call))
        if not is_named:
            self._fields.append(self._scopes.depth)
        self._write_comment_then(call, has_sentence=keyword != "Scope")
        self._last = None if keyword == "Scope" else self._last

    def _write_comment_then(self, call: _Call, has_sentence: bool) -> None:
        line = self._comment.first_line or call.keyword.line
        if has_sentence or self._comment.lines:
            self._scopes.stand(line)
        self._end_comment()
        if has_sentence:
            self._hold(self._item(call))

    def _path(self, call: _Call) -> str:
        stop = min(call.name_end or call.end, call.opening + NAME_CHARACTERS)
        name = self._source[call.opening : stop].strip()
        outer = self._scopes.path
        if name.startswith("\\") or not outer:
            return name
        return f"{outer}.{name}" if name.startswith("^") or outer != "\\" else f"\\{name}"

    def _close(self) -> None:
        self._declare_ended()
        self._end_comment()
        self._flush()
        if self._fields and self._fields[-1] == self._scopes.depth:
            self._fields.pop()
        self._scopes.pop()

    def _declare_ended(self) -> None:
        call, self._ended = self._ended, None
        if call is None or call.keyword.text not in _KEPT:
            return
        if call.keyword.text in _REGIONS:
            self._flush()
            self._scopes.push(self._path(call))
            self._write_comment_then(call, has_sentence=True)
            self._flush()
            self._scopes.pop()
        else:
            self._hold(self._item(call))

    def _item(self, call: _Call) -> Item:
        source = self._source[call.keyword.start : call.end]
        return Item(source, call.keyword.line, call.last_line)

    def _hold(self, item: Item) -> None:
        self._flush()
        is_near = item.line <= self._comment.last_line + 1
        if self._comment.lines and is_near and is_short(self._comment.lines):
            item.before, self._comment = self._comment.lines, Comment()
        self._end_comment()
        self._last = item

    def _flush(self) -> None:
        item, self._last = self._last, None
        if item is None or not any(map(str.isalpha, item.source)):
            return  # a gap between fields
        self._scopes.stand(item.line)
        if item.source.count("\n") < LONG_LINES:
            self._builder.block("code", item.fragments())
            return
        add_comment(self._builder, item.before)
        self._builder.code(item.source, item.line)
        add_comment(self._builder, item.beside.lines)

    def _end_comment(self) -> None:
        comment, self._comment = self._comment, Comment()
        if comment.lines:
            self._flush()
            self._scopes.stand(comment.first_line)
            add_comment(self._builder, comment.lines)

    def _end_string(self) -> None:
        literals, self._literals = self._literals, []
        if literals and (text := human_text(literal.text for literal in literals)):
            self._end_comment()
            self._flush()
            self._scopes.stand(literals[0].line)
            item = Item(text, literals[0].line, literals[0].line)
            self._builder.block("prose", [item.fragments()[0]], is_whole=True)
