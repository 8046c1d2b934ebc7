"""The models of one set of settings, each loaded when it is first asked for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedding.encoder import Encoder, ModelReader, has_quick_runtime, load_encoder
from assistant.embedding.listing import list_models, measure_models
from assistant.embedding.models import ModelInfo, fetch_missing, is_here, resolve_model
from assistant.errors import ModelUnavailable
from assistant.records import ModelMeasured, ModelRow, StageStarted
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.embedding.crossencoder import Reranker
    from assistant.embedding.multivector import LateEncoder

EncoderLoader = Callable[[ModelInfo, Path, int], Encoder]


class LoadedModels:
    """Safe to call from several threads; every loading one raises ModelUnavailable."""

    def __init__(self, settings: Settings, cache: Path, load: EncoderLoader = load_encoder) -> None:
        self._settings = settings
        self._cache = cache
        self._load = load
        # Two locks: while the weights load for many seconds, words can be searched.
        self._description_lock = threading.RLock()
        self._weights_lock = threading.RLock()
        self._info: ModelInfo | None = None
        self._reader: ModelReader | None = None
        self._encoder: Encoder | None = None
        self._reranker: Reranker | None = None
        self._late_encoder: LateEncoder | None = None

    @property
    def info(self) -> ModelInfo:
        with self._description_lock:
            if self._info is None:
                self._info = resolve_model(self._settings.index.model, self._cache)
            return self._info

    def info_if_here(self) -> ModelInfo:
        """As `info`, but a model that is not on this machine is not fetched."""
        name = self._settings.index.model
        if not is_here(name):
            raise ModelUnavailable(
                f"the embedding model is not on this machine: {name}",
                "`assistant index FOLDER` fetches it, or name a local folder in [index] model",
            )
        return self.info

    def reader(self) -> ModelReader:
        """What the encoder can read, without its weights."""
        with self._description_lock:
            if self._reader is None:
                self._reader = ModelReader(self.info)
            return self._reader

    def encoder(self) -> Encoder:
        with self._weights_lock:
            if self._encoder is None:
                self._encoder = self._load(self.info, self._cache, self._threads)
            return self._encoder

    @property
    def loaded_encoder(self) -> Encoder | None:
        """The encoder where something needed it already; nothing is loaded for this."""
        return self._encoder

    def encoder_takes_long(self) -> bool:
        """Whether `encoder` will load torch: many seconds, the first time with a model."""
        return self._encoder is None and not has_quick_runtime(self.info, self._cache)

    def fetch(self) -> Generator[StageStarted, None, None]:
        """Download the models of the settings that are missing; close to cancel."""
        rerank = self._settings.rerank
        for name in (self._settings.index.model, rerank.model, rerank.late_model):
            for event in fetch_missing(name) if name else ():
                done, total = event.done_bytes / 1e6, event.total_bytes / 1e6
                yield StageStarted(f"fetching {event.model}: {done:,.0f} of {total:,.0f} MB")

    def listed(self) -> list[ModelRow]:
        """Models to choose from, here or not; nothing is downloaded."""
        return list_models(self._settings.index.model, self._cache)

    def measure(self) -> Generator[StageStarted | ModelMeasured, None, None]:
        """How quickly the models that are here encode, kept for `listed`; close to cancel."""
        return measure_models(self.listed(), self._cache, self._threads, self._load)

    def reranker(self) -> Reranker | None:
        """The cross-encoder; None where the settings name none."""
        name = self._settings.rerank.model
        if not name:
            return None
        with self._weights_lock:
            if self._reranker is None:
                from assistant.embedding.crossencoder import load_reranker

                self._reranker = load_reranker(name, self._threads)
            return self._reranker

    def late_encoder(self) -> LateEncoder | None:
        """The model of its own for MaxSim; None where the settings name none."""
        name = self._settings.rerank.late_model
        if not name:
            return None
        with self._weights_lock:
            if self._late_encoder is None:
                from assistant.embedding.multivector import load_late_encoder

                self._late_encoder = load_late_encoder(name, self._threads)
            return self._late_encoder

    @property
    def _threads(self) -> int:
        return self._settings.index.threads or os.cpu_count() or 1
