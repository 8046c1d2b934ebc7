"""What makes two indexes of one folder different: a change of any of it is another index."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.documents.sentences import SEGMENTATION_VERSION
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.indexing.database import SCHEMA_VERSION

EMBEDDED_TEXT_VERSION = 1
"""Raise it with any change of what the encoder is given for a sentence or passage."""
NUMBER_FORMAT = "float32 normalised"
VERSIONS = {
    "numbers": NUMBER_FORMAT,
    "poolings": ",".join(POOLINGS),
    "segmentation": SEGMENTATION_VERSION,
    "embedded text": EMBEDDED_TEXT_VERSION,
    "schema": SCHEMA_VERSION,
}
"""What the program's version decides of an index, as opposed to the user's choices."""


def index_folder(indexes: Path, model: ModelInfo, passages: str) -> Path:
    """Where the index by this model and kind of passages lies, below all of that folder."""
    name = model.name.rstrip("/").rsplit("/", 1)[-1]
    return indexes / f"{name}-{index_identity(model, passages)[:12]}"


def index_identity(model: ModelInfo, passages: str) -> str:
    parts = (
        model.revision,
        str(model.window),
        model.query_prompt,
        model.document_prompt,
        f"passages by {passages}",
        *(f"{name} {version}" for name, version in VERSIONS.items()),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
