"""One question under every mode, so that the modes can be laid side by side."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.retrieval import Trace


@dataclass(frozen=True, slots=True)
class ModeOverlap:
    """How much of their best ten two modes share, 0..1."""

    a: str
    b: str
    overlap_at_10: float


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The modes that were searched so far, one trace each; `Trace.timings["total"]` is each one's
    time with the question already encoded, and nothing else computed before."""

    question: str
    model: str
    traces: tuple[Trace, ...]
    overlaps: tuple[ModeOverlap, ...]
    """Of every two of them."""
    n_modes: int
    """That there will be in the end."""

    @property
    def is_whole(self) -> bool:
        return len(self.traces) == self.n_modes
