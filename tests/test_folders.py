"""One folder or several: names of collections, paths of their documents, what cannot be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.folders import Folders
from assistant.paths import Paths


def made(root: Path, *names: str) -> list[Path]:
    folders = [root / name for name in names]
    for folder in folders:
        folder.mkdir(parents=True)
    return folders


def test_one_folder_is_no_collection_and_its_paths_are_its_own(tmp_path: Path) -> None:
    (folder,) = made(tmp_path, "specs")
    folders = Folders.of(folder)
    assert folders.names == ()
    assert folders.label == "specs"
    assert folders.file("a/b.md") == folder / "a/b.md"
    assert folders.path("", "a/b.md") == "a/b.md"


def test_of_several_each_document_is_below_the_name_of_its_folder(tmp_path: Path) -> None:
    specs, notes = made(tmp_path, "specs", "notes")
    folders = Folders.of(specs, notes)
    assert folders.names == ("notes", "specs")
    assert folders.file("specs/a/b.md") == specs / "a/b.md"
    assert folders.path("specs", "a/b.md") == "specs/a/b.md"
    assert folders.path("specs", ".") == "specs"
    with pytest.raises(KeyError):
        folders.file("elsewhere/a.md")


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    first, second = made(tmp_path, "a/docs", "b/docs")
    folders = Folders.of(second, first, first)
    assert folders.collections == {"docs": first, "docs-2": second}


def test_the_order_in_which_they_are_named_makes_no_other_index(tmp_path: Path) -> None:
    first, second = made(tmp_path, "a", "b")
    paths = Paths.below(tmp_path / "home")
    one, other = Folders.of(first, second), Folders.of(second, first)
    assert paths.indexes_of(one) == paths.indexes_of(other)
    assert paths.indexes_of(one) != paths.indexes_of(Folders.of(first))


def test_a_folder_within_another_is_refused(tmp_path: Path) -> None:
    outer, inner = made(tmp_path, "specs", "specs/uefi")
    with pytest.raises(UsageError, match="is within"):
        Folders.of(inner, outer)


def test_a_name_that_is_no_collection_is_told_with_those_that_are(tmp_path: Path) -> None:
    folders = Folders.of(*made(tmp_path, "specs", "notes"))
    assert folders.chosen(["notes"]) == ("notes",)
    with pytest.raises(UsageError) as caught:
        folders.chosen(["spec"])
    assert "notes, specs" in caught.value.hint


def test_what_is_written_after_a_command_is_quoted_for_the_shell(tmp_path: Path) -> None:
    (folder,) = made(tmp_path, "my specs")
    assert Folders.of(folder).in_words == f"'{folder}'"
    assert Folders.of(folder).as_options == f"--docs '{folder}'"


def test_what_was_opened_last_is_remembered_as_far_as_it_is_there(tmp_path: Path) -> None:
    first, second = made(tmp_path, "a", "b")
    paths = Paths.below(tmp_path / "home")
    assert paths.remembered_folders() == ()
    paths.remember_folders(Folders.of(first, second))
    assert paths.remembered_folders() == (first, second)
    second.rmdir()
    assert paths.remembered_folders() == (first,)
