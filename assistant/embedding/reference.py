"""Texts into token states by sentence-transformers (torch): the reference.

It loads every model, its own Pooling module makes the vectors, and its tokenizer decides how a text
is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.embedding.models import ModelInfo, made_tokenizer
from assistant.embedding.poolings import POOLINGS
from assistant.embedding.transformers import PROBES, ForwardPass
from assistant.embedding.wordpieces import WordPieces
from assistant.errors import ModelUnavailable


class TorchTransformer:
    """sentence-transformers' own modules."""

    runtime = "torch"

    def __init__(self, model: ModelInfo, threads: int) -> None:
        """Raises: ModelUnavailable where sentence-transformers cannot load the folder."""
        import torch

        torch.set_num_threads(threads)
        self._torch = torch
        self.module = _loaded(model)
        self.module.eval()
        self.module.max_seq_length = model.window
        self._to_states, self._after_pooling = _around_pooling(model, list(self.module))
        self._poolings = self._every_pooling()

    @property
    def size_bytes(self) -> int:
        return sum(each.numel() * each.element_size() for each in self.module[0].parameters())

    def _every_pooling(self) -> Any:
        from sentence_transformers.sentence_transformer.modules import Pooling

        return Pooling(
            self.module[0].get_embedding_dimension(),
            pooling_mode=tuple(POOLINGS),
            include_prompt=all(getattr(m, "include_prompt", True) for m in self.module),
        )

    def token_ids(self, texts: Sequence[str], prompt: str = "") -> list[list[int]]:
        """How the library reads each text, without padding."""
        read = self.module.preprocess(list(texts), prompt=prompt or None)
        mask = read["attention_mask"].bool()
        return [ids[kept].tolist() for ids, kept in zip(read["input_ids"], mask, strict=True)]

    def forward(self, texts: Sequence[str], prompt: str = "") -> ForwardPass:
        with self._torch.inference_mode():
            # The library puts the prompt in front itself: some models pool without its tokens.
            features: dict[str, Any] = self.module.preprocess(list(texts), prompt=prompt or None)
            for module in self._to_states:
                features = module(features)
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

    def release_memory(self) -> None:
        """Torch keeps none on a processor."""


def _loaded(model: ModelInfo) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # it writes over the screen
    try:
        return SentenceTransformer(
            str(model.folder),
            device="cpu",
            # Models are published in half precision too, which few CPUs compute quickly and which
            # would be another number format than the one that the index is known by.
            model_kwargs={"dtype": torch.float32},
        )
    except Exception as error:  # every kind comes out of it, down to KeyError
        raise ModelUnavailable(
            f"the embedding model cannot be loaded: {model.name}: {error}",
            "run `assistant doctor`, or name another model in [index] model",
        ) from error


def _around_pooling(model: ModelInfo, modules: list[Any]) -> tuple[list[Any], list[Any]]:
    """What makes token states, and what is done to a pooled vector before it is made a unit."""
    from sentence_transformers.sentence_transformer.modules import Pooling

    place = next((i for i, module in enumerate(modules) if isinstance(module, Pooling)), None)
    if place is None:
        raise ModelUnavailable(
            f"the embedding model has no token vectors to pool: {model.name}",
            "name a model with a transformer; `assistant models` lists some",
        )
    after = modules[place + 1 :]
    # Only at the end: one that stands before a Dense module is part of what that was trained on.
    while after and type(after[-1]).__name__ == "Normalize":
        after.pop()
    return modules[:place], after


def read_as_the_reference_does(
    model: ModelInfo, reference: TorchTransformer, cache: Path
) -> ModelInfo:
    """The model with the tokenizer that the library makes of its files, where that reads otherwise.

    transformers 5 builds many tokenizers anew from their vocabulary, and sentence-transformers may
    lower-case on top. Token vectors are told apart by our word pieces: both must agree.
    """
    if _agree(model, reference):
        return model
    made = made_tokenizer(model.revision, model.reads_as, cache)
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        reference.module.tokenizer.backend_tokenizer.save(str(made))
        read_otherwise = replace(model, tokenizer=made)
        if _agree(read_otherwise, reference):
            return read_otherwise
        made.unlink()
        reason = "its tokenizer cannot be taken out of sentence-transformers"
    except Exception as error:  # a tokenizer without such a backend; a cache that is read-only
        reason = str(error)
    raise ModelUnavailable(
        f"the embedding model's words cannot be told apart: {model.name}: {reason}",
        "name another model in [index] model",
    )


def _agree(model: ModelInfo, reference: TorchTransformer) -> bool:
    pieces = WordPieces(model.tokenizer_file, model.window)
    return all(
        [list(piece.ids) for piece in pieces.pieces([prompt + text for text in PROBES])]
        == reference.token_ids(PROBES, prompt)
        for prompt in {"", model.query_prompt, model.document_prompt}
    )
