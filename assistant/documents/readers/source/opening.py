"""What every reader of source code begins and ends with."""

from __future__ import annotations

from pathlib import PurePosixPath

from assistant.documents.building import DocumentBuilder
from assistant.documents.decoding import decode
from assistant.documents.sanitising import sanitise_source


def opened_source(path: str, data: bytes, format_name: str) -> tuple[DocumentBuilder, str]:
    """A builder titled with the file's name, and the clean source; lines keep their numbers.

    Raises: UnreadableFile for binary data.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, format_name, decoded.encoding)
    builder.title = PurePosixPath(path).name
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    return builder, sanitise_source(decoded.text).expandtabs(4)
