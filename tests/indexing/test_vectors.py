"""Append-only matrices: what is valid is what the catalogue says, byte by byte."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.encoder import PooledTexts
from assistant.embedding.poolings import POOLINGS
from assistant.errors import IndexDamaged
from assistant.indexing import open_file
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
        np.testing.assert_array_equal(files.matrix("sentence", name, 5).whole(), expected)
        np.testing.assert_array_equal(files.matrix("sentence", name, 2).whole(), expected[:2])
    np.testing.assert_array_equal(files.norms("sentence", 5)[:, 0], np.arange(5))
    assert files.norms("sentence", 5).shape == (5, len(POOLINGS))


def test_no_rows_are_a_matrix_of_no_rows(files: VectorFiles) -> None:
    assert files.matrix("passage", "mean", 0).whole().shape == (0, DIM)
    assert files.norms("passage", 0).shape == (0, len(POOLINGS))


def test_what_lies_beyond_the_committed_rows_is_cut(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 4))
    with files.file("sentence", "max").open("ab") as torn:
        torn.write(b"half")
    files.cut_to({**NOTHING, "sentence": 2})
    files.append("sentence", pooled(2, 1))
    for i, name in enumerate(POOLINGS):
        expected = np.arange(3 * DIM, dtype=np.float32).reshape(3, DIM) + i
        np.testing.assert_array_equal(files.matrix("sentence", name, 3).whole(), expected)
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


def test_a_reader_s_matrix_outlives_later_appends_and_a_new_index_in_its_place(
    files: VectorFiles,
) -> None:
    files.append("sentence", pooled(0, 2))
    matrix = files.matrix("sentence", "mean", 2)
    before = matrix.whole()
    files.append("sentence", pooled(2, 50))
    files.cut_to({**NOTHING, "sentence": 2})
    np.testing.assert_array_equal(matrix.whole(), before)
    files.file("sentence", "mean").unlink()
    files.append("sentence", pooled(7, 2))
    np.testing.assert_array_equal(matrix.whole(), before)


def test_a_file_cut_under_its_reader_is_damage_and_no_numbers(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 4))
    matrix = files.matrix("sentence", "mean", 4)
    files.cut_to({**NOTHING, "sentence": 3})
    with pytest.raises(IndexDamaged, match=r"sentence\.mean\.f32"):
        matrix.whole()
    with pytest.raises(IndexDamaged):
        matrix.take(np.array([3]))


@pytest.mark.parametrize("rows", [[], [0], [4, 4, 0], [1, 2, 3, 0, 1], [4, 3, 2, 1, 0]])
def test_rows_are_taken_in_any_order_and_twice(files: VectorFiles, rows: list[int]) -> None:
    files.append("sentence", pooled(0, 5))
    matrix = files.matrix("sentence", "mean", 5)
    expected = matrix.whole()[rows]
    np.testing.assert_array_equal(matrix.take(np.array(rows, dtype=np.int64)), expected)


def test_what_is_mapped_is_the_whole_matrix_and_cannot_be_written(files: VectorFiles) -> None:
    files.append("sentence", pooled(0, 5))
    mapped = files.matrix("sentence", "mean", 3).mapped()
    np.testing.assert_array_equal(mapped, files.matrix("sentence", "mean", 3).whole())
    with pytest.raises(ValueError, match="read-only"):
        mapped[0, 0] = 1
    assert files.matrix("sentence", "mean", 0).mapped().shape == (0, DIM)


def test_threads_that_share_a_place_in_the_file_read_the_same(
    files: VectorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.append("sentence", pooled(0, 500))
    matrix = files.matrix("sentence", "mean", 500)
    expected = matrix.whole()
    monkeypatch.setattr(open_file, "_READS_AT_PLACES", False)
    rows = np.random.default_rng(0).permutation(500)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(matrix.take, [rows] * 8):
            np.testing.assert_array_equal(found, expected[rows])
