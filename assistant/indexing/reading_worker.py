"""The process that reads files: it may be killed, run out of memory or crash; only it does.

Parsers of hostile files loop, allocate and crash in ways that no `except` catches.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import msgspec

from assistant.documents import steps
from assistant.documents.reading import read_document
from assistant.documents.sentences import split_sentences
from assistant.errors import UnreadableFile
from assistant.indexing.reading_messages import (
    FileRead,
    FileRefused,
    FileToRead,
    PageBegun,
    Reply,
    receive,
    send,
)


def main(memory_bytes: int) -> None:
    """Serve files until the other side is gone."""
    # Parsers print, also from C: their words must reach neither the protocol nor the terminal.
    output = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    _limit_memory(memory_bytes)
    steps.listen(lambda page: send(output, PageBegun(page)))
    serve(sys.stdin.buffer, output)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    while (encoded := receive(requests)) is not None:
        file = msgspec.msgpack.decode(encoded, type=FileToRead)
        send(replies, _reply(file))


def _reply(file: FileToRead) -> Reply:
    try:
        document = read_document(file.path, file.data)
        return FileRead(document, split_sentences(document))
    except UnreadableFile as error:
        return FileRefused(error.message, error.hint)
    except MemoryError:
        return FileRefused("reading it takes too much memory", "split the file")
    except Exception as error:  # one file must never end the run
        return FileRefused(f"{type(error).__name__}: {error}", "")


def _limit_memory(limit_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there only the time is limited
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
