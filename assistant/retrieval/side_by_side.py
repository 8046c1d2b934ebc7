"""One question under every mode, each as if it alone had been asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from assistant.records import ModeOverlap, SideBySide, Trace
from assistant.retrieval.agreement import overlap
from assistant.retrieval.modes import MODES
from assistant.retrieval.retrieving import retrieve
from assistant.retrieval.search import Search

OVERLAP_DEPTH = 10


def side_by_side(
    search: Search, model: str, trained_pooling: str, limit: int
) -> Iterator[SideBySide]:
    """What is there after each mode, in the order of MODES; close to cancel.

    Every mode starts from the encoded question alone: with the scores that an earlier mode
    computed, the later ones would look quicker than they are.
    """
    depth = max(limit, OVERLAP_DEPTH)
    search.prepare()
    traces: list[Trace] = []
    for mode in MODES:
        traces.append(retrieve(search.afresh(), mode, depth, trained_pooling))
        yield SideBySide(search.question, model, tuple(traces), mode_overlaps(traces), len(MODES))


def mode_overlaps(traces: list[Trace]) -> tuple[ModeOverlap, ...]:
    best = {trace.mode: [hit.sentence_id for hit in trace.hits[:OVERLAP_DEPTH]] for trace in traces}
    return tuple(ModeOverlap(a, b, overlap(best[a], best[b])) for a, b in combinations(best, 2))
