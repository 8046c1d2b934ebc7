"""EPUB books into a document: the chapters of the spine, each as the HTML page that it is."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from assistant.documents.archives import opened_archive, read_member
from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.readers.html import add_html
from assistant.documents.sanitising import sanitise, sanitise_source
from assistant.errors import UnreadableFile
from assistant.records import Document

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def read(path: str, data: bytes) -> Document:
    """The document; lines are those of each chapter's own file, pages the chapters.

    Raises: UnreadableFile for what is no book, damaged, protected, or a bomb.
    """
    archive = opened_archive(data)
    with archive:
        if "META-INF/encryption.xml" in archive.namelist() and _is_protected(archive):
            raise UnreadableFile("it is protected by DRM", "use a copy without it")
        package = _package_path(archive)
        root = _parsed(read_member(archive, package), package)
        builder = DocumentBuilder(path, "epub", "")
        builder.title = _title(root)
        for number, name in enumerate(_chapters(root, package), start=1):
            _add_chapter(builder, archive, name, number)
    return builder.build()


def _add_chapter(
    builder: DocumentBuilder, archive: zipfile.ZipFile, name: str, number: int
) -> None:
    try:
        decoded = decode(read_member(archive, name))
    except UnreadableFile as error:
        builder.warn(f"chapter {number} was left out: {error.message}")
        return
    builder.page(number)
    builder.count_source(decoded.text)
    add_html(builder, sanitise_source(decoded.text))


def _is_protected(archive: zipfile.ZipFile) -> bool:
    """Fonts may be obfuscated in any book; text that is encrypted is protected."""
    return b"html" in read_member(archive, "META-INF/encryption.xml")


def _package_path(archive: zipfile.ZipFile) -> str:
    container = _parsed(read_member(archive, _CONTAINER), _CONTAINER)
    for node in container.iter("{*}rootfile"):
        return posixpath.normpath(str(node.get("full-path", "")))
    raise UnreadableFile("it names no book", "open and export it anew")


def _parsed(data: bytes, name: str) -> Any:
    from lxml import etree

    # No entities: they multiply, and they read other files.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"{name} in it is damaged: {error}", "export it anew") from error


def _title(root: Any) -> str:
    for node in root.iter("{*}title"):
        return " ".join(sanitise(node.text or "").split())
    return ""


def _chapters(root: Any, package: str) -> list[str]:
    """Names of the pages in reading order."""
    folder = posixpath.dirname(package)
    hrefs = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in root.iter("{*}item")
        if item.get("media-type") in _PAGES
    }
    wanted = (item.get("idref") for item in root.iter("{*}itemref"))
    return [hrefs[name] for name in wanted if name in hrefs]
