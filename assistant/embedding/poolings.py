"""Token vectors into one vector per text: every pooling, from the same forward pass.

The names and the arithmetic are those of sentence-transformers' `Pooling` module, which stays the
reference (tests hold each of these functions against it). `mean_sqrt_len_tokens` is not offered:
it is the mean times a number, so under cosine it ranks every text as `mean` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
"""float32 throughout; NumPy's stubs cannot follow it through matmul and stack."""
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

MAXSIM = "maxsim"
"""Late interaction's name wherever it stands beside the poolings; it has no single vector."""


@dataclass(frozen=True, slots=True)
class Pooling:
    """One way to make a text's token vectors one vector."""

    name: str
    label: str
    summary: str
    pool: Callable[[Floats, Mask], Floats]
    """(n_texts, n_tokens, dim) token vectors and their mask to (n_texts, dim), not normalised."""
    join: Callable[[Windows], Floats]
    """The pooled vector of longer texts from those of the windows they were read in."""


@dataclass(frozen=True, eq=False, slots=True)
class Windows:
    """Consecutive windows of longer texts, pooled one by one, not normalised.

    `join` gives what pooling over all of a text's token vectors in a row gives.
    """

    pooled: Callable[[str], Floats]
    """Pooling -> (n_windows, dim)"""
    n_tokens: Counts
    """(n_windows,)"""
    starts: Counts
    """Number of the first window of each text; every text has one."""

    @property
    def _ends(self) -> Counts:
        return np.append(self.starts[1:], len(self.n_tokens))

    def first(self, pooling: str) -> Floats:
        return self.pooled(pooling)[self.starts]

    def last(self, pooling: str) -> Floats:
        return self.pooled(pooling)[self._ends - 1]

    def offsets(self) -> Counts:
        """Tokens of the same text before each window (n_windows,)."""
        before = np.cumsum(self.n_tokens) - self.n_tokens
        return before - np.repeat(before[self.starts], self._ends - self.starts)

    def sums(self, values: Floats) -> Floats:
        """Per text the sum over its windows of (n_windows, ...)."""
        return np.add.reduceat(values, self.starts, axis=0)


def _cls(states: Floats, mask: Mask) -> Floats:
    first = mask.argmax(axis=1)  # left-padded texts begin later
    pooled: Floats = states[np.arange(len(states)), first]
    return pooled


def _mean(states: Floats, mask: Mask) -> Floats:
    weights = mask.astype(np.float32)
    return _weighted(states, weights)


def _max(states: Floats, mask: Mask) -> Floats:
    pooled: Floats = np.where(mask[:, :, None], states, -np.inf).max(axis=1).astype(np.float32)
    return pooled


def _lasttoken(states: Floats, mask: Mask) -> Floats:
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    pooled: Floats = states[np.arange(len(states)), last]
    return pooled


def _weightedmean(states: Floats, mask: Mask) -> Floats:
    # Position weights 1, 2, 3, ... (SGPT, Muennighoff 2022, section 3.1.1), from the first token.
    positions = np.cumsum(mask, axis=1) * mask
    return _weighted(states, positions.astype(np.float32))


def _weighted(states: Floats, weights: Floats) -> Floats:
    # einsum without optimize loops in C but not through BLAS; matmul does, and is 5x faster here.
    total = np.matmul(weights[:, None, :], states)[:, 0, :]
    pooled: Floats = total / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return pooled


def _join_first(windows: Windows) -> Floats:
    return windows.first("cls")


def _join_last(windows: Windows) -> Floats:
    return windows.last("lasttoken")


def _join_mean(windows: Windows) -> Floats:
    counts = windows.n_tokens[:, None].astype(np.float32)
    return windows.sums(windows.pooled("mean") * counts) / windows.sums(counts)


def _join_max(windows: Windows) -> Floats:
    pooled: Floats = np.maximum.reduceat(windows.pooled("max"), windows.starts, axis=0)
    return pooled


def _join_weightedmean(windows: Windows) -> Floats:
    """A token at place i of a window that begins after o tokens weighs o + i."""
    n_tokens = windows.n_tokens[:, None].astype(np.float32)
    shifted = windows.offsets()[:, None] * n_tokens
    own = n_tokens * (n_tokens + 1) / 2
    summed = windows.pooled("mean") * shifted + windows.pooled("weightedmean") * own
    return windows.sums(summed) / windows.sums(shifted + own)


def normalised(vectors: Floats) -> tuple[Floats, Floats]:
    """Unit-length vectors and the lengths they had; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1)
    units = vectors / np.maximum(lengths, 1e-12)[..., None]
    return units.astype(np.float32), lengths.astype(np.float32)


POOLINGS: dict[str, Pooling] = {
    pooling.name: pooling
    for pooling in (
        Pooling("cls", "CLS", "the first token's vector stands for the text", _cls, _join_first),
        Pooling("mean", "Mean", "the average of all token vectors", _mean, _join_mean),
        Pooling("max", "Max", "in each dimension the largest value of any token", _max, _join_max),
        Pooling(
            "lasttoken",
            "Last",
            "the last token's vector stands for the text",
            _lasttoken,
            _join_last,
        ),
        Pooling(
            "weightedmean",
            "WMean",
            "an average in which later tokens weigh more: 1, 2, 3, ...",
            _weightedmean,
            _join_weightedmean,
        ),
    )
}
