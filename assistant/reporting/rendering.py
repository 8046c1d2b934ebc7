"""A compared trace into the text of a report: nothing is looked up, ranked or counted anew."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.cells import cell_len, set_cell_size

from assistant import __version__
from assistant.documents.sanitising import sanitise
from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.records import Comparison, Hit, Trace
from assistant.retrieval.modes import MODES

MARKER = "written by assistant: a report of one question"
"""Stands at the beginning of every report, so that no other file is taken for one."""

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_PICTURE_TEXT = 44  # cells


def render_html(trace: Trace, model: str) -> str:
    """One page without scripts or anything from elsewhere."""
    return _rendered("report.html.jinja", trace, model)


def render_svg(trace: Trace, model: str) -> str:
    """One picture of the question and the rank matrix."""
    return _rendered("report.svg.jinja", trace, model)


REPORTS: dict[str, Callable[[Trace, str], str]] = {"html": render_html, "svg": render_svg}
"""Kind, which is the ending of the file too -> its renderer."""


def _rendered(template: str, trace: Trace, model: str) -> str:
    """Raises: ValueError for a trace that was not compared."""
    if trace.comparison is None:
        raise ValueError("a report shows a compared trace")
    # Escaping is for the template's whole life on: documents and questions are hostile text.
    environment = Environment(
        loader=PackageLoader("assistant.reporting"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        marker=MARKER,
        version=__version__,
        model=model,
        trace=trace,
        comparison=trace.comparison,
        columns=list(_columns(trace.comparison)),
        label=_label,
        pieces=_pieces,
        length=_length,
        fitted=_fitted,
    )


def _harmless(value: Any) -> Any:
    return _NOT_IN_XML.sub("", sanitise(value)) if type(value) is str else value


def _label(name: str) -> str:
    if name in MODES:
        return MODES[name].label
    return POOLINGS[name].label if name in POOLINGS else "MaxSim" if name == MAXSIM else name


def _columns(comparison: Comparison) -> Iterator[tuple[str, str, list[int | None]]]:
    """(heading, kind, rank of each hit): the poolings, the modes, the approximate index."""
    for name in comparison.poolings:
        star = "★" if name == comparison.trained_pooling else ""
        yield _label(name) + star, "pooling", [s.ranks[name] for s in comparison.sentences]
    for name in MODES:
        yield _label(name), "mode", [s.mode_ranks[name] for s in comparison.sentences]
    if not comparison.chroma_state:
        yield "Chroma", "engine", [s.chroma_rank for s in comparison.sentences]


def _pieces(hit: Hit) -> Iterator[tuple[str, bool]]:
    """The sentence in pieces, with whether the words matched each."""
    at = 0
    for term in sorted(hit.terms, key=lambda term: term.start):
        if term.start >= at:
            yield hit.sentence[at : term.start], False
            yield hit.sentence[term.start : term.end], True
            at = term.end
    yield hit.sentence[at:], False


def _length(rank: int, of: int) -> float:
    """Of a rank's bar, 0..1: the logarithm of the rank, so that 1 is the whole and `of` nothing."""
    return 1 - math.log(rank) / math.log(of) if of > 1 else 1.0


def _fitted(text: str) -> str:
    """For a picture, which wraps nothing: cut in cells, since ideographs take two."""
    line = " ".join(text.split())
    return set_cell_size(line, _PICTURE_TEXT - 1) + "…" if cell_len(line) > _PICTURE_TEXT else line
