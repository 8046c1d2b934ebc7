"""Whatever befell an index on disk: the next run mends it, says so, and keeps what is whole."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexFault
from assistant.indexing.database import opened
from assistant.indexing.verifying import verify
from assistant.paths import Paths
from assistant.records import (
    FolderScanned,
    IndexEvent,
    IndexFinished,
    IndexReport,
    NoticeGiven,
)
from assistant.settings import ChromaSettings, IndexSettings, Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

FILES = {
    "memory.md": "# Memory\n\nDDR4 is trained first. ECC follows the training.\n",
    "pci.md": "# PCI\n\nBridges take their numbers first. Windows follow.\n",
    "boot.txt": "The boot block verifies the volume. It never returns.\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "docs" / name).write_text(text)
    return tmp_path


def opened_on(root: Path, **index: object) -> Workspace:
    settings = Settings(
        index=IndexSettings(**index),  # type: ignore[arg-type]
        chroma=ChromaSettings(enabled=False),
    )
    return Workspace(settings, Paths.below(root / "home"), root / "docs", HashingEncoder.load)


def told(run: object) -> tuple[list[str], IndexReport]:
    events: list[IndexEvent] = list(run)  # type: ignore[call-overload]
    (report,) = (event.report for event in events if isinstance(event, IndexFinished))
    return [event.text for event in events if isinstance(event, NoticeGiven)], report


def faults(workspace: Workspace) -> list[str]:
    with opened(workspace.index_path / "catalogue.db") as database:
        found = verify(database, workspace.index_path, workspace.model.dimension)
        return [finding.name for finding in found if not finding.ok]


def answers(workspace: Workspace) -> list[tuple[str, str]]:
    trace = workspace.retrieve("What is trained first?", "hybrid")
    return [(hit.place.document, hit.sentence) for hit in trace.hits]


def _scribble(file: Path, at: int, n: int = 64) -> None:
    with file.open("r+b") as stream:
        stream.seek(at)
        stream.write(b"\x5a" * n)


def _shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _no_header(index: Path) -> None:
    _scribble(index / "catalogue.db", 0)


def _no_pages(index: Path) -> None:
    for name in ("catalogue.db-wal", "catalogue.db-shm"):
        (index / name).unlink(missing_ok=True)
    _scribble(index / "catalogue.db", 4096, 60_000)


def _no_catalogue(index: Path) -> None:
    for file in index.glob("catalogue.db*"):
        file.unlink()


def _half_a_matrix(index: Path) -> None:
    _shorten(index / "vectors" / "passage.mean.f32")


def _half_the_tokens(index: Path) -> None:
    _shorten(index / "vectors" / "sentence.tokens.f16")


def _no_vectors(index: Path) -> None:
    shutil.rmtree(index / "vectors")


def _half_the_words(index: Path) -> None:
    for file in index.glob("lexical-*"):
        _shorten(file)


@pytest.mark.parametrize(
    "damage",
    [_no_header, _no_pages, _half_a_matrix, _half_the_tokens, _no_vectors, _half_the_words],
)
def test_a_damaged_index_is_whole_after_the_next_run(
    root: Path, damage: Callable[[Path], None]
) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    expected = answers(workspace)
    (workspace.index_path / "writer").write_text("process 1 on elsewhere")  # it was killed
    damage(workspace.index_path)
    workspace = opened_on(root)
    notices, report = told(workspace.index())
    assert bool(notices) == (damage is not _half_the_words)  # a cache is no news
    assert report.documents == len(FILES)
    assert answers(workspace) == expected
    assert faults(workspace) == []


def test_only_documents_that_lost_vectors_are_read_again(root: Path) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    (root / "docs" / "late.md").write_text("A late document. It is last in every file.")
    told(workspace.index())
    matrix = workspace.index_path / "vectors" / "sentence.mean.f32"
    with matrix.open("r+b") as stream:
        stream.truncate(matrix.stat().st_size - 1)
    notices, report = told(opened_on(root).index())
    assert "1 documents had lost vectors" in notices[0]
    assert (report.added, report.unchanged) == (1, len(FILES))


def test_without_a_new_run_a_damaged_index_is_an_error_with_the_cure(root: Path) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    _half_a_matrix(workspace.index_path)
    with pytest.raises(IndexFault) as caught:
        opened_on(root).retrieve("What is trained first?", "passage")
    assert "index the folder again" in caught.value.hint


# ── what only looking finds ──


def _not_a_unit(index: Path) -> None:
    _scribble(index / "vectors" / "sentence.max.f32", 0)


def _not_a_number(index: Path) -> None:
    file = index / "vectors" / "contextual.mean.f32"
    values = np.fromfile(file, np.float32)
    values[5] = np.nan
    values.tofile(file)


def _edited(statement: str) -> Callable[[Path], None]:
    def edit(index: Path) -> None:
        with sqlite3.connect(index / "catalogue.db") as database:
            database.execute(statement)
        database.close()

    return edit


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (_not_a_unit, "index vectors"),
        (_not_a_number, "index vectors"),
        (_edited("UPDATE sentences SET start = start + 1 WHERE id = 2"), "index text"),
        (_edited("UPDATE sentences SET text = 'Other.' WHERE id = 2"), "index text"),
        (_edited("UPDATE sentences SET vector_row = 0"), "index rows"),
        (_edited("UPDATE sentences SET contextual_row = 99 WHERE id = 1"), "index rows"),
        (_edited("DELETE FROM texts"), "index text"),
        (_edited("INSERT INTO vector_rows VALUES ('sentence', x'00', 3)"), "index rows"),
    ],
)
def test_doctor_finds_what_breaks_a_law_and_repair_mends_it(
    root: Path, damage: Callable[[Path], None], found: str
) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    expected = answers(workspace)
    assert faults(workspace) == []
    damage(workspace.index_path)
    assert found in faults(workspace)
    assert [check.name for check in workspace.diagnose() if not check.ok and check.hint]
    workspace = opened_on(root)
    notices, report = told(workspace.repair_index())
    assert any(notice.startswith("repairing: ") for notice in notices)
    assert report.documents == len(FILES)
    assert faults(workspace) == []
    assert answers(workspace) == expected


def test_words_that_do_not_match_are_found_and_made_anew(root: Path) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    expected = answers(workspace)
    (cached,) = workspace.index_path.glob("lexical-*.npz")
    with np.load(cached) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["weights"] = arrays["weights"] * 2
    np.savez(cached, **arrays)
    assert faults(workspace) == ["index words"]
    workspace = opened_on(root)
    told(workspace.repair_index())
    assert answers(workspace) == expected
    assert faults(workspace) == []


# ── several indexes of one folder ──


def test_another_kind_of_passages_is_another_index_whose_price_is_told(root: Path) -> None:
    first = opened_on(root)
    assert told(first.index())[0] == []
    second = opened_on(root, passages="window")
    (notice,) = told(second.index())[0]
    assert "needs an index of its own: about 6 sentences" in notice
    assert told(opened_on(root).index())[1].unchanged == len(FILES)  # the first one is kept
    assert {index.passages for index in first.stored_indexes()} == {"heading", "window"}


def test_the_index_of_another_version_goes_once_the_new_one_is_there(root: Path) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    older = workspace.index_path.with_name("all-MiniLM-L6-v2-0123456789ab")
    shutil.copytree(workspace.index_path, older)
    (older / "identity.json").write_text('{"model": "all-MiniLM-L6-v2", "versions": {}}')
    (notice,) = told(opened_on(root).index())[0]
    assert "another version" in notice
    assert not older.exists()
    assert answers(workspace)


def test_purging_leaves_no_word_of_the_documents(root: Path) -> None:
    workspace = opened_on(root)
    told(workspace.index())
    told(opened_on(root, passages="window").index())
    workspace.purge([i for i in workspace.stored_indexes() if i.folder != workspace.index_path])
    assert answers(workspace)
    workspace.purge(workspace.stored_indexes())
    assert workspace.stored_indexes() == []
    left = [file for file in (root / "home").rglob("*") if file.is_file()]
    assert not any(b"trained first" in file.read_bytes() for file in left)
    assert told(workspace.index())[1].added == len(FILES)


def test_an_index_that_another_program_begins_is_not_taken_for_an_outdated_one(root: Path) -> None:
    first = opened_on(root)
    told(first.index())
    begun = opened_on(root, passages="window")
    run = begun.index()
    while not isinstance(next(run), FolderScanned):
        pass  # begun, and not one document is in it yet
    assert [index.is_outdated for index in first.stored_indexes()] == [False, False]
    rest = list(run)
    assert isinstance(rest[-1], IndexFinished)
    assert (begun.index_path / "catalogue.db").is_file()
