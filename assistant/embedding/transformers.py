"""Texts into token states by onnxruntime, over the weights that the reference has.

It is the quick runtime: ready in 0.7 s instead of 10 s, three times faster for a question, 1.5
times and more per core when indexing. It is used only after its vectors were held against the
reference's.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats, Mask
from assistant.embedding.wordpieces import WordPieces
from assistant.errors import ModelUnavailable

_MIN_COSINE_TO_REFERENCE = 0.9999
_MAX_BYTES = 1_900_000_000
"""Of weights in a protobuf, which ends at 2 GiB. Larger models would lie in many files."""
_MAX_WINDOW = 2048
"""An exported graph holds every attention matrix whole: reading 8,192 tokens with 8 heads took
12 GB, where torch takes 50 MB."""
PROBES = (
    "DDR4 write leveling aligns DQS with CK at each DRAM.",
    "PcdFlashNvStorageVariableBase = 0xFFC00000",
    "如何初始化DDR4内存?",
    "x",
    "The flash descriptor divides the device into regions. " * 60,
)


@dataclass(frozen=True, eq=False, slots=True)
class ForwardPass:
    """What one pass over a batch of texts gives."""

    states: Floats
    """Token states (n_texts, n_tokens, dim)."""
    mask: Mask
    """Which of them are tokens, not padding (n_texts, n_tokens)."""
    pooled: Floats
    """(n_texts, n_poolings, dim) in the order of POOLINGS, not normalised."""


class Transformer(Protocol):
    runtime: str

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        """The prompt stands before each text, and its tokens are among the states."""
        ...

    def release_memory(self) -> None:
        """Give back what only large batches need."""
        ...


class Reference(Transformer, Protocol):
    """The runtime that an export is made of and held against."""

    @property
    def module(self) -> Any:
        """sentence-transformers' model."""
        ...

    @property
    def size_bytes(self) -> int: ...


class OnnxTransformer:
    """The same weights through onnxruntime and tokenizers."""

    runtime = "onnxruntime"

    def __init__(self, file: Path, pieces: WordPieces, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # A spinning thread starves a machine that is busy generating: 10x slower questions.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # its errors are raised; stderr belongs to the screen
        self._session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._pieces = pieces

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        feed, attended = self._fed([prompt + text for text in texts])
        states = self._session.run(None, feed)[0]
        pooled = np.stack([p.pool(states, attended) for p in POOLINGS.values()], axis=1)
        return ForwardPass(states, attended, pooled)

    def release_memory(self) -> None:
        """The session keeps 60 MB after batches of 1,024 tokens; without that they took 1.4 to 2
        times as long. This call's option lets go of it, behind a text that needs next to none."""
        import onnxruntime

        options = onnxruntime.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._session.run(None, self._fed(["."])[0], options)

    def _fed(self, texts: Sequence[str]) -> tuple[dict[str, npt.NDArray[np.int64]], Mask]:
        pieces = self._pieces.pieces(texts)
        longest = max(len(p.ids) for p in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int64)
        types = np.zeros_like(ids)
        mask = np.zeros_like(ids)
        for row, piece in enumerate(pieces):
            ids[row, : len(piece.ids)] = piece.ids
            types[row, : len(piece.ids)] = piece.types
            mask[row, : len(piece.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        feed = {name: array for name, array in feed.items() if name in self._inputs}
        return feed, mask.astype(bool)


def onnx_file(model: ModelInfo, cache: Path) -> Path:
    """Where the checked export of the model lies once it was made."""
    # The check held for these weights, read so, with these word pieces: a copy of the model that
    # only lower-cases is another one.
    read = hashlib.sha256(model.reads_as.encode() + model.tokenizer_file.read_bytes()).hexdigest()
    return cache / f"{model.revision[:16]}-{read[:8]}-{model.window}.onnx"


def export_once(reference: Reference, model: ModelInfo, pieces: WordPieces, cache: Path) -> None:
    """`export_onnx`, unless it is known that it fails with these libraries: that takes seconds.

    Raises: ModelUnavailable, with the reason it had the first time.
    """
    file = onnx_file(model, cache)
    refusal = file.with_suffix(".refused")
    libraries = " ".join(f"{name} {version(name)}" for name in ("torch", "transformers"))
    if refusal.is_file():
        tried, reason = refusal.read_text("utf-8").split("\n", 1)
        if tried == libraries:
            raise ModelUnavailable(reason)
    try:
        export_onnx(reference, model, pieces, file)
    except ModelUnavailable as error:
        refusal.write_text(f"{libraries}\n{error.message}", "utf-8")
        raise


def export_onnx(reference: Reference, model: ModelInfo, pieces: WordPieces, file: Path) -> None:
    """Write the model as ONNX and keep it only if it gives the reference's vectors.

    Raises: ModelUnavailable saying what went wrong; no file is left behind then.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if model.window > _MAX_WINDOW:
        raise ModelUnavailable(f"its window of {model.window:,} tokens needs less memory there")
    if reference.size_bytes > _MAX_BYTES:
        raise ModelUnavailable("this model is too large for one ONNX file")
    handle, draft_name = tempfile.mkstemp(dir=file.parent, suffix=".onnx.draft")
    os.close(handle)
    draft = Path(draft_name)
    try:
        _write_onnx(reference, draft)
        worst = _worst_cosine(reference, OnnxTransformer(draft, pieces, threads=1))
        if not worst >= _MIN_COSINE_TO_REFERENCE:  # so that NaN is refused too
            raise ModelUnavailable(
                f"this model's ONNX export differs from torch: worst cosine {worst:.5f}"
            )
        draft.replace(file)
    except ModelUnavailable:
        raise
    except Exception as error:  # exporters fail in every way there is
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelUnavailable(f"this model cannot be exported to ONNX: {reason}") from error
    finally:
        draft.unlink(missing_ok=True)


def _write_onnx(reference: Reference, file: Path) -> None:
    import warnings

    import torch

    features = reference.module.preprocess([PROBES[0], PROBES[1]])
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]

    class LastHiddenState(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = reference.module[0].auto_model

        def forward(self, *inputs: Any) -> Any:
            return self.model(**dict(zip(names, inputs, strict=True))).last_hidden_state

    axes = {name: {0: "texts", 1: "tokens"} for name in [*names, "states"]}
    with warnings.catch_warnings(), torch.inference_mode():
        # The TorchScript exporter is deprecated and complains; the new one needs onnxscript.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            LastHiddenState().eval(),  # the wrapper, else the export leaves dropout on
            tuple(features[name] for name in names),
            str(file),
            input_names=names,
            output_names=["states"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _worst_cosine(reference: Reference, candidate: Transformer) -> float:
    """Over every pooling and probe, one text at a time and all in one padded batch."""
    batches = [*([probe] for probe in PROBES), PROBES]
    cosines = [_batch_cosine(reference, candidate, batch) for batch in batches]
    return float(np.min(cosines))  # NaN where one is, which the built-in min may pass over


def _batch_cosine(one: Transformer, other: Transformer, texts: Sequence[str]) -> float:
    a, b = one.forward(texts).pooled, other.forward(texts).pooled
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return float(((a * b).sum(axis=-1) / np.maximum(lengths, 1e-12)).min())
