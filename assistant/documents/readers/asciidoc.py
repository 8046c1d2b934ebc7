"""AsciiDoc into a document, line by line: no parser for it exists in Python.

Nothing is followed: includes stay unread, and of conditions both branches are text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.joining import Fragment, defined
from assistant.documents.readers import asciidoc_lines as syntax
from assistant.documents.readers.asciidoc_inline import Inline, image_text
from assistant.documents.readers.asciidoc_tables import read_table
from assistant.documents.readers.plain_lines import Line
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document, SentenceKind

MAX_INLINE = 20_000  # longer paragraphs are no prose
MAX_OPTIONS = 2_000
SHOWN_INCLUDES = 5
_CODE_STYLES = ("source", "listing", "literal", "stem", "latexmath", "asciimath")


def read(path: str, data: bytes) -> Document:
    """The document; lines are those of the file.

    Raises: UnreadableFile for binary data.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, "asciidoc", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    included: list[str] = []
    lines = list(syntax.without_directives(sanitise_source(decoded.text), included))
    if included:
        shown = ", ".join(dict.fromkeys(included[:SHOWN_INCLUDES]))
        more = ", ..." if len(included) > SHOWN_INCLUDES else ""
        builder.warn(f"what it includes is not read with it: {shown}{more}")
    _Walk(builder, lines).run()
    return builder.build()


