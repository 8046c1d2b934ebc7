"""Every mode beside the others: the same hits as alone, and overlaps counted by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.paths import Paths
from assistant.records import Trace
from assistant.retrieval.modes import MODES
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import QUESTION, index_now, settings_for, write_documents


@pytest.fixture
def workspace(tmp_path: Path, home_with_model: Path) -> Workspace:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    load = HashingEncoder.load
    return Workspace(settings_for(), Paths.below(home_with_model), folder, load=load)


@pytest.mark.parametrize("question", [QUESTION, "写均衡", "?"])
def test_each_mode_finds_what_it_finds_alone(workspace: Workspace, question: str) -> None:
    *_, found = workspace.side_by_side(question)
    assert [trace.mode for trace in found.traces] == list(MODES)
    assert found.is_whole
    for trace in found.traces:
        alone = workspace.retrieve(question, trace.mode)
        assert _without_times(trace) == _without_times(alone)
        assert trace.evidence is not None and alone.evidence is not None
        # MaxSim of another batch may round the last bit otherwise.
        assert trace.evidence.strength == pytest.approx(alone.evidence.strength, abs=1e-5)


def _without_times(trace: Trace) -> Trace:
    return replace(trace, timings={}, evidence=None)


def test_each_mode_comes_as_soon_as_it_is_searched(workspace: Workspace) -> None:
    steps = list(workspace.side_by_side(QUESTION))
    assert [len(step.traces) for step in steps] == list(range(1, len(MODES) + 1))
    assert [step.is_whole for step in steps].count(True) == 1


def test_the_overlap_is_that_of_the_ten_best(workspace: Workspace) -> None:
    *_, found = workspace.side_by_side(QUESTION)
    assert len(found.overlaps) == len(MODES) * (len(MODES) - 1) / 2
    best = {t.mode: {hit.sentence_id for hit in t.hits[:10]} for t in found.traces}
    for pair in found.overlaps:
        longest = max(len(best[pair.a]), len(best[pair.b]))
        assert pair.overlap_at_10 == len(best[pair.a] & best[pair.b]) / longest


def test_another_model_s_workspace_has_an_index_of_its_own(workspace: Workspace) -> None:
    assert workspace.with_model("all-MiniLM-L6-v2").index_path == workspace.index_path
    assert workspace.with_model("all-MiniLM-L6-v2").folders == workspace.folders
