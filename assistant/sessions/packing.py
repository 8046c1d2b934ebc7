"""Traces and answers as they lie in the database: JSON of the records themselves, compressed."""

from __future__ import annotations

import zlib
from typing import Any, TypeVar

import msgspec

Record = TypeVar("Record")
_QUICK = 1
"""zlib's level: a trace of ten hits, some 300 kB, in milliseconds and a tenth of the size."""


def packed(record: object) -> bytes:
    return zlib.compress(msgspec.json.encode(record, enc_hook=_plain), _QUICK)


def unpacked(data: bytes | None, kind: type[Record]) -> Record | None:
    """None where nothing was kept, or what was kept is of a version with other fields."""
    if data is None:
        return None
    try:
        return msgspec.json.decode(zlib.decompress(data), type=kind)
    except (zlib.error, msgspec.MsgspecError):
        return None


def _plain(value: Any) -> Any:
    """NumPy's numbers are numbers."""
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} cannot be kept")
