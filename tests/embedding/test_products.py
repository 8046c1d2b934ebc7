"""Products in blocks and threads against NumPy's own."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding import in_threads, products
from assistant.embedding.products import BLOCK_ROWS


@pytest.mark.parametrize("n", [0, 1, 63, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS + 77])
@pytest.mark.parametrize("threads", [1, 4])
def test_every_row_is_multiplied_once_and_the_same_on_any_number_of_cores(
    n: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(n)
    matrix = rng.standard_normal((n, 384), dtype=np.float32)
    vector = rng.standard_normal(384, dtype=np.float32)
    alone = products.products(matrix, vector)
    monkeypatch.setattr(in_threads, "MAX_THREADS", threads)
    shared = products.products(matrix, vector)
    np.testing.assert_allclose(shared, matrix @ vector, rtol=1e-5, atol=1e-4)
    assert shared.tobytes() == alone.tobytes()
    read = products.products_with_read(n, lambda start, stop: matrix[start:stop], vector)
    assert read.tobytes() == alone.tobytes()
    assert shared.dtype == np.float32
