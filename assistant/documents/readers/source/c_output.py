"""What the walk through C finds, into headings and blocks: who explains whom, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.documents.building import DocumentBuilder
from assistant.documents.characters import has_words
from assistant.documents.joining import Fragment
from assistant.documents.readers.source.comments import add_comment, is_short
from assistant.documents.readers.source.pending import Comment, Item, human_text
from assistant.documents.readers.source.scanning import Token

SIGNATURE_LINES = 3  # a longer one keeps its lines
ROW_CHARACTERS = 500  # of a line of data; longer ones are dumps

_GUARD = re.compile(r"\s*#\s*define\s+\w*_H(?:PP)?_*\s*")


@dataclass(slots=True)
class _Aggregate:
    """A structure whose name stands behind its members."""

    comment: Comment
    is_enum: bool
    parts: list[Item | Comment] = field(default_factory=list)


class Output:
    """Holds back the last item until no comment can follow beside it."""

    def __init__(self, builder: DocumentBuilder, source: str) -> None:
        self.end_line = 0
        """The line on which a structure has just ended: a comment there explains nothing else."""
        self._builder = builder
        self._source = source
        self._aggregate: _Aggregate | None = None
        self._last: Item | None = None
        self._is_headed = False
        self._literals: list[Token] = []
        self._inside_end = 0
        self._data_line = 0
        """The line of data that has gone out already."""
        self.is_data = False
        """Whether the body that is open is one of data."""

    @property
    def is_enum(self) -> bool:
        return self._aggregate is not None and self._aggregate.is_enum

    def note_inside(self, token: Token) -> None:
        """A comment within a declaration: it ends there at the earliest."""
        self._inside_end = token.end

    def inside_end(self, start: int) -> int:
        """Where the last comment within the declaration that begins here ends."""
        return self._inside_end if self._inside_end > start else 0

    def add_beside(self, token: Token, column: int) -> bool:
        """Whether the comment stands beside the last item, or goes on one that does."""
        last = self._last
        if last is None:
            return False
        beside = last.beside
        is_beside = token.line == last.last_line or (
            beside.continues_at(token) and column == beside.column
        )
        if is_beside:
            beside.add(token, column)
        return is_beside

    def comment_alone(self, comment: Comment, *, is_inside: bool) -> None:
        if self._aggregate is not None:
            self._flush()
            self._aggregate.parts.append(comment)
            return
        if not is_inside:
            self._leave()
        self._flush()
        add_comment(self._builder, comment.lines)

    def directive(self, token: Token, comment: Comment, *, is_inside: bool) -> None:
        if _GUARD.fullmatch(token.text):
            self.comment_alone(comment, is_inside=is_inside)
            return
        text = token.text.strip().replace("\\\n", "\n")
        item = Item(text, token.line, token.last_line)
        if self._aggregate is not None:
            self.member(item, comment)
            return
        self._share_comment(item, comment)
        if not is_inside:
            self._leave()
        self._hold(item, comment)

    def declaration(self, name: str, item: Item, comment: Comment) -> None:
        """A prototype, type or variable; with a comment, a name makes a section of its own."""
        if self._joined(item, comment):
            return
        self._share_comment(item, comment)
        self._leave()
        if name and comment.lines:
            self._head(name, comment.first_line)
            add_comment(self._builder, comment.lines)
            self._signature(item)
        else:
            self._hold(item, comment)

    def begin_function(
        self, name: str, item: Item | None, comment: Comment, *, is_data: bool
    ) -> None:
        self._leave()
        self.is_data = is_data
        line = comment.first_line or (item.line if item else 1)
        if name:
            self._head(name, line)
        add_comment(self._builder, comment.lines)
        if item is not None:
            self._signature(item)

    def end_function(self) -> None:
        self.is_data = False
        self._leave()

    def begin_aggregate(self, comment: Comment, is_enum: bool) -> None:
        self._leave()
        self._aggregate = _Aggregate(comment, is_enum)

    def member(self, item: Item, comment: Comment) -> None:
        if not self._joined(item, comment):
            self._hold(item, comment)

    def end_aggregate(self, name: str) -> None:
        self._flush()
        aggregate, self._aggregate = self._aggregate, None
        if aggregate is None:
            return
        comment = aggregate.comment
        parts = aggregate.parts
        if name and (comment.lines or parts):
            self._head(name, comment.first_line or _line_of(parts[0]))
        add_comment(self._builder, comment.lines)
        for part in parts:
            self._part(part)
        self._is_headed = True

    def string(self, token: Token) -> None:
        self._literals.append(token)

    def end_string(self) -> None:
        literals, self._literals = self._literals, []
        if not literals:
            return
        text = human_text(literal.text for literal in literals)
        if text:
            fragment = Fragment(text, literals[0].line)
            self._flush()
            self._builder.block("prose", [fragment], is_whole=True)

    def end(self) -> None:
        self.end_string()
        self.end_aggregate("")
        self._flush()

    def data_row(self, line: int, start: int, end: int) -> None:
        """A line of initialisers that holds words, once, whatever they stand in."""
        if line == self._data_line:
            return
        self._data_line = line
        first = self._source.rfind("\n", max(0, start - ROW_CHARACTERS), start) + 1
        last = self._source.find("\n", end, end + ROW_CHARACTERS)
        row = self._source[max(first, start - ROW_CHARACTERS) : last if last >= 0 else end]
        self._builder.block("code", Item(row, line, line).fragments())

    def _hold(self, item: Item, comment: Comment) -> None:
        self._share_comment(item, comment)
        self._flush()
        if comment.lines:
            # Behind an empty line it speaks of more than the next item: the file, a group.
            if is_short(comment.lines) and comment.last_line + 1 >= item.line:
                item.before = comment.lines
            else:
                self._explain(comment.lines)
        self._last = item

    def _joined(self, item: Item, comment: Comment) -> bool:
        """Whether the item became part of the last one: several on one line are one sentence."""
        last = self._last
        if last is None or last.last_line != item.line or comment.lines or last.beside.lines:
            return False
        if len(last.source) > ROW_CHARACTERS:
            return False
        last.source += f" {item.source}"
        last.last_line = item.last_line
        return True

    def _share_comment(self, item: Item, comment: Comment) -> None:
        """A comment above several items in a row speaks of them all."""
        last = self._last
        if last and last.before and item.line == last.last_line + 1 and not comment.lines:
            self._explain(last.before)
            last.before = []

    def _explain(self, lines: list[Fragment]) -> None:
        if self._aggregate is not None:
            self._aggregate.parts.append(Comment(lines, lines[0].line))
        else:
            add_comment(self._builder, lines)

    def _flush(self) -> None:
        item, self._last = self._last, None
        if item is None:
            return
        if self._aggregate is not None:
            self._aggregate.parts.append(item)
        else:
            self._part(item)

    def _part(self, part: Item | Comment) -> None:
        if isinstance(part, Comment):
            add_comment(self._builder, part.lines)
        elif has_words(part.source):
            self._builder.block("code", part.fragments())

    def _signature(self, item: Item) -> None:
        if item.source.count("\n") < SIGNATURE_LINES:
            self._builder.block("code", item.fragments())
        else:
            self._builder.code(item.source, item.line)

    def _head(self, name: str, line: int) -> None:
        self._builder.heading(1, [Fragment(name, line)])
        self._is_headed = True

    def _leave(self) -> None:
        """What follows stands under no name."""
        self._flush()
        if self._is_headed:
            self._builder.close_headings()
            self._is_headed = False


def _line_of(part: Item | Comment) -> int:
    return part.line if isinstance(part, Item) else part.first_line
