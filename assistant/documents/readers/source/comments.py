"""Comments into prose: marks and rulers stripped, tags of Doxygen in words, lists kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.documents.building import DocumentBuilder
from assistant.documents.characters import has_words
from assistant.documents.joining import Fragment, join_fragments
from assistant.documents.readers.source.doxygen import TagLine, tag_line, without_inline_tags
from assistant.records import SentenceKind

SHORT_CHARACTERS = 240  # of a comment that goes into the sentence of what it explains

_OPENING = re.compile(r"\s*/\*[*!]*<?")
_STAR = re.compile(r"\s*\*++ ?")
_LINE_MARK = re.compile(r"\s*(?://+[!<]*|#+[!]?|;+)<?")
_BOILERPLATE = re.compile(r"SPDX-(?:License-Identifier|FileCopyrightText)\b", re.I)
_RULER = re.compile(r"(?<![-=*#~_+/<>.\w])[-=*#~_+/<>.]{4,}+(?!\w)")
_BULLET = re.compile(r"(?:[-*+•o·]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
# Columns: what such a line says does not run on from the line above.
_COLUMNS = re.compile(r"\S {3,}\S|\S\s+\|.*\||\A\|.*\|\Z|\S +- \S|\A\S+\s*::?\s{2,}\S")
_NAMED = re.compile(r":\w+[^:\n]{0,60}: *\S|\*{0,2}[\w.]+(?: \([^()]{0,60}\))?: +\S")
_CODE_END = re.compile(r"[;{}]\s*\Z|\A[{}]|\A#(?:define|include|if|endif)\b")


def block_comment_lines(raw: str, line: int) -> list[Fragment]:
    r"""The lines of a `/* */` comment that begins on `line`, without its marks."""
    inside = _OPENING.sub("", raw.removesuffix("*/").rstrip("*"), count=1)
    first, *others = inside.split("\n")
    stars = sum(1 for text in others if text.lstrip()[:1] in ("*", ""))
    has_stars = stars * 2 > len(others)
    texts = [first, *(_STAR.sub("", t, count=1) if has_stars else t for t in others)]
    return _numbered(texts, line)


def line_comment(raw: str, line: int) -> Fragment:
    """One `//`, `#` or `;` comment without its mark."""
    text = _LINE_MARK.sub("", raw, count=1).rstrip().removesuffix("**/")
    return Fragment(_unruled(_OPENING.sub("", text, count=1).rstrip()), line)


def one_line(lines: Iterable[Fragment]) -> str:
    """The comment on one line, to stand beside what it explains."""
    tagged = ((tag_line(line.text), line.text) for line in lines)
    kept = (without_inline_tags(tag.text if tag else text) for tag, text in tagged)
    return join_fragments(Fragment(f"{text}\n", 1) for text in kept).text


def is_short(lines: Sequence[Fragment]) -> bool:
    """Whether the comment can stand in one sentence with what it explains."""
    n_filled = sum(1 for line in lines if line.text.strip())
    if n_filled > 4 or sum(len(line.text) for line in lines) > SHORT_CHARACTERS:
        return False
    tags = [tag_line(line.text) for line in lines]
    return not any(tag and tag.kind != "prose" for tag in tags)


def add_comment(builder: DocumentBuilder, lines: Iterable[Fragment]) -> None:
    """The comment's paragraphs, items, parameters and code."""
    _Comment(builder).run(lines)


def _numbered(texts: Iterable[str], line: int) -> list[Fragment]:
    return [Fragment(_unruled(text.rstrip()), line + i) for i, text in enumerate(texts)]


def _unruled(text: str) -> str:
    """The text without rulers; nothing of a line that says what every file says."""
    is_editor_line = text.lstrip().startswith("-*-")
    if is_editor_line or _BOILERPLATE.search(text) or not has_words(text):
        return ""
    return _RULER.sub(" ", text).rstrip().replace("<BR>", "").replace("<br>", "")


class _Comment:
    """Collects the lines of one paragraph or item until the next begins."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._kind: SentenceKind = "prose"
        self._lines: list[Fragment] = []
        self._item_indent = -1
        self._is_code = False

    def run(self, lines: Iterable[Fragment]) -> None:
        for line in lines:
            self._line(line)
        self._flush()

    def _line(self, line: Fragment) -> None:
        text = line.text.strip()
        tag = tag_line(text)
        if tag and tag.is_code_edge:
            self._flush()
            self._is_code = tag.opens_code
        elif self._is_code:
            self._lines.append(line)
        elif not text:
            self._flush()
        elif tag:
            self._flush()
            self._tag(tag, line)
        else:
            self._text(text, line)

    def _tag(self, tag: TagLine, line: Fragment) -> None:
        if tag.text:
            self._kind = tag.kind
            self._item_indent = 0 if tag.kind == "list_item" else -1
            self._lines = [Fragment(without_inline_tags(tag.text), line.line)]

    def _text(self, text: str, line: Fragment) -> None:
        indent = len(line.text) - len(line.text.lstrip())
        bullet = _BULLET.match(text)
        if bullet:
            self._flush()
            self._kind, self._item_indent = "list_item", indent
            text = text[bullet.end() :] if not text[:1].isalnum() else text
        elif self._names_item(text, indent) or (_COLUMNS.search(text) and self._item_indent != 0):
            self._flush()
            self._kind, self._item_indent = "list_item", indent
        elif self._item_indent > 0 and indent < self._item_indent:
            self._flush()
        text = without_inline_tags(text)
        if has_words(text) or _CODE_END.search(text):
            self._lines.append(Fragment(text, line.line))

    def _names_item(self, text: str, indent: int) -> bool:
        """Whether the line begins what a docstring says of one name: "path: where it lies"."""
        if not _NAMED.match(text):
            return False
        is_announced = bool(self._lines) and self._lines[-1].text.endswith(":")
        return text[0] == ":" or is_announced or (indent > 0 and indent == self._item_indent)

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        kind, self._kind = self._kind, "prose"
        self._item_indent = -1
        if self._is_code or _is_code(lines):
            self._add_code(lines)
        elif lines:
            wrapped = (Fragment(f"{line.text}\n", line.line) for line in lines)
            self._builder.block(kind, wrapped)

    def _add_code(self, lines: Sequence[Fragment]) -> None:
        if lines:
            self._builder.code("\n".join(line.text for line in lines), lines[0].line)


def _is_code(lines: Sequence[Fragment]) -> bool:
    """Whether most of the lines are statements that somebody commented out."""
    n_statements = sum(1 for line in lines if _CODE_END.search(line.text))
    return n_statements * 2 > len(lines)
