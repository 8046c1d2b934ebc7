"""Passages by meaning: under one heading, cut where neighbouring sentences turn away.

Between every two sentences stands the cosine of what precedes (the mean of up to three sentence
vectors) with what follows. Its depth is how far it lies below the nearest peaks on both sides, and
a cut is made where the depth exceeds the document's mean plus half a standard deviation
(TextTiling: Hearst 1997, section 4.3; with sentence vectors in place of term counts).
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.documents.passages.kind import Cuttable, PassageKind
from assistant.documents.passages.packing import Span, packed_evenly

REACH = 3
"""Sentences on either side of a gap that are held against each other."""
DEVIATIONS = 0.5

Floats = npt.NDArray[Any]


def _cut(document: Cuttable) -> list[Span]:
    if document.vectors is None:
        raise ValueError("semantic passages need the sentences' vectors")
    sections = list(document.sections())
    depths = [gap_depths(document.vectors[first:last]) for first, last in sections]
    everywhere = np.concatenate(depths) if depths else np.zeros(0)
    threshold = everywhere.mean() + DEVIATIONS * everywhere.std() if len(everywhere) else 0.0
    return [
        span
        for (first, last), deep in zip(sections, depths, strict=True)
        for a, b in _between(first, last, first + 1 + np.flatnonzero(deep > threshold))
        for span in packed_evenly(document.n_tokens, a, b, document.window)
    ]


def _between(first: int, last: int, cuts: npt.NDArray[np.int64]) -> list[Span]:
    ends = [first, *cuts.tolist(), last]
    return list(itertools.pairwise(ends))


def gap_depths(vectors: Floats) -> Floats:
    """For the gaps between consecutive sentences (n - 1,) how deep each lies, 0 and up."""
    gaps = range(1, len(vectors))
    likeness = np.array(
        [
            _cosine(vectors[max(0, i - REACH) : i].sum(axis=0), vectors[i : i + REACH].sum(axis=0))
            for i in gaps
        ]
    )
    return np.array([_depth(likeness, i) for i in range(len(likeness))])


def _depth(likeness: Floats, gap: int) -> float:
    left = right = gap
    while left > 0 and likeness[left - 1] >= likeness[left]:
        left -= 1
    while right + 1 < len(likeness) and likeness[right + 1] >= likeness[right]:
        right += 1
    return float(likeness[left] + likeness[right] - 2 * likeness[gap])


def _cosine(a: Floats, b: Floats) -> float:
    return float(a @ b / max(1e-12, float(np.linalg.norm(a) * np.linalg.norm(b))))


SEMANTIC = PassageKind(
    "semantic",
    "under one heading, cut where neighbouring sentence vectors turn away",
    _cut,
    needs_vectors=True,
)
