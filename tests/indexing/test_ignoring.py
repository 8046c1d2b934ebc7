"""What a folder's owner wants left out is left out, by the rules of .gitignore."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.indexing.ignoring import Selection
from assistant.indexing.scanning import scan_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = ("a.md", "b.md", "build/a.md", "build/deep/c.txt", "src/a.md", "src/build/a.md")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    return tmp_path


def left(folder: Path, selection: Selection | None = None) -> list[str]:
    found, failed = scan_folder(folder, selection)
    assert failed == []
    return [file.path for file in found]


@pytest.mark.parametrize("name", [".gitignore", ".assistantignore"])
@pytest.mark.parametrize(
    ("rules", "gone"),
    [
        ("build/", {"build/a.md", "build/deep/c.txt", "src/build/a.md"}),
        ("/build/", {"build/a.md", "build/deep/c.txt"}),
        ("a.md\n!src/a.md", {"a.md", "build/a.md", "src/build/a.md"}),
        ("*.md\n# *.txt", {"a.md", "b.md", "build/a.md", "src/a.md", "src/build/a.md"}),
        ("build/*\n!build/deep/", {"build/a.md"}),
        ("", set()),
    ],
)
def test_patterns_mean_what_they_mean_to_git(
    folder: Path, name: str, rules: str, gone: set[str]
) -> None:
    everything = set(left(folder))
    (folder / name).write_text(rules)
    assert set(left(folder)) == everything - gone


def test_a_deeper_file_has_the_last_word_and_reaches_no_higher(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.md")
    (folder / "src" / ".gitignore").write_text("!a.md\nb.md")
    assert left(folder) == ["build/deep/c.txt", "src/a.md", "src/build/a.md"]


def test_our_own_ignore_file_overrules_gits(folder: Path) -> None:
    (folder / ".gitignore").write_text("build/\na.md")
    (folder / ".assistantignore").write_text("!a.md\nb.md")
    assert left(folder) == ["a.md", "src/a.md"]


def test_the_settings_globs_include_and_exclude(folder: Path) -> None:
    assert left(folder, Selection(include=("src/**",))) == ["src/a.md", "src/build/a.md"]
    assert left(folder, Selection(include=("*.txt",))) == ["build/deep/c.txt"]
    assert left(folder, Selection(exclude=("build/", "b.md"))) == ["a.md", "src/a.md"]
    assert left(folder, Selection(("src/",), ("build",))) == ["src/a.md"]


def test_an_ignore_file_of_any_bytes_does_no_harm(folder: Path) -> None:
    (folder / ".gitignore").write_bytes(b"\xff\xfe[\n\x00\n***/[z-a]\nb.md\n")
    assert "b.md" not in left(folder)
    assert "a.md" in left(folder)
