"""Manual pages (man and mdoc macros) into a document: macros removed, sections as headings."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.readers import plain
from assistant.documents.readers.man_macros import ManMacros
from assistant.documents.readers.man_page import ManPage
from assistant.documents.readers.mdoc import MdocMacros
from assistant.documents.readers.roff import RoffLine, lines_of
from assistant.documents.readers.roff_escapes import Escapes
from assistant.documents.sanitising import sanitise_source
from assistant.errors import UnreadableFile
from assistant.records import Document

_BEGINS_MAN = re.compile(r"^[.'][ \t]*TH[ \t]", re.MULTILINE)
_BEGINS_MDOC = re.compile(r"^[.'][ \t]*D[dt][ \t]", re.MULTILINE)
_STANDS_FOR = re.compile(r"(?:[.']\\\".*\n|\s)*\.so[ \t]+([^\n]{1,200})")
_UNREAD = {"EQ": "EN", "PS": "PE", "G1": "G2"}


def read(path: str, data: bytes) -> Document:
    """The document; a file that only has a manual page's name is read as plain text.

    Raises: UnreadableFile for binary data, and for a page that only names another one.
    """
    decoded = decode(data)
    source = sanitise_source(decoded.text)
    is_mdoc = _BEGINS_MDOC.search(source) is not None
    if not is_mdoc and _BEGINS_MAN.search(source) is None:
        if other := _STANDS_FOR.match(source):
            hint = "nothing to do, if that page is in the folder too"
            raise UnreadableFile(f"it only stands for another page, {other.group(1)}", hint)
        return plain.read(path, data)
    builder = DocumentBuilder(path, "man", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    escapes = Escapes()
    page = ManPage(builder)
    macros = MdocMacros(page, escapes) if is_mdoc else ManMacros(page, escapes)
    lines = lines_of(source, escapes)
    for line in lines:
        if line.macro == "TS":
            page.table(list(_up_to("TE", lines)), escapes.plain)
        elif line.macro in _UNREAD:
            deque(_up_to(_UNREAD[line.macro], lines), maxlen=0)
            builder.warn("formulas and drawings are not read")
        elif line.macro == "so":
            builder.warn("what it includes is not read with it")
        else:
            macros.line(line)
    macros.end()
    return builder.build()


def _up_to(end: str, lines: Iterator[RoffLine]) -> Iterator[RoffLine]:
    for line in lines:
        if line.macro == end:
            return
        yield line
