"""A model's folder into the files that hold its weights, and these into a fingerprint."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from assistant.errors import ModelUnavailable

WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
"""In the order in which transformers looks for them. An index names the files of a larger model."""


def weights_files(folder: Path) -> list[Path]:
    """The one file or all shards, whether they are there or not; none where no file names them."""
    for name in WEIGHTS:
        file = folder / name
        if file.is_file():
            return _shards(file) if name.endswith(".index.json") else [file]
    return []


def _shards(index: Path) -> list[Path]:
    try:
        names = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelUnavailable(
            f"the embedding model's file cannot be read: {index}: {error}",
            "download the model again",
        ) from error
    return [index.parent / str(name) for name in sorted(names)]


def fingerprint(name: str, folder: Path, cache: Path) -> str:
    """SHA-256 of the weights, remembered by size and time so that they are read once.

    Raises: ModelUnavailable where one of the files is missing.
    """
    files = weights_files(folder)
    missing = next((file for file in files if not file.is_file()), None)
    if missing or not files:
        raise ModelUnavailable(
            f"the embedding model has no weights: {name}: {missing or folder}",
            f"the folder needs one of {', '.join(WEIGHTS)}, with all the files that it names",
        )
    hashes = [_file_hash(file, cache) for file in files]
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _file_hash(file: Path, cache: Path) -> str:
    stat = file.stat()
    key = f"{file.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
    memory = cache / "fingerprints.json"
    try:
        known: dict[str, str] = json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    if key not in known:
        with file.open("rb") as stream:
            known[key] = hashlib.file_digest(stream, "sha256").hexdigest()
        _remember(memory, known)
    return known[key]


def _remember(memory: Path, known: dict[str, str]) -> None:
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(known), "utf-8")
    except OSError:
        pass  # a read-only cache only means hashing again next time
