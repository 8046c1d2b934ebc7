"""An answer's sentences and their sources into how near they are, token by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from assistant.embedding.encoder import Encoder
from assistant.embedding.maxsim import maxsim_scores
from assistant.embedding.reading import dense_trust


def mean_best_cosines(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
    """For each (sentence, source) MaxSim over the sentence's tokens: their mean best cosine.

    None where the encoder does not know the words of one of the two. One pass over all texts.
    """
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    readings = dict(zip(texts, encoder.read(texts), strict=True)) if texts else {}
    known = [text for text in texts if dense_trust(readings[text]) == 1]
    tokens = dict(zip(known, encoder.token_vectors(known, "document"), strict=True))
    found: list[float | None] = []
    for sentence, source in pairs:
        if sentence not in tokens or source not in tokens or not len(tokens[sentence].vectors):
            found.append(None)
            continue
        asked = tokens[sentence].vectors
        found.append(float(maxsim_scores(asked, [tokens[source].vectors])[0]) / len(asked))
    return found


def likeness_by(
    encoder: Encoder | None,
) -> Callable[[Sequence[tuple[str, str]]], list[float | None]] | None:
    """The comparison by that encoder; None where there is none."""
    return None if encoder is None else partial(mean_best_cosines, encoder)
