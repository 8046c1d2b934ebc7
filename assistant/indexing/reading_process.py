"""Files into documents in a process of their own, which is killed where it takes too much."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import msgspec

import assistant
from assistant.documents.reading import read_document
from assistant.documents.sentences import split_sentences
from assistant.errors import UnreadableFile
from assistant.indexing.reading_messages import (
    FileRead,
    FileToRead,
    PageBegun,
    Reply,
    receive,
    send,
)
from assistant.records import Document, Sentence

MEMORY_BYTES = 3 << 30
"""Of address space, in which the parsers' libraries take up 0.5 GB."""
STALL_S = 90.0
"""Without a new page or an end: then a reader is stuck. 32 MB of text take about 20 s."""
_LEAVE = "move it out of the folder, or list it in .assistantignore"

ReadFile = tuple[Document, tuple[Sentence, ...]]


class Reading(Protocol):
    def read(self, path: str, data: bytes) -> Generator[int, None, ReadFile]:
        """Yields the page being read, 1-based, where there are some. Raises: UnreadableFile."""

    def close(self) -> None:
        """End whatever is under way."""


class ReadingHere:
    """Reads in this very process: for files that the caller made."""

    def read(self, path: str, data: bytes) -> Generator[int, None, ReadFile]:
        document = read_document(path, data)
        yield from ()
        return document, split_sentences(document)

    def close(self) -> None:
        pass


class ReadingProcess:
    """Starts its process with the first file, and anew after one that had to be killed."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES, stall_s: float = STALL_S) -> None:
        self._memory_bytes = memory_bytes
        self._stall_s = stall_s
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def read(self, path: str, data: bytes) -> Generator[int, None, ReadFile]:
        process = self._running()
        is_whole = False
        try:
            self._ask(process, FileToRead(path, data))
            while isinstance(reply := self._next(), PageBegun):
                yield reply.page
            is_whole = True
        finally:
            if not is_whole:  # also where the caller lost interest
                self.close()
        if isinstance(reply, FileRead):
            return reply.document, reply.sentences
        raise UnreadableFile(reply.message, reply.hint)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                # A failed write left bytes in the buffer, which have nowhere to go.
                with suppress(OSError):
                    cast(BinaryIO, stream).close()

    def _ask(self, process: subprocess.Popen[bytes], file: FileToRead) -> None:
        try:
            send(cast(BinaryIO, process.stdin), file)
        except OSError as error:
            raise UnreadableFile("its reader did not start", _LEAVE) from error

    def _next(self) -> Reply:
        try:
            encoded = self._replies.get(timeout=self._stall_s)
        except queue.Empty:
            raise UnreadableFile(
                f"its reader made no progress for {self._stall_s:.0f} s", _LEAVE
            ) from None
        if encoded is None:
            raise UnreadableFile("its reader crashed", _LEAVE)
        reply: Reply = msgspec.msgpack.decode(encoded, type=Reply)
        return reply

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _started(self._memory_bytes)
            # A queue per process: a killed one may still have been sending.
            self._replies = queue.SimpleQueue()
            listening = (cast(BinaryIO, self._process.stdout), self._replies)
            threading.Thread(target=_listen, args=listening, daemon=True).start()
        return self._process


def _started(memory_bytes: int) -> subprocess.Popen[bytes]:
    above = str(Path(assistant.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (above, os.environ.get("PYTHONPATH"))))
    script = f"from assistant.indexing.reading_worker import main; main({memory_bytes})"
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl+C is for the program, which then closes this one
    )


def _listen(stream: BinaryIO, replies: queue.SimpleQueue[bytes | None]) -> None:
    try:
        while (encoded := receive(stream)) is not None:
            replies.put(encoded)
    except (OSError, ValueError):  # closed while it was read
        pass
    replies.put(None)
