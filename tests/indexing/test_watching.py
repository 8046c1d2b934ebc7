"""A save in the folder is heard of; what no scan would look at is not."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.folders import Folders
from assistant.indexing.watching import watched_changes

HEARD_S = 10.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "sub").mkdir(parents=True)
    (made / "a.md").write_text("Some text.")
    (made / ".git").mkdir()
    return made


@pytest.fixture
def heard(folder: Path) -> Iterator[queue.Queue[int]]:
    """What a watcher of the folder says, once it is known to listen."""
    said: queue.Queue[int] = queue.Queue()
    stop = threading.Event()

    def listen() -> None:
        for n_paths in watched_changes(Folders.of(folder), stop):
            said.put(n_paths)

    thread = threading.Thread(target=listen)
    thread.start()
    for i in range(100):  # the watcher says nothing of when it begins to listen
        (folder / "start.md").write_text(f"{i}")
        try:
            said.get(timeout=1.0)
            break
        except queue.Empty:
            continue
    while not said.empty():
        said.get()
    yield said
    stop.set()
    thread.join(HEARD_S)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.md").write_text("Other text."),
        lambda folder: (folder / "a.md").unlink(),
        lambda folder: (folder / "a.md").rename(folder / "b.md"),
        lambda folder: (folder / "sub" / "deep.txt").write_text("Deep text."),
        lambda folder: (folder / ".gitignore").write_text("*.txt"),
    ],
)
def test_a_change_is_heard_of(
    folder: Path, heard: queue.Queue[int], change: Callable[[Path], object]
) -> None:
    change(folder)
    assert heard.get(timeout=HEARD_S) >= 1


def test_what_nobody_reads_is_not(folder: Path, heard: queue.Queue[int]) -> None:
    (folder / "image.png").write_bytes(b"\x89PNG")
    (folder / ".git" / "index.md").write_text("inside of git")
    (folder / ".a.md.swp").write_text("an editor's")
    (folder / "a.md").write_text("The last of all.")
    assert heard.get(timeout=HEARD_S) == 1