class _Walk:
    """Takes lines in order; blocks within blocks need no stack, as their delimiters say nothing."""

    def __init__(self, builder: DocumentBuilder, lines: Sequence[Line]) -> None:
        self._builder = builder
        self._inline = Inline()
        self._lines = lines
        self._i = 0
        self._options = ""
        """What brackets over the next block say."""
        self._in_header = False
        """Whether authors, revision and attributes follow the title line by line."""
        self._in_list = False
        self._is_attached = False
        """Whether a lone plus attaches the next block to the item before."""
        self._term: list[Fragment] = []
        """A term whose definition is still to come."""

    def run(self) -> None:
        steps: tuple[Callable[[str], bool], ...] = (
            self._nothing,
            self._attribute,
            self._heading,
            self._table,
            self._delimited,
            self._annotation,
            self._macro,
            self._item,
        )
        while self._i < len(self._lines):
            text = self._lines[self._i].text
            if not any(step(text) for step in steps):
                self._paragraph()
        self._end_list()

    def _nothing(self, text: str) -> bool:
        """Blank lines, comments, rules, and the plus that attaches a block to an item."""
        self._in_header = self._in_header and text != ""
        if text == "+":
            self._is_attached = True
        elif text and not syntax.is_comment(text) and not syntax.is_break(text):
            return False
        self._i += 1
        return True

    def _attribute(self, text: str) -> bool:
        found = syntax.attribute(text)
        if found is None:
            return False
        name, value = found
        self._i += 1
        while value is not None and value.endswith(" \\") and self._i < len(self._lines):
            value = f"{value[:-2]} {self._lines[self._i].text.strip()}"[:MAX_OPTIONS]
            self._i += 1
        if value is None:
            self._inline.undefine(name)
        else:
            self._inline.define(name, value)
        return True

    def _heading(self, text: str) -> bool:
        found = syntax.section(text)
        n_lines = 1
        if found is None and self._i + 1 < len(self._lines):
            level = syntax.underlined_level(text, self._lines[self._i + 1].text)
            found, n_lines = ((level, text), 2) if level else (None, 1)
        if found is None or (self._options and self._style() in _CODE_STYLES):
            return False
        self._end_list()
        level, title = found
        number = self._lines[self._i].number
        self._builder.heading(level, [Fragment(self._inline.plain(title), number)])
        self._i += n_lines
        self._in_header = level == 1
        self._options = ""
        return True

    def _table(self, text: str) -> bool:
        mark = syntax.table_mark(text)
        if not mark:
            return False
        lines = self._up_to(text)
        self._end_block()
        self._builder.table(*read_table(lines, self._taken_options(), mark, self._plain))
        return True

    def _delimited(self, text: str) -> bool:
        if not syntax.is_delimiter(text):
            return False
        if not syntax.is_verbatim(text):
            self._i += 1  # its content is read as if it stood alone
            self._is_attached = self._in_list
            if self._style() not in _CODE_STYLES:
                self._options = ""
            return True
        closing = "`" * text.count("`") if text.startswith("`") else text
        lines = self._up_to(closing)
        style = self._style()
        self._taken_options()
        if not text.startswith("/") and lines:
            self._end_block()
            self._verbatim(lines, is_html=text.startswith("+") and style not in _CODE_STYLES)
        return True

    def _verbatim(self, lines: Sequence[Line], *, is_html: bool) -> None:
        source = _text_of(lines)
        if is_html:
            # Deferred: most AsciiDoc holds no HTML.
            from assistant.documents.readers.html import add_html

            add_html(self._builder, source, lines[0].number)
        else:
            self._builder.code(source, lines[0].number)

    def _annotation(self, text: str) -> bool:
        """The lines over a block that say how it is called and what it is."""
        options = syntax.block_options(text)
        title = syntax.block_title(text) if options is None else ""
        if options is None and not title:
            return False
        if options:
            self._options = f"{options},{self._options}"[:MAX_OPTIONS]
        elif title:
            self._end_block()
            number = self._lines[self._i].number
            self._builder.block("caption", [Fragment(self._plain(title), number)])
        self._i += 1
        return True

    def _macro(self, text: str) -> bool:
        found = syntax.block_macro(text)
        if found is None:
            return False
        shown = image_text(found[2])
        if shown:
            self._block([Fragment(self._plain(shown), self._lines[self._i].number)])
        self._i += 1
        return True

    def _item(self, text: str) -> bool:
        if self._style() in _CODE_STYLES:
            return False
        item = syntax.item_text(text)
        definition = None if item else syntax.definition(text)
        if not item and definition is None:
            return False
        self._end_term()
        self._taken_options()
        self._in_list, self._is_attached = True, False
        number = self._lines[self._i].number
        self._i += 1
        if definition is None:
            self._block(self._gathered([Line(item, number)]))
            return True
        self._term = [Fragment(self._plain(definition.term), number)]
        if definition.text:
            self._block(self._gathered([Line(definition.text, number)]))
        return True

    def _paragraph(self) -> None:
        first = self._lines[self._i]
        style = self._style()
        self._taken_options()
        is_indented = first.text[0].isspace()
        if style in _CODE_STYLES or (is_indented and not self._term and not self._is_attached):
            self._end_block()
            self._code_paragraph()
            return
        is_own = self._in_list and not self._term and not self._is_attached
        if is_own and self._i > 0 and not self._lines[self._i - 1].text:
            self._end_list()
        self._i += 1
        text = syntax.ADMONITION.sub("", first.text, count=1)
        self._block(self._gathered([Line(text, first.number)]))

    def _code_paragraph(self) -> None:
        start = self._i
        while self._i < len(self._lines) and self._lines[self._i].text:
            self._i += 1
        self._builder.code(_text_of(self._lines[start : self._i]), self._lines[start].number)

    def _gathered(self, lines: list[Line]) -> list[Fragment]:
        """These lines and those that go on with them, as what they show."""
        while self._i < len(self._lines) and self._goes_on(self._lines[self._i].text):
            if not syntax.is_comment(self._lines[self._i].text):
                lines.append(self._lines[self._i])
            self._i += 1
        return [Fragment(self._plain(_text_of(lines)), lines[0].number)]

    def _goes_on(self, text: str) -> bool:
        if not text or text == "+" or self._in_header:
            return False
        if syntax.is_delimiter(text) or syntax.table_mark(text):
            return False
        if syntax.block_options(text) is not None:
            return False
        is_item = syntax.item_text(text) or syntax.definition(text)
        return not (self._in_list and is_item)

    def _up_to(self, closing: str) -> Sequence[Line]:
        """The lines after this one, up to the closing one or the end."""
        start = self._i + 1
        end = start
        while end < len(self._lines) and self._lines[end].text != closing:
            end += 1
        self._i = end + 1
        return self._lines[start:end]

    def _plain(self, text: str) -> str:
        return text if len(text) > MAX_INLINE else self._inline.plain(text)

    def _style(self) -> str:
        for part in self._options.split(",", 8):
            style = part.partition("#")[0].partition("%")[0].partition(".")[0].strip()
            if style in _CODE_STYLES:
                return style
        return ""

    def _taken_options(self) -> str:
        options, self._options = self._options, ""
        return options

    def _block(self, fragments: list[Fragment]) -> None:
        kind: SentenceKind = "list_item" if self._in_list else "prose"
        if self._term:
            fragments, self._term = defined(self._term, fragments), []
        self._builder.block(kind, fragments)
        self._is_attached = False

    def _end_block(self) -> None:
        """Before what is no paragraph: a term that waits is not defined by it."""
        self._end_term()
        self._is_attached = False

    def _end_term(self) -> None:
        term, self._term = self._term, []
        if term:
            self._builder.block("list_item", term)

    def _end_list(self) -> None:
        self._end_term()
        self._in_list = self._is_attached = False


def _text_of(lines: Sequence[Line]) -> str:
    """The lines with their distance, so that each keeps its number."""
    parts: list[str] = []
    last = lines[0].number
    for line in lines:
        parts.append("\n" * (line.number - last) + line.text)
        last = line.number
    return "".join(parts)
