"""A trace into the lines that a person reads: rank, place, sentence, what each arm said."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from assistant.cli.layout import fitted, heading_label, indented, place_label
from assistant.documents.sanitising import sanitise
from assistant.records import Hit, Trace

_MATCHED = "bold underline"
_PLACES_SHOWN = 3


def hit_lines(trace: Trace, width: int | None) -> Iterator[Text]:
    rank_width = len(str(len(trace.hits)))
    for hit in trace.hits:
        yield from _hit(hit, rank_width, width)


def summary(trace: Trace) -> str:
    """How it was searched, in one line."""
    milliseconds = 1000 * trace.timings.get("total", 0.0)
    return (
        f"{trace.mode}, {trace.pooling} pooling, {trace.n_sentences:,} sentences,"
        f" {trace.engine} search, {milliseconds:.0f} ms"
    )


def _hit(hit: Hit, rank_width: int, width: int | None) -> Iterator[Text]:
    indent = rank_width + 2
    line = Text(f"{hit.rank:>{rank_width}}  ", style="bold")
    line.append(place_label(hit.place), style="not bold cyan")
    room = None if width is None else width - line.cell_len - 2
    if hit.place.heading and (room is None or room > 10):
        line.append("  " + fitted(heading_label(hit.place.heading), room), style="not bold dim")
    yield line
    yield from indented(_sentence(hit), indent, width)
    said = "   ".join(f"{p.arm} #{p.rank:,} {p.score:.4g}" for p in hit.parts)
    score = f"score {hit.score:.4g}   " if len(hit.parts) > 1 else ""
    yield from indented(Text(score + said, style="dim"), indent, width)
    if hit.repeats:
        yield from indented(Text(_also_at(hit), style="dim"), indent, width)


def _also_at(hit: Hit) -> str:
    shown = ", ".join(place_label(place) for place in hit.repeats[:_PLACES_SHOWN])
    left = len(hit.repeats) - _PLACES_SHOWN
    return f"the same in {shown}" + (f" and {left:,} more places" if left > 0 else "")


def _sentence(hit: Hit) -> Text:
    """With the words that BM25 matched standing out."""
    text = Text(sanitise(hit.sentence))
    if text.plain == hit.sentence:  # else the places of the words have moved
        for match in hit.terms:
            text.stylize(_MATCHED, match.start, match.end)
    return text
