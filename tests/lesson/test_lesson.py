"""The lesson: its numbers are the program's own, and its text says what they say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from assistant.embedding.known_models import KNOWN_MODELS
from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.lesson.documents import CHAPTER, DOCUMENTS, lesson_documents
from assistant.lesson.toy import worked_toy
from assistant.lesson.trained import models_by_pooling
from assistant.paths import Paths
from assistant.records import IndexFinished, Lesson, LessonFinished
from assistant.retrieval.modes import MODES
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

pytestmark = pytest.mark.xdist_group("lesson")  # which is given once for all

REPOSITORY = Path(__file__).parents[2]


def given(home: Path, folder: Path) -> Lesson:
    workspace = Workspace(Settings(), Paths.below(home), folder, HashingEncoder.load)
    *before, last = workspace.lesson()
    assert isinstance(last, LessonFinished)
    assert any(isinstance(event, IndexFinished) for event in before)
    return last.lesson


@pytest.fixture(scope="module")
def lesson(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    home = tmp_path_factory.mktemp("lesson-home")
    (home / "cache").mkdir()
    (home / "cache" / "models").symlink_to(model_cache)
    return given(home, tmp_path_factory.mktemp("docs"))


def test_the_toy_is_the_one_that_can_be_added_up_by_hand() -> None:
    toy = worked_toy()
    by_name = {each.pooling: each for each in toy.poolings}
    assert by_name["mean"].whole == pytest.approx((0.36, 0.54, 0.10))
    assert by_name["mean"].alone == pytest.approx((0.85, 0.15, 0.0))
    length = np.sqrt(0.36**2 + 0.54**2 + 0.1**2)
    assert by_name["mean"].cosine_whole == pytest.approx(0.36 / length, abs=1e-6)
    assert by_name["cls"].whole == pytest.approx((0.9, 0.1, 0.0))
    assert by_name["max"].whole == pytest.approx((0.9, 0.9, 0.2))
    assert by_name["lasttoken"].whole == pytest.approx((0.1, 0.7, 0.2))
    weighted = np.arange(1, 6) @ np.array(toy.tokens) / 15
    assert by_name["weightedmean"].whole == pytest.approx(tuple(weighted))
    assert toy.maxsim_alone == toy.maxsim_whole == pytest.approx(0.9 / np.hypot(0.9, 0.1))


def test_every_pooling_is_told_with_the_models_that_the_table_names() -> None:
    found = models_by_pooling()
    assert list(found) == list(POOLINGS)
    for model in KNOWN_MODELS.values():
        assert model.name in found[model.pooling]


def test_the_ranks_are_those_of_the_trace(lesson: Lesson) -> None:
    assert lesson.hit in lesson.trace.hits
    assert lesson.hit.place.document == CHAPTER
    comparison = lesson.trace.comparison
    assert comparison is not None and lesson.compared in comparison.sentences
    told = "\n".join(line for step in lesson.steps for line in step.lines)
    own = lesson.compared.dilution[lesson.trace.trained_pooling]
    assert f"its {own.passage_tokens}-token passage" in " ".join(told.split())
    assert f"{own.section.score:.3f}" in told
    rows = {line.split()[0]: line.split() for line in lesson.steps[3].lines if line.strip()}
    for name, pooling in POOLINGS.items():
        dilution = lesson.compared.dilution[name]
        figures = [cell for cell in rows[pooling.label][1:] if cell != "★"]
        standings = (dilution.sentence, dilution.passage, dilution.section)
        assert figures == [t for s in standings for t in (f"{s.rank:,}", f"{s.score:.3f}")]
    assert rows["MaxSim"][1] == f"{lesson.compared.ranks[MAXSIM]:,}"


def test_every_mode_is_told_with_when_it_wins(lesson: Lesson) -> None:
    told = " ".join(" ".join(lesson.steps[-1].lines).split())
    for mode in MODES.values():
        assert mode.name in told
        assert mode.wins in told


def test_the_text_fits_a_terminal_of_80_columns(lesson: Lesson) -> None:
    assert max(cell_len(line) for step in lesson.steps for line in step.lines) <= 78


def test_it_has_an_index_of_its_own_that_is_made_once(
    home_with_model: Path, tmp_path: Path
) -> None:
    given(home_with_model, tmp_path)
    data = home_with_model / "data"
    assert [part.name for part in data.iterdir()] == ["lesson"]
    workspace = Workspace(Settings(), Paths.below(home_with_model), tmp_path, HashingEncoder.load)
    report = next(e.report for e in workspace.lesson() if isinstance(e, IndexFinished))
    assert (report.added, report.unchanged) == (0, len(DOCUMENTS))


def test_the_wheel_holds_the_documents_where_they_are_looked_for() -> None:
    build = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    included = build["build"]["targets"]["wheel"]["force-include"]
    assert included == {
        f"docs_corpus/{name}": f"assistant/lesson/docs_corpus/{name}" for name in DOCUMENTS
    }
    assert all((lesson_documents() / name).is_file() for name in DOCUMENTS)
