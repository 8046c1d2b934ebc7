"""A hit and a quote into the judgement whether the hit is what the quote asks for.

A hit is relevant when it stands in the named document, or is said there again, and its sentence
overlaps the quote: one contains the other after whitespace normalisation, or their tokens' F1 is at
least 0.6. So a question file stays valid when sentences are split in another way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.evaluation.records import Relevant
from assistant.records import Hit

MIN_TOKEN_F1 = 0.6

# Chinese and Japanese have no spaces: each character is a token there.
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def first_ranks(hits: Sequence[Hit], relevant: Sequence[Relevant]) -> list[int | None]:
    """For each entry the 1-based rank of the first hit that is relevant to it."""
    return [
        next((rank for rank, hit in enumerate(hits, start=1) if is_relevant(hit, entry)), None)
        for entry in relevant
    ]


def is_relevant(hit: Hit, entry: Relevant) -> bool:
    documents = {hit.place.document, *(place.document for place in hit.repeats)}
    return entry.document in documents and overlaps(hit.sentence, entry.quote)


def overlaps(sentence: str, quote: str) -> bool:
    sentence, quote = normalised(sentence), normalised(quote)
    if not sentence or not quote:
        return False
    return sentence in quote or quote in sentence or token_f1(sentence, quote) >= MIN_TOKEN_F1


def normalised(text: str) -> str:
    return " ".join(text.split())


def token_f1(a: str, b: str) -> float:
    """2 |A and B| / (|A| + |B|) over tokens with their counts, case folded; 0 without tokens.

    The answer overlap of SQuAD (Rajpurkar et al. 2016, section 6.1).
    """
    tokens_a, tokens_b = Counter(_tokens(a)), Counter(_tokens(b))
    common = (tokens_a & tokens_b).total()
    total = tokens_a.total() + tokens_b.total()
    return 2 * common / total if total else 0.0


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())
