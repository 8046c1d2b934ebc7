"""ZIP containers of documents (office files, EPUB) opened with limits: they may be bombs."""

from __future__ import annotations

import zipfile
from io import BytesIO

from assistant.errors import UnreadableFile

MAX_UNPACKED_BYTES = 1 << 30
MAX_MEMBERS = 50_000


def opened_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, once its directory says that it unpacks to a sane size.

    The directory may lie: read members with `read_member`, which stops at the stated size.
    Raises: UnreadableFile.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise UnreadableFile(f"its archive is damaged: {error}", "save or copy it again") from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        raise UnreadableFile(
            f"it unpacks to {unpacked / 2**20:,.0f} MB in {len(members):,} parts: a zip bomb?",
            "move it out of the folder",
        )
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableFile("it is encrypted", "save it without a password")
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The member's bytes. Raises: UnreadableFile where it is missing or damaged."""
    try:
        member = archive.getinfo(name)
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableFile(f"a part of it is damaged: {name}", "save or copy it again") from error
    if len(data) > member.file_size:
        raise UnreadableFile(f"a part of it is larger than stated: {name}", "save it again")
    return data
