"""Five tokens in three dimensions into what every pooling makes of them."""

from __future__ import annotations

import numpy as np

from assistant.embedding.maxsim import maxsim_scores
from assistant.embedding.poolings import POOLINGS, Floats, normalised
from assistant.records import Toy, ToyPooling

TOKENS = (
    (0.9, 0.1, 0.0),
    (0.8, 0.2, 0.0),
    (0.0, 0.9, 0.1),
    (0.0, 0.8, 0.2),
    (0.1, 0.7, 0.2),
)
N_ALONE = 2
"""The first two tokens are of the topic that is asked for, the others of another one."""
TOY_QUESTION = (1.0, 0.0, 0.0)


def worked_toy() -> Toy:
    """By the very functions that index documents."""
    states = np.array(TOKENS, dtype=np.float32)
    question = np.array(TOY_QUESTION, dtype=np.float32)
    units, _ = normalised(states)
    alone, whole = maxsim_scores(question[None], [units[:N_ALONE], units]).tolist()
    poolings = []
    for pooling in POOLINGS.values():
        of_alone, of_whole = _pooled(pooling.name, states[:N_ALONE]), _pooled(pooling.name, states)
        poolings.append(
            ToyPooling(
                pooling.name,
                pooling.label,
                tuple(of_alone.tolist()),
                tuple(of_whole.tolist()),
                _cosine(of_alone, question),
                _cosine(of_whole, question),
            )
        )
    return Toy(TOKENS, N_ALONE, TOY_QUESTION, tuple(poolings), alone, whole)


def _pooled(name: str, states: Floats) -> Floats:
    """(n_tokens, dim) to (dim,)"""
    pooled: Floats = POOLINGS[name].pool(states[None], np.ones((1, len(states)), dtype=bool))[0]
    return pooled


def _cosine(a: Floats, b: Floats) -> float:
    units, _ = normalised(np.stack([a, b]))
    return float(units[0] @ units[1])
