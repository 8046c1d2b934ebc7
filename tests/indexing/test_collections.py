"""Several folders as one index: the ranks of one that holds them all, and nothing encoded twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.folders import Folders
from assistant.indexing.database import opened
from assistant.indexing.verifying import verify
from assistant.paths import Paths
from assistant.records import FileFailed, IndexFinished, IndexReport, Scope, StageStarted
from assistant.settings import ChromaSettings, Settings
from assistant.workspace import MODES, Workspace
from tests.fakes import HashingEncoder

QUESTION = "In which order are the mode registers written?"
SPECS = {
    "ddr/memory.md": "# Memory\n\nMode registers are written from MR3 down to MR0. ZQ follows.\n",
    "flash.txt": "The flash is mapped below four gigabytes. Its mode register is written once.",
}
NOTES = {
    "memory.md": "# Notes\n\nThe order of the mode registers was wrong in revision B.\n",
    "same.txt": "The flash is mapped below four gigabytes.",
}


class CountingEncoder(HashingEncoder):
    """Knows what it was asked to encode."""

    texts: list[str] = []  # noqa: RUF012  (of all of them: each workspace loads one of its own)

    def encode(self, texts: Any, *rest: Any, **named: Any) -> Any:
        self.texts.extend(texts)
        return super().encode(texts, *rest, **named)


def put(folder: Path, documents: dict[str, str]) -> Path:
    for name, text in documents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def workspace(home: Path, *folders: Path) -> Workspace:
    settings = Settings(chroma=ChromaSettings(enabled=False))
    return Workspace(settings, Paths.below(home), Folders.of(*folders), load=CountingEncoder.load)


def indexed(home: Path, *folders: Path) -> tuple[Workspace, IndexReport, list[str], list[str]]:
    """The workspace, its report, the stages that were told and the texts that were encoded."""
    asked = workspace(home, *folders)
    CountingEncoder.texts.clear()
    events = list(asked.index())
    report = events[-1]
    assert isinstance(report, IndexFinished)
    stages = [event.stage for event in events if isinstance(event, StageStarted)]
    return asked, report.report, stages, list(CountingEncoder.texts)


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    return put(tmp_path / "specs", SPECS)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return put(tmp_path / "notes", NOTES)


def ranks(opened: Workspace, mode: str) -> list[tuple[str, str, int, float]]:
    """Scores to five digits: a text encoded in another batch differs in the last bits."""
    trace = opened.compare(opened.retrieve(QUESTION, mode))
    return [(hit.place.document, hit.sentence, hit.rank, round(hit.score, 5)) for hit in trace.hits]


def test_every_rank_is_that_of_one_folder_which_holds_them_all(
    home_with_model: Path, tmp_path: Path, specs: Path, notes: Path
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(specs, whole / "specs")
    shutil.copytree(notes, whole / "notes")
    together, report, _, _ = indexed(home_with_model, specs, notes)
    alone, as_one, _, _ = indexed(home_with_model, whole)
    assert report.documents == as_one.documents == 4
    for mode in MODES:
        assert ranks(together, mode) == ranks(alone, mode)


def test_a_question_can_be_asked_of_one_collection(
    home_with_model: Path, specs: Path, notes: Path
) -> None:
    together, *_ = indexed(home_with_model, specs, notes)
    together.scope = Scope(collections=("notes",))
    hits = together.retrieve(QUESTION).hits
    assert {hit.place.document for hit in hits} == {"notes/memory.md", "notes/same.txt"}
    together.scope = Scope(collections=("notes",), paths=("*.txt",))
    assert {h.place.document for h in together.retrieve(QUESTION).hits} == {"notes/same.txt"}
    assert together.scope.in_words == "in notes · path *.txt"


def test_the_file_of_a_document_is_found_in_its_own_folder_alone(
    home_with_model: Path, specs: Path, notes: Path
) -> None:
    together, *_ = indexed(home_with_model, specs, notes)
    assert together.source_file("notes/memory.md") == notes / "memory.md"
    for path in ("notes/../specs/../../etc", "notes/none.md", "elsewhere/memory.md"):
        with pytest.raises(UsageError, match="no longer"):
            together.source_file(path)


class TestAnIndexThatHoldsSomeOfThem:
    def test_is_copied_and_only_the_added_folder_is_encoded(
        self, home_with_model: Path, specs: Path, notes: Path
    ) -> None:
        _, _, _, first = indexed(home_with_model, specs)
        together, report, stages, added = indexed(home_with_model, specs, notes)
        assert "copying what is known of specs" in stages
        assert first
        assert added
        assert not any("MR3" in text for text in added)
        assert (report.documents, report.added, report.removed) == (4, 2, 0)
        assert {hit.place.document for hit in together.retrieve(QUESTION).hits} == {
            *(f"specs/{name}" for name in SPECS),
            *(f"notes/{name}" for name in NOTES),
        }
        _assert_whole(together)

    def test_gives_the_ranks_of_one_made_anew(
        self, home_with_model: Path, tmp_path: Path, specs: Path, notes: Path
    ) -> None:
        anew = tmp_path / "other-home"
        shutil.copytree(home_with_model, anew)
        indexed(home_with_model, specs)
        copied, *_ = indexed(home_with_model, specs, notes)
        made, *_ = indexed(anew, specs, notes)
        for mode in MODES:
            assert ranks(copied, mode) == ranks(made, mode)

    def test_serves_one_of_its_folders_alone_without_a_word_encoded(
        self, home_with_model: Path, specs: Path, notes: Path
    ) -> None:
        indexed(home_with_model, specs, notes)
        alone, report, _, encoded = indexed(home_with_model, notes)
        assert encoded == []
        assert report.documents == 2
        assert {hit.place.document for hit in alone.retrieve(QUESTION).hits} == set(NOTES)
        _assert_whole(alone)

    def test_a_path_may_take_the_name_that_another_had(
        self, home_with_model: Path, tmp_path: Path, notes: Path
    ) -> None:
        nested = put(tmp_path / "x", {"a.md": "One is first.", "x/a.md": "Two is second."})
        indexed(home_with_model, nested)
        together, report, _, _ = indexed(home_with_model, nested, notes)
        assert report.documents == 4
        assert together.document("x/a.md").text.strip() == "One is first."
        assert together.document("x/x/a.md").text.strip() == "Two is second."

    def test_is_left_alone_where_a_writer_died_in_it(
        self, home_with_model: Path, specs: Path, notes: Path
    ) -> None:
        alone, *_ = indexed(home_with_model, specs)
        (alone.index_path / "writer").write_text("process 1 on elsewhere")
        _, report, stages, _ = indexed(home_with_model, specs, notes)
        assert not any(stage.startswith("copying") for stage in stages)
        assert report.documents == 4
        assert (alone.index_path / "writer").exists()

    def test_is_no_obstacle_where_it_is_broken(
        self, home_with_model: Path, specs: Path, notes: Path
    ) -> None:
        alone, *_ = indexed(home_with_model, specs)
        for file in (alone.index_path / "vectors").iterdir():
            file.unlink()
        together, report, _, _ = indexed(home_with_model, specs, notes)
        assert report.documents == 4
        _assert_whole(together)


def test_a_folder_that_cannot_be_listed_any_more_ends_no_document(
    home_with_model: Path, specs: Path, notes: Path
) -> None:
    together, *_ = indexed(home_with_model, specs, notes)
    moved = notes.rename(notes.with_name("elsewhere"))
    with pytest.raises(UsageError, match="does not exist"):
        list(together.index())
    assert together.snapshot().n_sentences == 6
    moved.rename(notes)
    events = list(together.index())
    assert not [event for event in events if isinstance(event, FileFailed)]


def _assert_whole(opened_: Workspace) -> None:
    index = opened_.index_path
    with opened(index / "catalogue.db") as database:
        assert [
            f.detail for f in verify(database, index, opened_.model.dimension) if not f.ok
        ] == []
