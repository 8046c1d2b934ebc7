"""A model's folder into one of sentence-transformers' classes, quietly and as full precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable


def load_by_library(
    kind: str, folder: Path, threads: int, complaint: str, cure: str, window: int
) -> Any:
    """The `kind` of sentence-transformers in the folder, reading at most `window` tokens.

    Raises: ModelUnavailable with the complaint and the cure.
    """
    import sentence_transformers
    import torch
    from transformers.utils.logging import disable_progress_bar

    torch.set_num_threads(threads)
    disable_progress_bar()  # it writes over the screen
    try:
        model = getattr(sentence_transformers, kind)(
            str(folder), device="cpu", model_kwargs={"dtype": torch.float32}
        )
    except Exception as error:  # every kind comes out of it
        raise ModelUnavailable(f"{complaint}: {error}", cure) from error
    model.eval()
    model.max_seq_length = window
    return model
