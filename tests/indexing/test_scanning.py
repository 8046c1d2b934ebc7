"""Which files of a folder are looked at, and which never are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.folders import check_folder
from assistant.indexing.scanning import scan_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("text")


def paths(folder: Path) -> list[str]:
    return [file.path for file in scan_folder(folder)[0]]


def test_files_below_the_folder_by_path_hidden_ones_left_out(folder: Path) -> None:
    put(folder, "b.md", "a/z.txt", "a/b/c.rst", ".hidden.md", ".git/x.md", "a/.x/y.md")
    assert paths(folder) == ["a/b/c.rst", "a/z.txt", "b.md"]


def test_a_link_out_of_the_folder_is_not_followed_and_one_inside_is(
    folder: Path, tmp_path: Path
) -> None:
    put(tmp_path, "secret.md")
    put(tmp_path / "elsewhere", "x.md")
    put(folder, "real.md")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "dir").symlink_to(tmp_path / "elsewhere")
    (folder / "in.md").symlink_to(folder / "real.md")
    (folder / "loop").symlink_to(folder)
    (folder / "broken.md").symlink_to(folder / "nothing")
    assert paths(folder) == ["in.md", "real.md"]


def test_pipes_and_devices_are_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    (folder / "null.md").symlink_to("/dev/null")
    (folder / "dir.md").mkdir()
    put(folder, "a.md")
    assert paths(folder) == ["a.md"]


@pytest.mark.parametrize("name", ["[@click=app.quit].md", "a  b.md", "内存 ☂.md"])
def test_any_name_that_is_text_is_a_path(folder: Path, name: str) -> None:
    (folder / name).write_text("text")
    files, failed = scan_folder(folder)
    assert ([file.path for file in files], failed) == ([name], [])


@pytest.mark.parametrize("name", ["a\nb.md", "\x1b[31mred.md", "a\u202egpj.md"])
def test_a_name_that_would_act_on_a_terminal_is_a_failure(folder: Path, name: str) -> None:
    (folder / name).write_text("text")
    put(folder, "z.md")
    files, failed = scan_folder(folder)
    assert [file.path for file in files] == ["z.md"]
    (failure,) = failed
    assert "rename it" in failure.reason
    assert failure.document.isprintable()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_text_is_a_failure_that_can_be_printed(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/caf\xe9.md", "w") as file:
        file.write("text")
    put(folder, "a.md")
    files, failed = scan_folder(folder)
    assert [file.path for file in files] == ["a.md"]
    (failure,) = failed
    assert failure.document.encode("utf-8").endswith(b".md")
    assert "rename it" in failure.reason


def test_a_folder_that_cannot_be_used_is_named_with_the_cure(folder: Path) -> None:
    put(folder, "a.md")
    with pytest.raises(UsageError, match="does not exist") as caught:
        check_folder(folder / "nothing")
    assert str(folder / "nothing") in caught.value.message
    with pytest.raises(UsageError, match="not a folder") as caught:
        check_folder(folder / "a.md")
    assert caught.value.hint


def test_an_empty_folder_has_no_files(folder: Path) -> None:
    assert scan_folder(folder) == ([], [])
