"""Passages by window: as many sentences as the encoder reads at once, across headings.

The chunks of ordinary RAG, kept to be compared with. Such a passage belongs to the section that it
begins in.
"""

from __future__ import annotations

from assistant.documents.passages.kind import Cuttable, PassageKind
from assistant.documents.passages.packing import Span, packed_evenly


def _cut(document: Cuttable) -> list[Span]:
    if not document.sentences:
        return []
    # The headings inside of a passage are part of its text.
    pairs = zip(document.n_tokens, document.n_heading_tokens, strict=True)
    n_tokens = [own + heading for own, heading in pairs]
    return packed_evenly(n_tokens, 0, len(n_tokens), document.window)


WINDOW = PassageKind("window", "as many sentences as the window holds, across headings", _cut)
