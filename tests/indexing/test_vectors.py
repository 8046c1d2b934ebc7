"""Append-only matrices: what is valid is what the catalogue says, byte by byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.encoder import PooledTexts
from assistant.embedding.poolings import POOLINGS
from assistant.errors import IndexDamaged
from assistant.indexing.vectors import GRAINS, VectorFiles

DIM = 3
NOTHING = dict.fromkeys(GRAINS, 0)


def pooled(first: int, n: int) -> PooledTexts:
    rows = np.arange(first * DIM, (first + n) * DIM, dtype=np.float32).reshape(n, DIM)
    return PooledTexts(
        {name: rows + i for i, name in enumerate(POOLINGS)},
        {name: np.arange(first, first + n, dtype=np.float32) for name in POOLINGS},
    )


@pytest.fixture
def files(tmp_path: Path) -> VectorFiles:
    made = VectorFiles(tmp_path / "vectors", DIM)
    made.cut_to(NOTHING)
    return made


def test_rows_come_back_as_they_were_appended(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 2))
    files.append("sentence", pooled(2, 3))
    for i, name in enumerate(POOLINGS):
        expected = np.arange(5 * DIM, dtype=np.float32).reshape(5, DIM) + i
        np.testing.assert_array_equal(files.matrix("sentence", name, 5), expected)
        np.testing.assert_array_equal(files.matrix("sentence", name, 2), expected[:2])
    np.testing.assert_array_equal(files.norms("sentence", 5)[:, 0], np.arange(5))
    assert files.norms("sentence", 5).shape == (5, len(POOLINGS))


def test_no_rows_are_a_matrix_of_no_rows(files: VectorFiles) -> None:
    assert files.matrix("passage", "mean", 0).shape == (0, DIM)
    assert files.norms("passage", 0).shape == (0, len(POOLINGS))


def test_what_lies_beyond_the_committed_rows_is_cut(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 4))
    with files.file("sentence", "max").open("ab") as torn:
        torn.write(b"half")
    files.cut_to({**NOTHING, "sentence": 2})
    files.append("sentence", pooled(2, 1))
    for i, name in enumerate(POOLINGS):
        expected = np.arange(3 * DIM, dtype=np.float32).reshape(3, DIM) + i
        np.testing.assert_array_equal(files.matrix("sentence", name, 3), expected)
        assert files.file("sentence", name).stat().st_size == 3 * DIM * 4


@pytest.mark.parametrize("loss", ["shorter", "gone"])
def test_missing_rows_are_damage_that_names_the_file_and_the_cure(
    files: VectorFiles, loss: str
) -> None:
    files.append("sentence", pooled(0, 4))
    file = files.file("sentence", "cls")
    if loss == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(IndexDamaged) as caught:
        files.cut_to({**NOTHING, "sentence": 4})
    assert str(file) in caught.value.message
    assert "index the folder again" in caught.value.hint
    with pytest.raises(IndexDamaged) as caught:
        files.matrix("sentence", "cls", 4)
    assert str(file) in caught.value.message
    assert "index the folder again" in caught.value.hint


def test_a_reader_s_matrix_outlives_later_appends_and_cuts_behind_it(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 2))
    matrix = files.matrix("sentence", "mean", 2)
    before = matrix.copy()
    files.append("sentence", pooled(2, 50))
    files.cut_to({**NOTHING, "sentence": 2})
    np.testing.assert_array_equal(matrix, before)


def test_readers_cannot_write(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 2))
    with pytest.raises(ValueError, match="read-only"):
        files.matrix("sentence", "mean", 2)[0, 0] = 1
