"""A path and its bytes into a document, or one sentence on why that cannot be."""

from __future__ import annotations

from dataclasses import replace

from assistant.documents.readers import READERS, Reader, readable_names, reader_for
from assistant.errors import UnreadableFile
from assistant.records import Document


def read_document(path: str, data: bytes) -> Document:
    """The document in the format that the file's name says; its blocks are never empty.

    A parser that fails costs the structure, not the text: a text file is then read as plain text
    and carries a warning.

    Raises: UnreadableFile naming the path for unknown formats, binary data and no text.
    """
    reader = reader_for(path)
    if reader is None:
        known = f"known: {' '.join(readable_names())}"
        raise UnreadableFile(f"{path}: no reader for this kind of file", known)
    try:
        document = _read_or_fall_back(reader, path, data)
    except UnreadableFile as error:
        raise UnreadableFile(f"{path}: {error.message}", error.hint) from error
    if not document.blocks:
        raise UnreadableFile(f"{path}: no text in it", "nothing to do: it holds no words")
    return document


def _read_or_fall_back(reader: Reader, path: str, data: bytes) -> Document:
    plain = READERS["plain"]
    try:
        return reader.read(path, data)
    except UnreadableFile:
        raise
    except ModuleNotFoundError as error:
        install = f"pip install {reader.package or error.name}"
        raise UnreadableFile(f"{reader.label} needs a package that is not here", install) from error
    except Exception as error:  # parsers of hostile files fail in ways that no list foresees
        if reader.is_binary:
            damage = f"it is no {reader.label} file, or damaged: {error or type(error).__name__}"
            raise UnreadableFile(damage, "open and save it anew, or copy it again") from error
        if reader is plain:
            raise
        warning = f"not read as {reader.label} but as plain text: {error or type(error).__name__}"
        document = plain.read(path, data)
        return replace(document, warnings=(*document.warnings, warning))
