"""A program that is killed while it indexes leaves nothing half-known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indexing.kill_trials import Trials


def test_an_index_is_sound_after_every_kill_and_whole_after_the_next_run(tmp_path: Path) -> None:
    trials = Trials(tmp_path, seed=7)
    for _ in range(6):
        trials.run()
        trials.change_folder()
    assert trials.settle() == []
    assert trials.faults == []
    assert trials.outcomes["killed"] >= 2


@pytest.mark.parametrize("bytes_left", [0, 3_000, 40_000, 150_000, 400_000])
def test_a_disk_that_is_full_costs_no_finished_document(tmp_path: Path, bytes_left: int) -> None:
    trials = Trials(tmp_path, seed=11)
    told = trials.run_on_a_full_disk(bytes_left)
    error = told.strip().splitlines()[-1]
    assert error.startswith("assistant.errors.IndexFault: the "), told[-400:]
    assert trials.faults == []
    assert trials.settle() == []
    assert trials.faults == []
