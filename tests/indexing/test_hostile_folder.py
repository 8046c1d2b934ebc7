"""A folder of everything that can be wrong with files: each is a row, the rest is indexed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.indexing.reading_process import ReadingProcess
from tests.builders import Corpus, failures_of, report_of
from tests.documents.pdf_files import Page, bomb, encrypted, endless_pages, manual, pdf

GOOD = "# Memory\n\nDDR4 is trained first.\n"


BAD: dict[str, bytes] = {
    "empty.md": b"",
    "binary.txt": bytes(range(256)) * 50,
    "pdf-inside.md": b"%PDF-1.7\n" + b"\x00\x01" * 500,
    "truncated.pdf": manual(3)[:700],
    "encrypted.pdf": encrypted(),
    "scanned.pdf": pdf([Page(), Page()]),
    "loop.pdf": endless_pages(),
    "bomb.pdf": bomb(50_000_000),
    "none.pdf": b"",
}
ODD: dict[str, bytes] = {
    "deep.html": b"<div>" * 50_000 + b"Deep words." + b"</div>" * 50_000,
    "deep.md": b"> " * 5_000 + b"Quoted words.",
    "entities.html": b"<p>&lt;&#x1b;[2J&amp;</p><p>Words.</p>" * 100,
    "one-line.txt": b"register field value " * 100_000,
    "mixed.txt": b"Memory is trained. " + "内存初始化。".encode("gbk") * 20,
    "utf16.txt": "Memory is trained first.".encode("utf-16"),
    "surrogates.txt": b"Words \xed\xa0\x80 and more words here.",
    "controls.md": b"Words \x1b]52;c;aGk=\x07 here.\r\rMore \x9b2J words.",
    "crlf.md": b"# A\r\n\r\nWords here.\r\n",
    "braces.h": b"/* Words here. */ " + b"{" * 50_000,
    "quotes.py": b'"""Words here.' + b"(" * 20_000,
}


@pytest.fixture
def made(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path, max_file_bytes=2**22, reading=ReadingProcess(stall_s=30))
    corpus.write({"good.md": GOOD, "last.md": GOOD, **BAD, **ODD})
    return corpus


def test_every_bad_file_is_a_row_and_everything_else_is_read(made: Corpus) -> None:
    events = made.refresh()
    failed = {failure.document: failure.reason for failure in failures_of(events)}
    assert set(failed) >= set(BAD)
    assert all(failed.values())
    report = report_of(events)
    indexed = {document.path for document in made.snapshot().documents()}
    assert indexed | set(failed) == {"good.md", "last.md", *BAD, *ODD}
    assert {"good.md", "last.md", "one-line.txt", "utf16.txt", "controls.md"} <= indexed
    assert report.documents == len(indexed)
    assert made.report().added == 0  # nothing of it is tried again in vain


def test_what_is_no_file_is_never_opened(made: Corpus) -> None:
    os.mkfifo(made.folder / "pipe.md")
    (made.folder / "device.md").symlink_to("/dev/zero")
    (made.folder / "loop").symlink_to(made.folder)
    (made.folder / "dangling.md").symlink_to(made.folder / "nowhere.md")
    (made.folder / "new\nline.md").write_text(GOOD)
    events = made.refresh()
    paths = {document.path for document in made.snapshot().documents()}
    assert not paths & {"pipe.md", "device.md", "dangling.md"}
    assert not any(path.startswith("loop/") for path in paths)
    assert any("rename it" in failure.reason for failure in failures_of(events))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_a_row(made: Corpus) -> None:
    (made.folder / "good.md").chmod(0)
    assert "good.md" in {failure.document for failure in failures_of(made.refresh())}
