"""The elements of an HTML tree, in document order, into headings, blocks, code and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment, defined, join_fragments
from assistant.documents.locating import SourceCursor
from assistant.documents.tables import Cell, TableRows
from assistant.records import SentenceKind

TERM_CHARACTERS = 300  # a term and its definition stay one block up to this length together

_SKIPPED = (
    "script, style, noscript, template, svg, iframe, object, button, select, textarea, head, "
    "nav, footer, [role=navigation], [role=search], [role=contentinfo], [role=banner], [hidden], "
    ".headerlink, .sphinxsidebar, .wy-nav-side, .wy-breadcrumbs, .breadcrumbs, "
    ".md-sidebar, .md-header, .md-footer, .bd-sidebar, .rst-footer-buttons, .rst-versions, "
    ".related, .navbar, .toc, .contents.local, .linenos, .skip-link, .viewcode-link"
)
# Titles that say no more than that there is a box.
_BOX_TITLE = re.compile(
    r"\s*(?:note|warning|attention|caution|danger|error|hint|important|tip|see also|注意|备注|警告"
    r"|提示)\s*[:：]?\s*",
    re.IGNORECASE,
)
# Graphviz source, as Sphinx writes it where the image is missing.
_GRAPH = re.compile(r"\s*(?:strict\s+)?(?:di)?graph\b[^{}\n]{0,80}\{")
_LAYOUT = "table, h1, h2, h3, h4, h5, h6, pre"
_CONTENT = "p, h1, h2, h3, h4, h5, h6, table, pre, article, main"
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|caption|center|d[dlt]|details|div|fieldset|figcaption"
    r"|figure|form|h[1-6]|header|hr|legend|li|main|[ou]l|p|pre|section|summary|table|tbody|t[dhr]"
    r"|tfoot|thead"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS: dict[str, SentenceKind] = {
    "li": "list_item",
    "caption": "caption",
    "figcaption": "caption",
    "dd": "prose",
    "td": "prose",
}


class HtmlWalk:
    """Collects text and makes a block of it at every border between block elements."""

    def __init__(self, builder: DocumentBuilder, cursor: SourceCursor) -> None:
        self._builder = builder
        self._cursor = cursor
        self._fragments: list[Fragment] = []
        self._term: list[Fragment] = []
        self._kinds: list[SentenceKind] = ["prose"]
        self._tables: list[_OpenTable | None] = []
        """None for a table that only lays out the page."""

    def run(self, root: LexborNode) -> None:
        for node, is_end in _steps(root, _skipped(root)):
            if node.is_text_node:
                self._fragments.append(self._cursor.fragment(node.text_content or ""))
            elif is_end:
                self._end(node.tag or "")
            else:
                self._begin(node, node.tag or "")
        self._flush()
        self._flush_term()

    @property
    def _table(self) -> _OpenTable | None:
        return self._tables[-1] if self._tables else None

    def _begin(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._fragments.append(self._cursor.fragment("\n"))
        elif tag == "img":
            self._image(node)
        if not _BLOCK.fullmatch(tag):
            return
        self._border()
        if tag in _KINDS:
            self._kinds.append(_KINDS[tag])
        if tag == "table":
            is_layout = self._table is not None or len(node.css(_LAYOUT)) > 1
            self._tables.append(None if is_layout else _OpenTable())
        elif tag == "pre":
            self._pre(node)
        elif self._table is not None:
            self._table.begin(node, tag)

    def _image(self, node: LexborNode) -> None:
        """The text for an image, where it is one and not the name of its file."""
        text = (node.attributes.get("alt") or "").strip()
        is_graph = _GRAPH.match(text) is not None
        if is_graph:
            self._border()
        if " " in text:
            self._fragments.append(self._cursor.fragment(text if is_graph else f" {text} "))
        if is_graph:
            self._border()

    def _end(self, tag: str) -> None:
        if not _BLOCK.fullmatch(tag):
            return
        if tag in _HEADINGS:
            self._flush_term()
            self._builder.heading(_HEADINGS[tag], self._taken())
        elif tag == "dt":
            self._flush_term()
            self._term = self._taken()
        else:
            self._border()
        if tag in _KINDS:
            self._kinds.pop()
        if tag == "table":
            self._end_table()
        elif tag == "dl":
            self._flush_term()
        elif self._table is not None:
            self._table.end(tag)

    def _border(self) -> None:
        if self._table is not None and self._table.is_in_cell:
            self._table.add_text(self._taken())
        else:
            self._flush()

    def _taken(self) -> list[Fragment]:
        taken, self._fragments = self._fragments, []
        return taken

    def _flush(self) -> None:
        fragments = self._taken()
        text = "".join(fragment.text for fragment in fragments)
        if not text.strip():
            return
        if _GRAPH.match(text):
            self._flush_term()
            self._builder.code(text, fragments[0].line)
            return
        if self._term:
            both = defined(self._term, fragments)
            if len(join_fragments(both).text) <= TERM_CHARACTERS:
                fragments, self._term = both, []
        self._flush_term()
        self._builder.block(self._kinds[-1], fragments)

    def _flush_term(self) -> None:
        term, self._term = self._term, []
        self._builder.block("prose", term)

    def _pre(self, node: LexborNode) -> None:
        self._flush_term()
        text, line = self._cursor.fragment(node.text())
        self._builder.code(text, line)

    def _end_table(self) -> None:
        table = self._tables.pop()
        if table is not None:
            self._flush_term()
            self._builder.table(*table.finished())


class _OpenTable:
    """A data table while its cells arrive."""

    def __init__(self) -> None:
        self.is_in_cell = False
        self._rows = TableRows()
        self._cells: list[Cell] = []
        self._is_header = True
        self._n_headers = 0
        self._line = 0

    def begin(self, node: LexborNode, tag: str) -> None:
        if tag == "tr":
            self._cells, self._is_header, self._line = [], True, 0
        elif tag in ("td", "th"):
            self.is_in_cell = True
            self._is_header = self._is_header and tag == "th"
            spans = _span(node, "rowspan"), _span(node, "colspan")
            self._cells.append(Cell("", *spans))

    def add_text(self, fragments: list[Fragment]) -> None:
        text, marks = join_fragments(fragments)
        if text:
            before = self._cells[-1].text
            self._cells[-1] = self._cells[-1]._replace(text=f"{before} {text}".strip())
            self._line = self._line or marks[0][1]

    def end(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_in_cell = False
        elif tag == "tr" and self._cells:
            if self._is_header and self._n_headers == len(self._rows.rows):
                self._n_headers += 1
            self._rows.add(self._cells, self._line)
            self._cells = []

    def finished(self) -> tuple[Row | None, list[Row]]:
        """The header row, if there is one, and the others."""
        rows = self._rows.rows
        if self._n_headers == 0 or self._n_headers == len(rows):
            return None, rows
        return rows[self._n_headers - 1], rows[self._n_headers :]


def _skipped(root: LexborNode) -> set[int]:
    skipped = {node.mem_id for node in root.css(_SKIPPED)}
    # Some sites wrap the whole page in a form.
    forms = (form for form in root.css("form") if form.css_first(_CONTENT) is None)
    skipped.update(form.mem_id for form in forms)
    # A list of other pages is navigation, unless the page is nothing else.
    if root.css_first("p:not(.caption)") is not None:
        skipped.update(node.mem_id for node in root.css(".toctree-wrapper"))
    if root.tag == "body":
        skipped.update(node.mem_id for node in root.css("body > header"))
    titles = root.css(".admonition-title")
    skipped.update(t.mem_id for t in titles if _BOX_TITLE.fullmatch(t.text()))
    return skipped - {root.mem_id}


def _steps(root: LexborNode, skipped: set[int]) -> Iterator[tuple[LexborNode, bool]]:
    """(node, whether it ends here) in document order, without recursion."""
    pending = [(root, False)]
    while pending:
        node, is_end = pending.pop()
        if node.mem_id in skipped:
            continue
        yield node, is_end
        if not is_end and node.is_element_node and node.tag != "pre":
            pending.append((node, True))
            pending.extend((child, False) for child in reversed([*node.iter(include_text=True)]))


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "").strip()
    return int(value) if value.isdecimal() and len(value) < 6 else 1
