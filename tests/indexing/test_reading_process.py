"""Files are read in a process that may die of them; nothing else does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import UnreadableFile
from assistant.indexing.reading_process import ReadFile, ReadingHere, ReadingProcess

TEXT = b"# Memory\n\nDDR4 is trained first. ECC follows.\n"

# Stands in for the reader of .txt files in the process that the test starts.
BAD_READER = """
import os, time
from assistant.documents import readers, steps
from dataclasses import replace

def read(path, data):
    what = data.decode()
    if what == "hang":
        time.sleep(60)
    if what == "crash":
        os.kill(os.getpid(), 11)
    if what == "swell":
        bytearray(8 << 30)
    if what == "print":
        print("\\x1b]52;c;aGFjaw==\\x07" * 10_000, flush=True)
    if what == "pages":
        for page in range(1, 8):
            time.sleep(0.4)
            steps.page_begun(page)
    return original(path, b"Some text.")

original = readers.READERS["plain"].read
readers.READERS["plain"] = replace(readers.READERS["plain"], read=read)
"""


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReadingProcess]:
    (tmp_path / "sitecustomize.py").write_text(BAD_READER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = ReadingProcess(stall_s=2.0)
    yield made
    made.close()


def read(reading: ReadingProcess | ReadingHere, path: str, data: bytes) -> ReadFile:
    pages = reading.read(path, data)
    while True:
        try:
            next(pages)
        except StopIteration as stop:
            read_file: ReadFile = stop.value
            return read_file


def test_it_reads_what_is_read_here() -> None:
    reading = ReadingProcess()
    try:
        for path, data in (
            ("a.md", TEXT),
            ("b.txt", "复位后读取。第二句。".encode()),
            ("c.md", TEXT),
        ):
            assert read(reading, path, data) == read(ReadingHere(), path, data)
    finally:
        reading.close()


def test_an_unreadable_file_says_the_same_as_here(reading: ReadingProcess) -> None:
    said = []
    for where in (reading, ReadingHere()):
        with pytest.raises(UnreadableFile) as caught:
            read(where, "a.md", bytes(range(256)) * 40)
        said.append((caught.value.message, caught.value.hint))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("what", "says"),
    [("hang", "no progress for 2 s"), ("crash", "crashed"), ("swell", "too much memory")],
)
def test_a_reader_out_of_hand_costs_its_file_and_the_next_is_read(
    reading: ReadingProcess, what: str, says: str
) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read(reading, "bad.txt", what.encode())
    assert read(reading, "a.md", TEXT) == read(ReadingHere(), "a.md", TEXT)


def test_what_parsers_print_reaches_nobody(
    reading: ReadingProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    assert read(reading, "a.txt", b"print")[0].text == "Some text."
    assert capfd.readouterr() == ("", "")


def test_pages_are_a_sign_of_life(reading: ReadingProcess) -> None:
    # Longer in all than the limit, never between two pages.
    assert list(reading.read("a.txt", b"pages")) == list(range(1, 8))


def test_losing_interest_ends_the_process(reading: ReadingProcess) -> None:
    pages = reading.read("a.txt", b"pages")
    next(pages)
    process = reading._process
    assert process is not None
    pages.close()
    assert process.poll() is not None
    assert read(reading, "a.md", TEXT) == read(ReadingHere(), "a.md", TEXT)


def test_a_process_killed_between_files_is_started_anew(reading: ReadingProcess) -> None:
    first = read(reading, "a.md", TEXT)
    assert reading._process is not None
    os.kill(reading._process.pid, signal.SIGKILL)
    reading._process.wait()
    assert read(reading, "a.md", TEXT) == first
