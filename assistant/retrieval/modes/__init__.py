"""The ways to retrieve: one file each, and the table that every menu and test iterates."""

from __future__ import annotations

from assistant.retrieval.modes.bm25 import BM25
from assistant.retrieval.modes.contextual import CONTEXTUAL
from assistant.retrieval.modes.hierarchical import HIERARCHICAL
from assistant.retrieval.modes.hybrid import HYBRID
from assistant.retrieval.modes.late import LATE
from assistant.retrieval.modes.mode import Mode
from assistant.retrieval.modes.multi import MULTI
from assistant.retrieval.modes.passage import PASSAGE
from assistant.retrieval.modes.sentence import SENTENCE

__all__ = ["MODES", "Mode"]

MODES: dict[str, Mode] = {
    mode.name: mode
    for mode in (LATE, HYBRID, BM25, SENTENCE, CONTEXTUAL, PASSAGE, HIERARCHICAL, MULTI)
}
