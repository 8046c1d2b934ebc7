"""Tiny traces for tests of what the command line prints."""

from __future__ import annotations

from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.records import (
    Agreement,
    Comparison,
    Dilution,
    GrainStanding,
    Hit,
    Part,
    Place,
    Reading,
    SentenceComparison,
    TermMatch,
    Trace,
)
from assistant.retrieval.modes import MODES


def hit(sentence: str, *terms: TermMatch, document: str = "a.md") -> Hit:
    place = Place(document, 0, len(sentence), 7, None, ("Top", "Below"))
    return Hit(1, 0.5, 1, place, sentence, sentence, 1, (Part("bm25", 1, 0.5),), terms)


def trace_of(*hits: Hit) -> Trace:
    reading = Reading(4, 0, 0)
    return Trace("q", "q", "hybrid", "mean", "mean", "exact", reading, (), hits, 1000)


def compared_trace(sentence: str) -> Trace:
    names = (*POOLINGS, MAXSIM)
    standing = GrainStanding(12, 1000, 0.5)
    dilution = Dilution(standing, standing, standing, 10, 100, 300)
    compared = SentenceComparison(
        1,
        sentence,
        dict.fromkeys(names, 12),
        dict.fromkeys(names, 0.5),
        dict.fromkeys(MODES, None),
        3,
        dict.fromkeys(POOLINGS, dilution),
    )
    comparison = Comparison(
        names, "mean", 200, 1000, (compared,), (Agreement("cls", "mean", -0.5, 0.3),)
    )
    found = trace_of(hit(sentence))
    return Trace(
        *("q", "q", "hybrid", "mean", "mean", "exact"),
        found.reading,
        (),
        found.hits,
        1000,
        comparison=comparison,
    )
