"""Texts into token states, by two runtimes over the same weights.

sentence-transformers (torch) is the reference: it loads every model and its Pooling module makes
the vectors. onnxruntime is the quick one: ready in 0.7 s instead of 10 s, three times faster for a
question, 1.5 times and more per core when indexing. It is used only after its vectors were held
against the reference.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS, Floats, Mask
from assistant.embedding.wordpieces import WordPieces
from assistant.errors import ModelUnavailable

_MIN_COSINE_TO_REFERENCE = 0.9999
_PROBES = (
    "DDR4 write leveling aligns DQS with CK at each DRAM.",
    "PcdFlashNvStorageVariableBase = 0xFFC00000",
    "如何初始化DDR4内存?",
    "x",
    "The flash descriptor divides the device into regions. " * 30,
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


class TorchTransformer:
    """The reference: sentence-transformers' own modules."""

    runtime = "torch"

    def __init__(self, model: ModelInfo, threads: int) -> None:
        """Raises: ModelUnavailable where sentence-transformers cannot load the folder."""
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling

        torch.set_num_threads(threads)
        self._torch = torch
        try:
            self.module = SentenceTransformer(str(model.folder), device="cpu")
        except Exception as error:  # every kind comes out of it, down to KeyError
            raise ModelUnavailable(
                f"the embedding model cannot be loaded: {model.name}: {error}",
                "run `assistant doctor`, or name another model in [index] model",
            ) from error
        self.module.eval()
        self.module.max_seq_length = model.window
        self._poolings = Pooling(
            self.module[0].get_embedding_dimension(),
            pooling_mode=tuple(POOLINGS),
            include_prompt=all(getattr(m, "include_prompt", True) for m in self.module),
        )
        self._after_pooling = [m for m in list(self.module)[2:] if type(m).__name__ != "Normalize"]

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        with self._torch.inference_mode():
            # The library puts the prompt in front itself: some models pool without its tokens.
            read = self.module.preprocess(list(texts), prompt=prompt or None)
            features: dict[str, Any] = self.module[0](read)
            # dict(): the pooling module writes its result into what it is given
            pooled = self._poolings(dict(features))["sentence_embedding"]
            pooled = pooled.view(len(texts) * len(POOLINGS), -1)
            for module in self._after_pooling:
                pooled = module({"sentence_embedding": pooled})["sentence_embedding"]
        return ForwardPass(
            features["token_embeddings"].float().numpy(),
            features["attention_mask"].numpy().astype(bool),
            pooled.float().view(len(texts), len(POOLINGS), -1).numpy(),
        )


class OnnxTransformer:
    """The same weights through onnxruntime and tokenizers."""

    runtime = "onnxruntime"

    def __init__(self, file: Path, pieces: WordPieces, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # A spinning thread starves a machine that is busy generating: 10x slower questions.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._pieces = pieces

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        pieces = self._pieces.pieces([prompt + text for text in texts])
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
        states, attended = self._session.run(None, feed)[0], mask.astype(bool)
        pooled = np.stack([p.pool(states, attended) for p in POOLINGS.values()], axis=1)
        return ForwardPass(states, attended, pooled)


def onnx_file(model: ModelInfo, cache: Path) -> Path:
    """Where the checked export of the model lies once it was made."""
    return cache / f"{model.revision[:16]}-{model.window}.onnx"


def export_onnx(
    reference: TorchTransformer, model: ModelInfo, pieces: WordPieces, file: Path
) -> None:
    """Write the model as ONNX and keep it only if it gives the reference's vectors.

    Raises: ModelUnavailable saying what went wrong; no file is left behind then.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft_name = tempfile.mkstemp(dir=file.parent, suffix=".onnx.draft")
    os.close(handle)
    draft = Path(draft_name)
    try:
        _write_onnx(reference, draft)
        worst = _worst_cosine(reference, OnnxTransformer(draft, pieces, threads=1))
        if worst < _MIN_COSINE_TO_REFERENCE:
            raise ModelUnavailable(
                f"the ONNX export of {model.name} differs from torch: worst cosine {worst:.5f}"
            )
        draft.replace(file)
    except ModelUnavailable:
        raise
    except Exception as error:  # exporters fail in every way there is
        raise ModelUnavailable(f"{model.name} cannot be exported to ONNX: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _write_onnx(reference: TorchTransformer, file: Path) -> None:
    import warnings

    import torch

    features = reference.module.preprocess([_PROBES[0], _PROBES[1]])
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


def _worst_cosine(reference: TorchTransformer, candidate: Transformer) -> float:
    """Over every pooling and probe, one text at a time and all in one padded batch."""
    worst = 1.0
    for batch in ([probe] for probe in _PROBES):
        worst = min(worst, _batch_cosine(reference, candidate, batch))
    return min(worst, _batch_cosine(reference, candidate, _PROBES))


def _batch_cosine(one: Transformer, other: Transformer, texts: Sequence[str]) -> float:
    a, b = one.forward(texts).pooled, other.forward(texts).pooled
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return float(((a * b).sum(axis=-1) / np.maximum(lengths, 1e-12)).min())
