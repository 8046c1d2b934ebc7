"""A passage's token vectors into one vector for each sentence in it: late chunking.

Each sentence is the mean of the token vectors that lie in its own span, after one pass over the
whole passage, so that its tokens have seen their neighbours (Guenther et al. 2024, section 3.1).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.embedding.encoder import TokenVectors
from assistant.embedding.poolings import Floats, normalised


def span_vectors(tokens: TokenVectors, spans: Sequence[tuple[int, int]]) -> list[Floats | None]:
    """A unit vector (dim,) per span of the text; None where the encoder read no token of it.

    A token that reaches over a border is part of both spans.
    """
    starts = np.array([start for start, _ in tokens.offsets])
    ends = np.array([end for _, end in tokens.offsets])
    states = tokens.vectors * tokens.norms[:, None]
    means: list[Floats | None] = []
    for first, last in spans:
        inside = (starts < last) & (ends > first)
        means.append(normalised(states[inside].mean(axis=0)[None])[0][0] if inside.any() else None)
    return means
