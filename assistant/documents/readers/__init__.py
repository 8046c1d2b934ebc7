"""File names into the reader of their format. The table READERS is the only list of formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath

from assistant.records import Document

Read = Callable[[str, bytes], Document]


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: what it is called, which files it takes, and how it is read."""

    name: str
    label: str
    """How a person calls the format."""
    extensions: tuple[str, ...]
    """In lower case with their dot; "" takes files without one."""
    read: Read
    """(path, bytes) -> document; its module is imported at the first call."""
    package: str = ""
    """What to install where a parser that it needs is missing."""
    is_binary: bool = False
    """Whether text is a small part of the file (PDF, office): it may then be larger."""


def reader_for(path: str) -> Reader | None:
    """The reader that takes files of this name; None where none does."""
    extension = PurePosixPath(path).suffix.lower()
    if PurePosixPath(path).name.startswith("."):
        return None  # settings of tools, whose names have no extension either
    for reader in READERS.values():
        if extension in reader.extensions:
            return reader
    return None


def _deferred(module: str) -> Read:
    """The `read` of a reader module, imported when needed: the parsers cost 0.1 s and more."""

    def read(path: str, data: bytes) -> Document:
        read_format: Read = import_module(f"{__name__}.{module}").read
        return read_format(path, data)

    return read


_MAN_SECTIONS = (*(f".{n}" for n in range(1, 10)), ".1m", ".1p", ".3p", ".3pm", ".8p")

READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("markdown", "Markdown", (".md", ".markdown"), _deferred("markdown")),
        Reader("rst", "reStructuredText", (".rst",), _deferred("rst")),
        Reader("asciidoc", "AsciiDoc", (".adoc", ".asciidoc", ".asc"), _deferred("asciidoc")),
        Reader("html", "HTML", (".html", ".htm", ".xhtml"), _deferred("html")),
        Reader("man", "manual page", _MAN_SECTIONS, _deferred("man")),
        Reader("plain", "plain text", (".txt", ".text", ".log", ""), _deferred("plain")),
    )
}
