"""What every office file must be before its library sees it."""

from __future__ import annotations

from assistant.documents.archives import opened_archive
from assistant.errors import UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0"


def check_office(data: bytes) -> None:
    """Raises: UnreadableFile for encrypted files, old formats, bombs and what is none at all."""
    if data.startswith(_OLE):
        raise UnreadableFile(
            "it is encrypted, or of the format before 2007",
            "save it without a password in today's format",
        )
    archive = opened_archive(data)
    try:
        if "[Content_Types].xml" not in archive.namelist():
            raise UnreadableFile("it is no office file", "give it the extension of what it is")
    finally:
        archive.close()
