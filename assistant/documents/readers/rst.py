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


def read(path: str, data: bytes) -> Document:
    """The document; nothing is included from other files and nothing printed.

    Raises: UnreadableFile for binary data; ValueError for sources that docutils would take
    minutes for; whatever docutils raises on hostile ones.
    """
    decoded = decode(data)
    if len(decoded.text) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS:,} characters")
    builder = DocumentBuilder(path, "rst", decoded.encoding)
    builder.warn(*decoded.warnings)
    source = sanitise_source(decoded.text)
    RstWalk(builder, source.expandtabs(8).split("\n")).run(_parsed(path, source))
    return builder.build()


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
