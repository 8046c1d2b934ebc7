"""Hits into the passages that an answer may rest on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.indexing.snapshot import Snapshot
from assistant.records import EvidencePassage, Hit


def evidence_of(snapshot: Snapshot, hits: Sequence[Hit]) -> tuple[EvidencePassage, ...]:
    """The passages of the hits, best first, each once; one that is gone by now is left out."""
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage_id, hit)
    found = ((hit, tuple(snapshot.passage_sentences(hit.passage_id))) for hit in best.values())
    return tuple(
        EvidencePassage(hit.passage_id, hit.place.document, hit.place.heading, hit.rank, sentences)
        for hit, sentences in found
        if sentences
    )
