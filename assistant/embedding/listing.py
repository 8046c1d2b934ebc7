"""The models that are known, here or not, into rows; and how quickly those here encode.

Nothing is downloaded and no weights are read to list them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.embedding.encoder import Encoder
from assistant.embedding.hub import cached_model
from assistant.embedding.known_models import KNOWN_MODELS, KnownModel, known_model
from assistant.embedding.model_files import (
    dimension_of,
    modules_of,
    pooling_config,
    read_json,
    trained_pooling_of,
    transformer_folder,
    window_of,
)
from assistant.embedding.models import PACKAGED_MODELS, ModelInfo, packaged_folder, resolve_model
from assistant.embedding.weights import weights_files
from assistant.errors import ModelUnavailable
from assistant.records import ModelMeasured, ModelPlace, ModelRow, StageStarted

_SPEEDS = "speeds.json"
_MEASURED_S = 1.5
_SENTENCES = tuple(
    f"After reset, register 0x{offset:04X} of the memory controller holds the trained delay of"
    f" channel {offset % 8}, and firmware must restore it before memory is enabled."
    for offset in range(0, 128, 4)
)
"""One batch of about 30 tokens each: measured documents have such sentences."""


def list_models(active: str, cache: Path) -> list[ModelRow]:
    """The known models in the table's order; the active one first where it is none of them."""
    speeds = _speeds(cache)
    known = [_row(model.name, model, active, speeds) for model in KNOWN_MODELS.values()]
    if active in KNOWN_MODELS:
        return known
    return [_row(active, known_model(active), active, speeds), *known]


def measure_models(
    rows: Sequence[ModelRow],
    cache: Path,
    threads: int,
    load: Callable[[ModelInfo, Path, int], Encoder],
) -> Generator[StageStarted | ModelMeasured, None, None]:
    """Measure the models that are here and keep the numbers; close to cancel."""
    for row in rows:
        if not row.is_here:
            continue
        yield StageStarted(f"measuring {row.name}")
        try:
            encoder = load(resolve_model(row.name, cache), cache, threads)
        except ModelUnavailable as error:
            yield ModelMeasured(row.name, None, error.message)
            continue
        speed = _sentences_per_s(encoder)
        _keep(cache, {**_speeds(cache), row.name: speed})
        yield ModelMeasured(row.name, speed)


def _sentences_per_s(encoder: Encoder) -> float:
    encoder.pool(_SENTENCES, "document")  # the first pass allocates
    started, n_passes = time.perf_counter(), 0
    while (elapsed_s := time.perf_counter() - started) < _MEASURED_S or not n_passes:
        encoder.pool(_SENTENCES, "document")
        n_passes += 1
    return round(n_passes * len(_SENTENCES) / elapsed_s, 1)


def _row(name: str, known: KnownModel | None, active: str, speeds: dict[str, float]) -> ModelRow:
    place, folder = _place(name)
    row = ModelRow(
        name=name,
        is_active=name == active,
        place=place,
        dimension=known.dimension if known else None,
        window=known.window if known else None,
        pooling=known.pooling if known else None,
        languages=known.languages if known else "",
        size_mb=known.size_mb if known else None,
        summary=known.summary if known else "",
        chinese=known.chinese if known else "",
        sentences_per_s=speeds.get(name),
    )
    return row if folder is None else _as_its_files_say(row, folder)


def _place(name: str) -> tuple[ModelPlace, Path | None]:
    if name in PACKAGED_MODELS:
        try:
            return "packaged", packaged_folder(name)
        except ModelUnavailable:
            return "to be downloaded", None
    local = Path(name).expanduser()
    if local.is_dir():
        return "a local folder", local
    cached = cached_model(name)
    return ("in the cache", cached) if cached else ("to be downloaded", None)


def _as_its_files_say(row: ModelRow, folder: Path) -> ModelRow:
    try:
        modules = modules_of(row.name, folder)
        inner = transformer_folder(folder, modules)
        config = read_json(inner / "config.json", {})
        pooling = pooling_config(folder, modules)
        return replace(
            row,
            dimension=dimension_of(row.name, folder, modules, config),
            window=window_of(inner, config),
            pooling=trained_pooling_of(row.name, pooling, config),
            size_mb=row.size_mb or _size_mb(weights_files(inner)),
        )
    except ModelUnavailable as error:
        return replace(row, problem=error.message)


def _size_mb(files: Sequence[Path]) -> int | None:
    sizes = [file.stat().st_size for file in files if file.is_file()]
    return round(sum(sizes) / 1e6) if sizes else None


def _speeds(cache: Path) -> dict[str, float]:
    try:
        kept = json.loads((cache / _SPEEDS).read_text("utf-8"))
        return {str(name): float(speed) for name, speed in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # they are measured again


def _keep(cache: Path, speeds: dict[str, float]) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / _SPEEDS).write_text(json.dumps(speeds), "utf-8")
    except OSError:
        pass  # they were shown, and are measured again
