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


def stays(matrices: Matrices, grain: Grain, pooling: str) -> bool:
    return matrices.mapped(grain, pooling, False) is matrices.mapped(grain, pooling, False)


def room_for(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAY_MAPPED_BYTES", n * MATRIX_BYTES)


def test_everything_stays_where_there_is_room(matrices: Matrices) -> None:
    for grain, poolings in GRAINS.items():
        for pooling in poolings:
            first = matrices.mapped(grain, pooling, False)
            assert matrices.mapped(grain, pooling, False) is first
            np.testing.assert_array_equal(first, matrices.opened(grain, pooling).whole())


def test_what_a_comparison_asks_for_goes_and_what_questions_ask_for_stays(
    matrices: Matrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(2, monkeypatch)
    asked = matrices.mapped("sentence", "mean", True)
    for pooling in POOLINGS:
        matrices.mapped("sentence", pooling, False)
    assert matrices.mapped("sentence", "mean", True) is asked
    kept = [pooling for pooling in POOLINGS if stays(matrices, "sentence", pooling)]
    assert len(kept) == 2 and "mean" in kept


def test_larger_than_the_room_stays_one_of_each_grain(
    matrices: Matrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(0, monkeypatch)
    sentence = matrices.mapped("sentence", "mean", True)
    contextual = matrices.mapped("contextual", "mean", True)
    assert matrices.mapped("sentence", "mean", True) is sentence
    assert matrices.mapped("contextual", "mean", True) is contextual
    other = matrices.mapped("sentence", "cls", True)
    assert matrices.mapped("sentence", "cls", True) is other
    assert not stays(matrices, "sentence", "mean")
    assert matrices.mapped("contextual", "mean", True) is contextual
