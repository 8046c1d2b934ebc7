"""Sentences that say the same in many places: boilerplate, copied tables, quoted definitions.

Two sentences repeat each other when their terms are the same in the same order: case, punctuation
and inflection may differ; a number, an identifier or a word, "not" among them, may not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.indexing.analyser import terms_of

Integers = npt.NDArray[np.int64]


def repetition_key(text: str, context: str) -> int:
    """The same for sentences that repeat each other, and by a rare chance for others."""
    terms = "\0".join((*terms_of(context), "", *(terms_of(text) or [text])))
    return int.from_bytes(hashlib.blake2b(terms.encode("utf-8"), digest_size=7).digest())


def first_of_each(keys: Sequence[int] | Integers) -> Integers:
    """For every sentence the number of the first one that says the same (n_sentences,)."""
    _, first, group = np.unique(
        np.array(keys, dtype=np.int64), return_index=True, return_inverse=True
    )
    numbers: Integers = first[group]
    return numbers


def save_repeats(file: Path, repeats: Integers) -> None:
    """Write atomically. Raises: OSError."""
    draft = file.with_suffix(".draft.npy")
    np.save(draft, repeats)
    draft.replace(file)


def load_repeats(file: Path, n_sentences: int) -> Integers | None:
    """None where the file is not there, torn, or of another index."""
    try:
        repeats: Integers = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return repeats if repeats.shape == (n_sentences,) else None
