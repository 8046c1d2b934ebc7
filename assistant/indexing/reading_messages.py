"""What the process that reads files is sent, and what it sends back; framed by their length."""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from assistant.records import Document, Sentence

_LENGTH = struct.Struct(">Q")


class FileToRead(msgspec.Struct, frozen=True):
    path: str
    data: bytes


class PageBegun(msgspec.Struct, frozen=True, tag=True):
    page: int


class FileRead(msgspec.Struct, frozen=True, tag=True):
    document: Document
    sentences: tuple[Sentence, ...]


class FileRefused(msgspec.Struct, frozen=True, tag=True):
    message: str
    hint: str


Reply = PageBegun | FileRead | FileRefused


def send(stream: BinaryIO, message: FileToRead | Reply) -> None:
    encoded = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(encoded)))
    stream.write(encoded)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """One message, still encoded; None where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None
