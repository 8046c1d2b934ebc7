"""Which models were trained with which pooling."""

from __future__ import annotations

from assistant.embedding.known_models import KNOWN_MODELS
from assistant.embedding.poolings import POOLINGS

_FROM_PAPERS = {"weightedmean": ("SGPT (Muennighoff 2022, section 3.1.1)",)}
"""Beside those that `assistant models` lists."""


def models_by_pooling() -> dict[str, tuple[str, ...]]:
    """Pooling -> names of models; empty where no model that is known here was trained with it."""
    return {
        pooling: (
            *(model.name for model in KNOWN_MODELS.values() if model.pooling == pooling),
            *_FROM_PAPERS.get(pooling, ()),
        )
        for pooling in POOLINGS
    }
