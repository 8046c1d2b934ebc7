"""The nodes of a docutils tree, in order, into headings, blocks, code and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from docutils import nodes

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment, defined, join_fragments
from assistant.documents.locating import SourceCursor
from assistant.documents.tables import Cell, TableRows
from assistant.records import SentenceKind

TERM_CHARACTERS = 300  # a term and its definition stay one block up to this length together

_SILENT = (
    nodes.comment,
    nodes.substitution_definition,
    nodes.target,
    nodes.raw,
    nodes.pending,
    nodes.decoration,
    nodes.meta,
    nodes.footnote_reference,
    nodes.label,
)
_DIRECTIVE_LINE = re.compile(r"\s*\.\.(?:\s+[^\s:]+::)?\s*|\s*:[\w-]+:.*\Z")
_INLINE_MARKUP = re.compile(r"``|\*\*|:[\w:.-]+:(?=`)|`__?|`")


class RstWalk:
    """Every node kind has its method in the table at the bottom; the others give their children."""

    def __init__(self, builder: DocumentBuilder, lines: Sequence[str]) -> None:
        self._builder = builder
        self._lines = lines
        self._line: int = 1
        self._level = 0
        self._kinds: list[SentenceKind] = ["prose"]
        self._substitutions: dict[str, str] = {}

    def run(self, document: nodes.document) -> None:
        self._substitutions = {
            name: node.astext() for name, node in document.substitution_defs.items()
        }
        self._children(document)

    def _children(self, node: nodes.Element) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element) and not isinstance(child, _SILENT):
                _METHODS.get(type(child), RstWalk._children)(self, child)

    def _section(self, node: nodes.Element) -> None:
        self._level += 1
        self._children(node)
        self._level -= 1

    def _title(self, node: nodes.Element) -> None:
        if isinstance(node.parent, nodes.section):
            self._builder.heading(self._level, self._fragments(node))
        elif isinstance(node.parent, nodes.table):
            self._builder.block("caption", self._fragments(node))
        else:
            self._builder.block("prose", self._fragments(node))

    def _paragraph(self, node: nodes.Element) -> None:
        self._builder.block(self._kinds[-1], self._fragments(node))

    def _caption(self, node: nodes.Element) -> None:
        self._builder.block("caption", self._fragments(node))

    def _item(self, node: nodes.Element) -> None:
        self._kinds.append("list_item")
        self._children(node)
        self._kinds.pop()

    def _definition(self, node: nodes.Element) -> None:
        """Terms, classifiers, options or a field's name, with the one paragraph under them."""
        *terms, body = node.children
        if not body.astext().strip() and isinstance(node, nodes.field):
            return  # a switch for Sphinx, such as `:orphan:`
        first = next(body.findall(nodes.paragraph), None)
        if first is not None and isinstance(node, nodes.field):
            self._line = first.line or self._line  # its name has no line of its own
        term: list[Fragment] = []
        for part in terms:
            if isinstance(part, nodes.classifier):
                term.append(Fragment(" : ", term[-1].line if term else self._line))
            term += self._fragments(part)
        only = body.children[0] if isinstance(body, nodes.Element) and len(body) == 1 else None
        if isinstance(only, nodes.paragraph) and term:
            both = defined(term, self._fragments(only))
            if len(join_fragments(both).text) <= TERM_CHARACTERS:
                self._builder.block(self._kinds[-1], both)
                return
        self._builder.block(self._kinds[-1], term)
        if isinstance(body, nodes.Element):
            self._children(body)

    def _code(self, node: nodes.Element) -> None:
        text = node.astext()
        first = next((row for row in text.split("\n") if row.strip()), "")
        n_blank = text[: text.find(first)].count("\n") if first else 0
        self._builder.code(text, self._located(first, node.line) - n_blank)

    def _line_block(self, node: nodes.Element) -> None:
        lines = [line for line in node.findall(nodes.line) if line.astext().strip()]
        fragments: list[Fragment] = []
        for line in lines:
            fragments += [*self._fragments(line), Fragment("\n", line.line or self._line)]
        self._builder.block(self._kinds[-1], fragments)

    def _table(self, node: nodes.Element) -> None:
        for part in node.children:
            if isinstance(part, nodes.tgroup):
                header = self._rows(part, nodes.thead)
                self._builder.table(header[-1] if header else None, self._rows(part, nodes.tbody))
            elif isinstance(part, nodes.Element):
                _METHODS.get(type(part), RstWalk._children)(self, part)

    def _rows(self, group: nodes.tgroup, part: type[nodes.Element]) -> list[Row]:
        rows = TableRows()
        for body in group.children:
            if isinstance(body, part):
                for row in body.children:
                    if isinstance(row, nodes.row):
                        self._row(row, rows)
        return rows.rows

    def _row(self, row: nodes.row, rows: TableRows) -> None:
        entries = [entry for entry in row.children if isinstance(entry, nodes.entry)]
        cells = [
            Cell(self._cell(entry), 1 + entry.get("morerows", 0), 1 + entry.get("morecols", 0))
            for entry in entries
        ]
        first = next(row.findall(nodes.paragraph), None)
        if first is not None:
            self._located(_first_row(first), first.line)
        rows.add(cells, self._line)

    def _cell(self, entry: nodes.Element) -> str:
        return " ".join("".join(self._texts(part)) for part in entry.findall(_is_leaf))

    def _image(self, node: nodes.Element) -> None:
        text = node.get("alt", "")
        if " " in text:  # else it is the name of a substitution or file
            self._builder.block("caption", [Fragment(text, node.line or self._line)])

    def _fault(self, node: nodes.Element) -> None:
        """What docutils could not make sense of, without the markup that it stumbled over."""
        for block in node.findall(nodes.literal_block):
            rows = block.astext().split("\n")
            text = "\n".join(_DIRECTIVE_LINE.sub("", row) for row in rows)
            text = _INLINE_MARKUP.sub("", text)
            self._builder.block("prose", [Fragment(text, node.get("line") or self._line)])

    def _fragments(self, node: nodes.Node) -> Iterator[Fragment]:
        raw = getattr(node, "rawsource", "") or node.astext()
        hint = getattr(node, "line", None)
        cursor = SourceCursor(raw, self._located(_first_row(node), hint))
        for text in self._texts(node):
            yield cursor.fragment(text)

    def _texts(self, node: nodes.Node) -> Iterator[str]:
        """The visible texts; substitutions as what they are defined to be, or by name."""
        if isinstance(node, nodes.Text):
            yield node.astext()
        elif isinstance(node, nodes.substitution_reference):
            name = node.astext()
            yield self._substitutions.get(name, name)
        elif isinstance(node, nodes.problematic):
            yield _INLINE_MARKUP.sub("", node.astext())
        elif isinstance(node, nodes.Element) and not isinstance(node, _SILENT):
            for child in node.children:
                yield from self._texts(child)

    def _located(self, text: str, hint: int | None) -> int:
        """The line that holds the text: the one that docutils says, or the nearest to it.

        docutils 0.22 has no line for some nodes, and one relative to the table for cells in it.
        """
        near = [hint + step for step in (0, -1, 1, -2, 2, -3, 3)] if hint else []
        for line in chain(near, range(self._line, self._line + 200)):
            if 0 < line <= len(self._lines) and text in self._lines[line - 1]:
                self._line = line
                return line
        return hint or self._line


def _first_row(node: nodes.Node) -> str:
    raw = getattr(node, "rawsource", "") or node.astext()
    return raw.strip().partition("\n")[0].strip()


def _is_leaf(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TextElement) and isinstance(
        node, (nodes.paragraph, nodes.literal_block, nodes.term, nodes.line, nodes.title)
    )


_METHODS: dict[type[nodes.Node], Callable[[RstWalk, nodes.Element], None]] = {
    nodes.section: RstWalk._section,
    nodes.title: RstWalk._title,
    nodes.paragraph: RstWalk._paragraph,
    nodes.attribution: RstWalk._paragraph,
    nodes.caption: RstWalk._caption,
    nodes.rubric: RstWalk._caption,
    nodes.list_item: RstWalk._item,
    nodes.definition_list_item: RstWalk._definition,
    nodes.option_list_item: RstWalk._definition,
    nodes.field: RstWalk._definition,
    nodes.literal_block: RstWalk._code,
    nodes.doctest_block: RstWalk._code,
    nodes.math_block: RstWalk._code,
    nodes.line_block: RstWalk._line_block,
    nodes.table: RstWalk._table,
    nodes.image: RstWalk._image,
    nodes.system_message: RstWalk._fault,
}
