"""Stored token vectors: what was appended, as long as it was committed and within the budget."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.indexing.tokens import StoredTokens, TokenFiles, halved, widened

DIM = 4


def row(n_tokens: int, value: float, dimension: int = DIM) -> np.ndarray:
    return np.full((n_tokens, dimension), value, dtype=np.float16)


def found(folder: Path, n_rows: int) -> list[tuple[int, float] | None]:
    stored = StoredTokens(folder, DIM, n_rows)
    vectors = stored.vectors(np.arange(n_rows))
    return [None if v is None else (len(v), float(v[0, 0])) for v in vectors]


def test_rows_come_back_in_their_order(tmp_path: Path) -> None:
    files = TokenFiles(tmp_path, DIM, 10**6)
    files.append([row(2, 0.5), row(3, 0.25)])
    files.append([row(1, 0.125)])
    assert found(tmp_path, 3) == [(2, 0.5), (3, 0.25), (1, 0.125)]
    assert found(tmp_path, 2) == [(2, 0.5), (3, 0.25)]


def test_rows_are_found_in_any_order_and_twice(tmp_path: Path) -> None:
    TokenFiles(tmp_path, DIM, 10**6).append([row(2, 0.5), row(3, 0.25), row(1, 0.125)])
    asked = StoredTokens(tmp_path, DIM, 3).vectors(np.array([2, 0, 1, 0]))
    assert [float(v[0, 0]) for v in asked if v is not None] == [0.125, 0.5, 0.25, 0.5]
    assert [len(v) for v in asked if v is not None] == [1, 2, 3, 2]


def test_no_rows_need_no_files(tmp_path: Path) -> None:
    assert found(tmp_path, 0) == []


def test_what_is_beyond_the_budget_is_not_stored_and_the_rest_is(tmp_path: Path) -> None:
    files = TokenFiles(tmp_path, DIM, 5 * DIM * 2)
    files.append([row(3, 0.5), row(3, 0.25), row(2, 0.125), row(1, 1.0)])
    assert found(tmp_path, 4) == [(3, 0.5), None, (2, 0.125), None]


def test_vectors_of_another_dimension_are_not_stored(tmp_path: Path) -> None:
    files = TokenFiles(tmp_path, DIM, 10**6)
    files.append([row(3, 0.5, DIM * 2), row(2, 0.25)])
    assert found(tmp_path, 2) == [None, (2, 0.25)]


def test_what_lies_beyond_the_commit_is_cut(tmp_path: Path) -> None:
    files = TokenFiles(tmp_path, DIM, 10**6)
    files.append([row(2, 0.5), row(3, 0.25)])
    for file in tmp_path.iterdir():
        with file.open("ab") as stream:
            stream.write(b"\xff" * 13)
    files.cut_to(1)
    files.append([row(1, 0.125)])
    assert found(tmp_path, 2) == [(2, 0.5), (1, 0.125)]
    files.cut_to(0)
    assert found(tmp_path, 0) == []
    assert [file.stat().st_size for file in tmp_path.iterdir()] == [0, 0]


@pytest.mark.parametrize("name", ["sentence.tokens.f16", "sentence.tokens.ends.i64"])
def test_missing_rows_are_damage_with_the_cure(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "vectors"
    folder.mkdir()
    files = TokenFiles(folder, DIM, 10**6)
    files.append([row(2, 0.5), row(3, 0.25)])
    file = folder / name
    file.write_bytes(file.read_bytes()[:-8])
    for look in (lambda: files.cut_to(2), lambda: StoredTokens(folder, DIM, 2)):
        with pytest.raises(IndexDamaged) as caught:
            look()
        assert str(folder) in caught.value.message


def test_half_precision_changes_a_cosine_by_less_than_a_thousandth() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(
        halved(vectors).astype(np.float32) @ vectors[0], vectors @ vectors[0], atol=1e-3
    )


def test_every_finite_half_is_widened_to_the_same_number() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]
    np.testing.assert_array_equal(widened(finite), finite.astype(np.float32))
    assert np.signbit(widened(np.array([-0.0], dtype=np.float16)))[0]
