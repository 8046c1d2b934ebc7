"""A model's own files into what they say of it: window, pooling, dimension, prompts.

As sentence-transformers reads them, without loading it. Raises everywhere: ModelUnavailable naming
the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant.embedding.known_models import known_model
from assistant.embedding.poolings import POOLINGS
from assistant.errors import ModelUnavailable

_FALLBACK_WINDOW = 512
_POSITIONS_BEGIN_LATE = {
    *("roberta", "xlm-roberta", "xlm-roberta-xl", "roberta-prelayernorm", "camembert", "mpnet"),
    *("longformer", "data2vec-text", "xmod", "ibert", "luke", "mluke", "lilt", "layoutlmv3"),
}
"""Model types whose first position is the padding token's number + 1: that many rows of the
position table are never a token's."""


def modules_of(name: str, folder: Path) -> list[dict[str, Any]]:
    """What modules.json lists; empty for a bare transformer. Raises: ModelUnavailable."""
    stated = read_json(folder / "config_sentence_transformers.json", {}).get("model_type")
    if stated not in (None, "SentenceTransformer"):
        raise ModelUnavailable(
            f"this is no model that embeds texts as one vector, but a {stated}: {name}",
            "name a sentence-transformers model in [index] model; `assistant models` lists some",
        )
    modules: list[dict[str, Any]] = read_json(folder / "modules.json", [])
    kinds = [module_kind(module) for module in modules]
    if modules and "Pooling" not in kinds:
        raise ModelUnavailable(
            f"the embedding model has no token vectors to pool: {name}: {', '.join(kinds)}",
            "name a model with a transformer; `assistant models` lists some",
        )
    return modules


def module_kind(module: dict[str, Any]) -> str:
    return str(module.get("type")).rsplit(".", 1)[-1]


def transformer_folder(folder: Path, modules: list[dict[str, Any]]) -> Path:
    """Below the model's own in older models: 0_Transformer."""
    paths = [str(m.get("path", "")) for m in modules if module_kind(m) == "Transformer"]
    inner = folder / paths[0] if paths else folder
    return inner if (inner / "config.json").is_file() else folder


def prompts_of(name: str, folder: Path) -> tuple[str, str]:
    """As `encode_query` and `encode_document` take them; the table's where the files name none."""
    stated = read_json(folder / "config_sentence_transformers.json", {})
    own = {key: text for key, text in (stated.get("prompts") or {}).items() if text is not None}
    if known := (known_model(name) if not any(own.values()) else None):
        own |= {"query": known.query_prompt or "", "document": known.document_prompt or ""}
    # sentence-transformers 6.2 looks for "passage" too, but only where there is no "document", and
    # it always makes one: models saved with "passage" were trained with that text all the same.
    documents = (own[key] for key in ("document", "passage", "corpus") if key in own)
    return own.get("query", ""), next(documents, "")


def dimension_of(
    name: str, folder: Path, modules: list[dict[str, Any]], config: dict[str, Any]
) -> int:
    """Of the vectors that come out at the end: a Dense module after pooling changes it."""
    for module in reversed(modules):
        after = read_json(folder / str(module.get("path", "")) / "config.json", {})
        if module_kind(module) == "Dense" and isinstance(after.get("out_features"), int):
            return int(after["out_features"])
    for key in ("hidden_size", "dim", "d_model"):
        if isinstance(_text_config(config).get(key), int):
            return int(_text_config(config)[key])
    raise ModelUnavailable(
        f"the embedding model's config.json names no hidden size: {name}",
        "name a sentence-transformers model in [index] model",
    )


def _text_config(config: dict[str, Any]) -> dict[str, Any]:
    """Models that read pictures too keep what is true of texts apart."""
    inner = config.get("text_config")
    return inner if isinstance(inner, dict) else config


def window_of(folder: Path, config: dict[str, Any]) -> int:
    stated = read_json(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    tokenizer = read_json(folder / "tokenizer_config.json", {}).get("model_max_length")
    limits = [stated, tokenizer, _positions(_text_config(config))]
    usable = [n for n in limits if isinstance(n, int) and 0 < n < 10**7]
    return min(usable, default=_FALLBACK_WINDOW)


def _positions(config: dict[str, Any]) -> int | None:
    """How many tokens have a position: 512 where a RoBERTa's table has 514 rows."""
    rows = config.get("max_position_embeddings")
    if not isinstance(rows, int) or config.get("model_type") not in _POSITIONS_BEGIN_LATE:
        return rows
    padding = config.get("pad_token_id")
    return rows - ((padding if isinstance(padding, int) else 1) + 1)


def pooling_config(folder: Path, modules: list[dict[str, Any]]) -> dict[str, Any]:
    for module in modules:
        if module_kind(module) == "Pooling":
            file = folder / str(module.get("path", "")) / "config.json"
            config: dict[str, Any] = read_json(file, {})
            return config
    return {}


def trained_pooling_of(name: str, pooling: dict[str, Any], config: dict[str, Any]) -> str:
    mode = pooling.get("pooling_mode")
    modes = [mode] if isinstance(mode, str) else list(mode or _legacy_modes(pooling))
    if modes == ["mean_sqrt_len_tokens"]:
        return "mean"  # the same direction: the same ranks under cosine
    if len(modes) > 1 or (modes and modes[0] not in POOLINGS):
        raise ModelUnavailable(
            f"the embedding model pools by {' + '.join(modes)}: {name}",
            f"choose a model that pools by one of {', '.join(POOLINGS)}",
        )
    if modes:
        return modes[0]
    # What sentence-transformers puts behind a bare transformer.
    architecture = str((config.get("architectures") or [""])[0])
    is_causal = architecture.endswith("ForCausalLM") and config.get("is_causal", True)
    return "lasttoken" if is_causal and not pooling else "mean"


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


def read_json(file: Path, default: Any) -> Any:
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
