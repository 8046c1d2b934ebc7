"""A comparison into the rank matrix and what explains it, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from assistant.cli.layout import fitted, place_label, table
from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.records import Comparison, Hit, SentenceComparison, Trace
from assistant.retrieval.modes import MODES

_MIN_BESIDE = 40
"""Columns that a sentence needs to stand beside its ranks; below them otherwise."""
_NO_RANK = "–"


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    ranks: tuple[int | None, ...]

    @property
    def width(self) -> int:
        return 2 + max(len(self.label), *(len(_rank(rank)) for rank in self.ranks))


def comparison_lines(trace: Trace, comparison: Comparison, width: int | None) -> Iterator[Text]:
    columns = _columns(comparison)
    active = tuple(sentence.ranks[trace.pooling] for sentence in comparison.sentences)
    for number, part in enumerate(_parts(columns, width)):
        if number:
            yield Text()
        yield from _matrix(trace.hits, part, active, width, with_sentences=number == 0)
    yield Text()
    yield from _legend(comparison)
    if comparison.sentences:
        yield Text()
        yield from _dilution(trace, comparison.sentences)
    yield Text()
    yield Text("Agreement: Kendall's tau, and how much of the best ten is shared", "bold")
    yield from _agreement(comparison)


def _columns(comparison: Comparison) -> list[_Column]:
    sentences = comparison.sentences
    columns = []
    for name in comparison.poolings:
        star = "*" if name == comparison.trained_pooling else ""
        columns.append(_Column(_label(name) + star, tuple(s.ranks[name] for s in sentences)))
    # BM25 first of the modes: it is the arm that no pooling changes.
    for name in sorted(MODES, key=lambda name: MODES[name].uses_encoder):
        ranks = tuple(s.mode_ranks[name] for s in sentences)
        columns.append(_Column(MODES[name].label, ranks))
    if not comparison.chroma_state:
        columns.append(_Column("Chroma", tuple(s.chroma_rank for s in sentences)))
    return columns


def _parts(columns: Sequence[_Column], width: int | None) -> list[list[_Column]]:
    """The columns side by side as far as the width goes, then below each other."""
    parts: list[list[_Column]] = [[]]
    used = 4
    for column in columns:
        if width is not None and used + column.width > width and parts[-1]:
            parts.append([])
            used = 4
        parts[-1].append(column)
        used += column.width
    return parts


def _matrix(
    hits: Sequence[Hit],
    columns: Sequence[_Column],
    active: Sequence[int | None],
    width: int | None,
    with_sentences: bool,
) -> Iterator[Text]:
    header = Text("   #", style="bold")
    for column in columns:
        header.append(column.label.rjust(column.width))
    yield header
    used = 4 + sum(column.width for column in columns) + 2
    is_beside = width is None or width - used >= _MIN_BESIDE
    for row, hit in enumerate(hits):
        line = Text(f"{hit.rank:>4}", style="bold")
        for column in columns:
            style = _style(column.ranks[row], active[row])
            line.append(_rank(column.ranks[row]).rjust(column.width), style=f"not bold {style}")
        if with_sentences and is_beside:
            room = None if width is None else width - used
            line.append("  ").append_text(_sentence(hit, room))
        yield line
        if with_sentences and not is_beside:
            room = None if width is None else width - 6
            yield Text("      ").append_text(_sentence(hit, room))


def _sentence(hit: Hit, room: int | None) -> Text:
    place = place_label(hit.place)
    text = Text(fitted(f"{place}  {hit.sentence}", room), style="not bold")
    text.stylize("cyan", 0, len(place))
    return text


def _rank(rank: int | None) -> str:
    return _NO_RANK if rank is None else f"{rank:,}"


def _style(rank: int | None, active: int | None) -> str:
    """Green where the column ranks the sentence above the active pooling, red below."""
    if rank is None or active is None:
        return "dim"
    return "green" if rank < active else "red" if rank > active else ""


def _legend(comparison: Comparison) -> Iterator[Text]:
    trained = _label(comparison.trained_pooling)
    yield Text(
        f"* {trained} is what the model was trained with; the other poolings are diagnostic."
    )
    of_maxsim = (
        ""
        if comparison.maxsim_pool == comparison.n_sentences
        else f"; MaxSim is exact over the {comparison.maxsim_pool:,} that any pooling has in its"
        " best 200"
    )
    yield Text(f"Ranks are exact among all {comparison.n_sentences:,} sentences{of_maxsim}.")
    if comparison.chroma_state:
        yield Text(f"No Chroma column: {comparison.chroma_state}.")


def _dilution(trace: Trace, sentences: Sequence[SentenceComparison]) -> Iterator[Text]:
    """A sentence alone, in its passage and in its section: what company does to its vector."""
    first = sentences[0].dilution[trace.pooling]
    yield Text(
        f"Dilution under {_label(trace.pooling)}: cosine and rank among {first.sentence.of:,}"
        f" sentences, {first.passage.of:,} passages, {first.section.of:,} sections",
        style="bold",
    )
    rows = []
    for hit, sentence in zip(trace.hits, sentences, strict=True):
        dilution = sentence.dilution[trace.pooling]
        grains = (dilution.sentence, dilution.passage, dilution.section)
        tokens = (dilution.sentence_tokens, dilution.passage_tokens, dilution.section_tokens)
        cells = [f"{hit.rank:>4}"]
        for grain, n_tokens in zip(grains, tokens, strict=True):
            cells += [f"{grain.score:.3f}", f"{grain.rank:,}", f"{n_tokens:,}"]
        rows.append(cells)
    header = ["   #"]
    for name in ("sentence", "passage", "section"):
        header += [name, "rank", "tokens"]
    yield from table(header, rows)


def _agreement(comparison: Comparison) -> Iterator[Text]:
    names = comparison.poolings
    pairs = {(pair.a, pair.b): pair for pair in comparison.agreement}
    rows = []
    for a in names[:-1]:
        cells = []
        for b in names[1:]:
            pair = pairs.get((a, b))
            cells.append(f"{pair.kendall_tau:+.2f} {pair.overlap_at_10:.0%}" if pair else "")
        rows.append([_label(a), *cells])
    yield from table(["", *(_label(name) for name in names[1:])], rows)


def _label(pooling: str) -> str:
    return "MaxSim" if pooling == MAXSIM else POOLINGS[pooling].label
