"""A scanned file into its bytes and what they looked like, within the limits of its kind."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from assistant.documents.readers import reader_for
from assistant.errors import UnreadableFile
from assistant.indexing.catalogue import FileState
from assistant.indexing.scanning import ScannedFile

SETTLED_NS = 2_000_000_000
"""A file changed later than this before it was read may change again within the same tick."""
_UNSETTLED = -1


def load_file(
    location: Path, file: ScannedFile, max_bytes: int, max_binary_bytes: int
) -> tuple[bytes, FileState]:
    """The bytes of a file that lies there.

    Raises: UnreadableFile where it is too large, gone or not allowed to be read.
    """
    reader = reader_for(file.path)
    is_binary = reader is not None and reader.is_binary
    limit = max_binary_bytes if is_binary else max_bytes
    if file.size > limit:
        setting = "max_binary_mb" if is_binary else "max_file_mb"
        raise UnreadableFile(
            f"the file is larger than {limit // 2**20} MB",
            f"raise [index] {setting} in the settings",
        )
    now = time.time_ns()
    try:
        with location.open("rb") as stream:
            data = stream.read(limit + 1)  # it may have grown, for ever if it is a log
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise UnreadableFile("the file grew while it was read", "index again when it is whole")
    # A time that is too new, or in the future after the clock was set back, proves nothing.
    mtime = file.mtime_ns if file.mtime_ns < now - SETTLED_NS else _UNSETTLED
    return data, FileState(file.size, mtime, hashlib.sha256(data).hexdigest(), file.ctime_ns)


def looks_unchanged(file: ScannedFile, known: FileState | None) -> bool:
    """Whether size and times say that the content is what it was; else its hash decides."""
    return known is not None and (
        (file.size, file.mtime_ns, file.ctime_ns) == (known.size, known.mtime_ns, known.ctime_ns)
    )
