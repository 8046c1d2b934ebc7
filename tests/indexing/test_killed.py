"""A program that is killed while it indexes leaves nothing half-known."""

from __future__ import annotations

from pathlib import Path

from tests.indexing.kill_trials import Trials


def test_an_index_is_sound_after_every_kill_and_whole_after_the_next_run(tmp_path: Path) -> None:
    trials = Trials(tmp_path, seed=7)
    for _ in range(6):
        trials.run()
        trials.change_folder()
    assert trials.settle() == []
    assert trials.faults == []
    assert trials.outcomes["killed"] >= 2
