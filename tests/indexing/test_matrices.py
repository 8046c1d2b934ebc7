"""Which matrices stay mapped: what questions ask for again, and as much else as there is room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.encoder import PooledTexts
from assistant.embedding.poolings import POOLINGS
from assistant.indexing import matrices as module
from assistant.indexing.matrices import Matrices
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import Grain

DIM, N = 4, 10
MATRIX_BYTES = N * DIM * 4
ONES = np.ones(DIM, dtype=np.float32)
ROWS: dict[Grain, int] = dict.fromkeys(GRAINS, N)


@pytest.fixture
def matrices(tmp_path: Path) -> Matrices:
    files = VectorFiles(tmp_path / "vectors", DIM)
    files.cut_to(dict.fromkeys(GRAINS, 0))
    rows = np.arange(N * DIM, dtype=np.float32).reshape(N, DIM)
    vectors = {name: rows + i for i, name in enumerate(POOLINGS)}
    norms = dict.fromkeys(POOLINGS, np.ones(N, dtype=np.float32))
    for grain in GRAINS:
        files.append(grain, PooledTexts(vectors, norms))
    return Matrices(files, ROWS)


def room_for(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAY_MAPPED_BYTES", n * MATRIX_BYTES)


def mapped(matrices: Matrices) -> set[tuple[Grain, str]]:
    return set(matrices._mapped)


@pytest.mark.parametrize("room", [0, 1, 3, 99])
@pytest.mark.parametrize("again", [True, False])
def test_products_are_the_same_however_a_matrix_is_reached(
    matrices: Matrices, room: int, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(room, monkeypatch)
    vector = np.arange(1, DIM + 1, dtype=np.float32)
    for _ in range(2):
        for grain, poolings in GRAINS.items():
            for pooling in poolings:
                expected = matrices.opened(grain, pooling).whole() @ vector
                found = matrices.products(grain, pooling, vector, again)
                np.testing.assert_array_equal(found, expected)


def test_everything_stays_mapped_where_there_is_room(matrices: Matrices) -> None:
    everything = {(grain, pooling) for grain in GRAINS for pooling in GRAINS[grain]}
    for grain, pooling in everything:
        matrices.products(grain, pooling, ONES, False)
    assert mapped(matrices) == everything


def test_a_comparison_has_the_room_that_is_left_until_questions_ask_for_it(
    matrices: Matrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(3, monkeypatch)
    matrices.products("sentence", "mean", ONES, True)
    for pooling in POOLINGS:
        matrices.products("sentence", pooling, ONES, False)
    assert len(mapped(matrices)) == 3 and ("sentence", "mean") in mapped(matrices)
    matrices.products("contextual", "mean", ONES, True)
    assert mapped(matrices) == {("sentence", "mean"), ("contextual", "mean")}


def test_beyond_the_room_one_of_each_grain_stays(
    matrices: Matrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(0, monkeypatch)
    matrices.products("sentence", "mean", ONES, True)
    matrices.products("contextual", "mean", ONES, True)
    assert mapped(matrices) == {("sentence", "mean"), ("contextual", "mean")}
    matrices.products("sentence", "cls", ONES, True)
    assert mapped(matrices) == {("sentence", "cls"), ("contextual", "mean")}
