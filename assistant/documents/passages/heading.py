"""Passages by heading: what stands under one heading, in as few even parts as the window allows."""

from __future__ import annotations

from assistant.documents.passages.kind import Cuttable, PassageKind
from assistant.documents.passages.packing import Span, packed_evenly


def _cut(document: Cuttable) -> list[Span]:
    return [
        span
        for first, last in document.sections()
        for span in packed_evenly(document.n_tokens, first, last, document.window)
    ]


HEADING = PassageKind("heading", "what stands under one heading, split to fit the window", _cut)
