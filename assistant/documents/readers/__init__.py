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
    """In lower case with their dot, one or two (".fdf.inc"); "" takes files without one."""
    read: Read
    """(path, bytes) -> document; its module is imported at the first call."""
    package: str = ""
    """What to install where a parser that it needs is missing."""
    names: tuple[str, ...] = ()
    """Whole names of files, which may go on after a dot: "Kconfig" takes "Kconfig.debug"."""
    is_binary: bool = False
    """Whether text is a small part of the file (PDF, office): it may then be larger."""


def reader_for(path: str) -> Reader | None:
    """The reader that takes files of this name; None where none does."""
    name = PurePosixPath(path).name
    if name.startswith("."):
        return None  # settings of tools, whose names have no extension either
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    extensions = {"".join(suffixes), *suffixes[-1:]}
    by_extension, by_name = None, None
    for reader in READERS.values():
        if by_extension is None and extensions & set(reader.extensions):
            by_extension = reader
        if name.partition(".")[0] in reader.names:
            by_name = reader
    return by_name if by_name and not _is_certain(extensions, by_extension) else by_extension


def readable_names() -> list[str]:
    """Every extension and file name that a reader takes, for those who ask what is read."""
    return [n for reader in READERS.values() for n in (*reader.extensions, *reader.names) if n]


def _is_certain(extensions: set[str], reader: Reader | None) -> bool:
    """Whether an extension chose the reader: a "Kconfig.rst" is a text about Kconfig."""
    return reader is not None and extensions != {""}


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
        Reader("pdf", "PDF", (".pdf",), _deferred("pdf"), "pypdfium2", is_binary=True),
        Reader(
            "c",
            "C and C++",
            (".h", ".c", ".hpp", ".hh", ".hxx", ".cpp", ".cc", ".cxx", ".aslc"),
            _deferred("source.c"),
        ),
        Reader("asl", "ACPI source", (".asl", ".asi"), _deferred("source.asl")),
        Reader(
            "edk2",
            "EDK II metadata",
            (".dec", ".dsc", ".inf", ".fdf", ".fdf.inc", ".dsc.inc"),
            _deferred("source.edk2"),
        ),
        Reader("uni", "UNI strings", (".uni",), _deferred("source.uni")),
        Reader(
            "devicetree",
            "device tree",
            (".dts", ".dtsi", ".overlay", ".dtso"),
            _deferred("source.devicetree"),
        ),
        Reader("kconfig", "Kconfig", (), _deferred("source.kconfig"), names=("Kconfig",)),
        Reader("python", "Python", (".py", ".pyi"), _deferred("source.python")),
        Reader("docx", "Word", (".docx",), _deferred("docx"), "python-docx", is_binary=True),
        Reader("pptx", "PowerPoint", (".pptx",), _deferred("pptx"), "python-pptx", is_binary=True),
        Reader("xlsx", "Excel", (".xlsx", ".xlsm"), _deferred("xlsx"), "openpyxl", is_binary=True),
        Reader("csv", "CSV", (".csv", ".tsv"), _deferred("csv")),
        Reader("epub", "EPUB", (".epub",), _deferred("epub"), "lxml", is_binary=True),
        Reader("notebook", "Jupyter", (".ipynb",), _deferred("notebook")),
        Reader("man", "manual page", _MAN_SECTIONS, _deferred("man")),
        Reader("plain", "plain text", (".txt", ".text", ".log", ""), _deferred("plain")),
    )
}
