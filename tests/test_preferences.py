"""The default of one folder: before the settings, after the command line, and removable."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.folders import Folders
from assistant.paths import Paths
from assistant.settings import ChromaSettings, SearchSettings, Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("The lock bit is set before the first driver runs.")
    return docs


def opened(home: Path, folder: Path, mode: str = "late", pooling: str = "") -> Workspace:
    search = SearchSettings(mode=mode, pooling=pooling)
    settings = Settings(search=search, chroma=ChromaSettings(enabled=False))
    return Workspace(settings, Paths.below(home), folder, HashingEncoder.load)


def searched_by(workspace: Workspace, mode: str = "", pooling: str = "") -> tuple[str, str]:
    list(workspace.index())
    trace = workspace.retrieve("lock", mode, pooling)
    return trace.mode, trace.pooling


def test_the_folder_s_default_goes_before_the_settings(home_with_model: Path, folder: Path) -> None:
    workspace = opened(home_with_model, folder, "hybrid", "cls")
    assert searched_by(workspace) == ("hybrid", "cls")
    workspace.make_default("sentence", "max")
    assert searched_by(workspace) == ("sentence", "max")
    assert searched_by(opened(home_with_model, folder, "hybrid", "cls")) == ("sentence", "max")


def test_what_is_named_for_one_question_goes_before_both(
    home_with_model: Path, folder: Path
) -> None:
    workspace = opened(home_with_model, folder)
    workspace.make_default("sentence", "max")
    assert searched_by(workspace, "bm25", "cls") == ("bm25", "cls")


def test_it_can_be_removed(home_with_model: Path, folder: Path) -> None:
    workspace = opened(home_with_model, folder, "hybrid", "cls")
    workspace.make_default("sentence", "max")
    workspace.defaults.forget()
    workspace.defaults.forget()  # nothing to remove is no fault
    assert searched_by(workspace) == ("hybrid", "cls")
    assert searched_by(opened(home_with_model, folder, "hybrid", "cls")) == ("hybrid", "cls")


def test_another_folder_keeps_its_own(home_with_model: Path, folder: Path) -> None:
    opened(home_with_model, folder).make_default("sentence", "max")
    other = folder.parent / "other"
    other.mkdir()
    (other / "b.md").write_text("Another lock.")
    assert searched_by(opened(home_with_model, other)) == ("late", "mean")


def test_the_trained_pooling_stays_the_trained_one_whichever_model_comes(
    home_with_model: Path, folder: Path
) -> None:
    workspace = opened(home_with_model, folder)
    workspace.make_default("sentence", workspace.model.trained_pooling)
    assert workspace.settings.search.pooling == ""


def test_a_pooling_that_was_chosen_under_another_model_is_left_alone(
    home_with_model: Path, folder: Path
) -> None:
    workspace = opened(home_with_model, folder)
    workspace.make_default("sentence", "max")
    file = workspace.defaults.file
    file.write_text(file.read_text().replace("all-MiniLM-L6-v2", "another-model"))
    again = opened(home_with_model, folder)
    assert searched_by(again) == ("sentence", "mean")


@pytest.mark.parametrize(
    "content", ["{torn", '{"mode": "hybird"}', '{"mode": "late", "pooling": "best"}', '{"m": 1}']
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    home_with_model: Path, folder: Path, content: str
) -> None:
    file = Paths.below(home_with_model).preferences_file(Folders.of(folder))
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(SettingsError, match=r"preferences\.json") as raised:
        opened(home_with_model, folder)
    assert "delete that file" in raised.value.hint
