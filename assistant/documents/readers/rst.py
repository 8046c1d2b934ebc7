"""reStructuredText into a document: docutils' tree without its transforms, node by node.

Without transforms nothing is looked up, numbered or generated: undefined references and
substitutions keep their names, and a table of contents stays empty.
"""

from __future__ import annotations

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser

from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.readers.rst_extensions import register_names_in
from assistant.documents.readers.rst_walk import RstWalk
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document

MAX_CHARACTERS = 8_000_000  # docutils reads about 350,000 a second
# Of one paragraph: docutils takes quadratic time on some, and on long lines of blanks.
MAX_LINE = 4_000
MAX_PARAGRAPH = 30_000


def read(path: str, data: bytes) -> Document:
    """The document; nothing is included from other files and nothing printed.

    Raises: UnreadableFile for binary data; ValueError for sources that docutils would take
    minutes for; whatever docutils raises on hostile ones.
    """
    decoded = decode(data)
    _refuse_slow(decoded.text)
    builder = DocumentBuilder(path, "rst", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    source = sanitise_source(decoded.text)
    RstWalk(builder, source.expandtabs(8).split("\n")).run(_parsed(path, source))
    return builder.build()


def _refuse_slow(source: str) -> None:
    if len(source) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS:,} characters")
    length = 0
    for line in source.split("\n"):
        if len(line) > MAX_LINE:
            raise ValueError(f"a line of more than {MAX_LINE:,} characters")
        # Rows of tables may go on for long: each cell is a paragraph of its own.
        is_prose = line.strip()[:1] not in ("", "|", "+", "=")
        length = length + len(line) if is_prose else 0
        if length > MAX_PARAGRAPH:
            raise ValueError(f"a paragraph of more than {MAX_PARAGRAPH:,} characters")


def _parsed(path: str, source: str) -> nodes.document:
    register_names_in(source)
    settings = frontend.get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5  # above severe: nothing
    settings.warning_stream = False
    settings.file_insertion_enabled = False
    settings.raw_enabled = False
    settings.line_length_limit = len(source) + 1  # docutils gives up the whole file beyond it
    document = utils.new_document(path, settings)
    Parser().parse(source, document)
    return document
