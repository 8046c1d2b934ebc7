"""The numbers of the lesson into steps of plain text. Not one of them is written here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.records import (
    Dilution,
    GrainStanding,
    Hit,
    LessonStep,
    SentenceComparison,
    Toy,
    Trace,
    Vector,
)
from assistant.retrieval.modes import MODES

WIDTH = 76
_BY_HAND = "mean"
"""The pooling that can be followed with a pencil."""
Models = Mapping[str, tuple[str, ...]]


def told(
    trace: Trace, hit: Hit, compared: SentenceComparison, toy: Toy, models: Models
) -> tuple[LessonStep, ...]:
    return (
        LessonStep("One sentence answers", tuple(_question(trace, hit, compared))),
        LessonStep("Many tokens, one vector: by hand", tuple(_toy(toy))),
        LessonStep("What each pooling makes of them", tuple(_toy_poolings(toy))),
        LessonStep("The same with the real encoder", tuple(_dilution(trace, compared))),
        LessonStep("The poolings and their models", tuple(_poolings(trace, models))),
        LessonStep("When to use which mode", tuple(_modes(trace, compared))),
    )


def ordinal(rank: int) -> str:
    """1 -> 1st, 12 -> 12th."""
    if 10 <= rank % 100 <= 20:
        return f"{rank:,}th"
    return f"{rank:,}" + {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


# ── the steps ──


def _question(trace: Trace, hit: Hit, compared: SentenceComparison) -> Iterator[str]:
    dilution = compared.dilution[trace.trained_pooling]
    yield from _paragraph("Somebody asks:")
    yield from _quoted(trace.question)
    yield from _paragraph(f"One sentence answers, in {hit.place.document}, line {hit.place.line}:")
    yield from _quoted(hit.sentence)
    yield from _paragraph(
        f"It has {dilution.sentence_tokens} tokens. The passage that it stands in has"
        f" {dilution.passage_tokens}, and the chapter, one section that speaks of eight topics"
        f" in a row, {dilution.section_tokens:,}."
    )
    yield from _paragraph(
        "A search by meaning turns each text into one vector and ranks the texts by their cosine"
        " with the question's. Which text shall that be: the sentence, the passage or the chapter?"
    )


def _toy(toy: Toy) -> Iterator[str]:
    yield from _paragraph(
        "An encoder gives one vector for every token. A pooling makes them one vector. Here are"
        f" {_number(len(toy.tokens))} tokens in {_number(len(toy.question))} dimensions, so that"
        " they can be added up by hand:"
    )
    for number, token in enumerate(toy.tokens, start=1):
        topic = "the topic that is asked for" if number <= toy.n_alone else "another topic"
        yield f"    token {number}   {_vector(token)}   {topic}"
    yield ""
    mean = {each.pooling: each for each in toy.poolings}[_BY_HAND]
    yield from _paragraph("Their mean, dimension by dimension:")
    for axis in range(len(toy.question)):
        sums = " + ".join(f"{token[axis]:.1f}" for token in toy.tokens)
        yield f"    ({sums}) / {len(toy.tokens)} = {mean.whole[axis]:.2f}"
    yield ""
    yield from _paragraph(
        f"The question is {_vector(toy.question)}. Its cosine with the mean of the first"
        f" {_number(toy.n_alone)} tokens, {_vector(mean.alone)}, is {mean.cosine_alone:.3f}; with"
        f" the mean of all, {_vector(mean.whole)}, it is {mean.cosine_whole:.3f}. The tokens that"
        " answer are all still there. The vector points elsewhere: that is dilution."
    )


def _toy_poolings(toy: Toy) -> Iterator[str]:
    yield from _paragraph(
        f"The same tokens under every pooling. Cosines with the question, for the first"
        f" {_number(toy.n_alone)} tokens alone and for all of them:"
    )
    rows = [
        [each.label, _vector(each.whole), f"{each.cosine_alone:.3f}", f"{each.cosine_whole:.3f}"]
        for each in toy.poolings
    ]
    kept = [f"{toy.maxsim_alone:.3f}", f"{toy.maxsim_whole:.3f}"]
    rows.append(["MaxSim", "every token is kept", *kept])
    yield from _table(["", "vector of all tokens", "alone", "all"], rows, n_left=2)
    yield ""
    for pooling in POOLINGS.values():
        yield from _item(pooling.label, pooling.summary)
    yield from _item(
        "MaxSim", "no one vector: for each question token the best cosine with any token"
    )
    yield ""
    nearest = max(toy.poolings, key=lambda each: each.cosine_whole)
    yield from _paragraph(
        f"Of the poolings {nearest.label} keeps most here, because of where the answer stands or"
        " how large it is, not because it is the better one: with the answer at the other end it"
        " can be another. MaxSim does not depend on the neighbours at all, and costs a vector"
        " for every token."
    )


def _dilution(trace: Trace, compared: SentenceComparison) -> Iterator[str]:
    own = compared.dilution[trace.trained_pooling]
    yield from _paragraph(
        f"Rank and cosine of the sentence among {own.sentence.of:,} sentences, of its"
        f" {own.passage_tokens}-token passage among {own.passage.of:,} passages, and of its"
        f" {own.section_tokens:,}-token chapter among {own.section.of:,} sections:"
    )
    rows = []
    for name, pooling in POOLINGS.items():
        star = " ★" if name == trace.trained_pooling else ""
        row = [f"{pooling.label}{star}"]
        for standing in _standings(compared.dilution[name]):
            row += [f"{standing.rank:,}", f"{standing.score:.3f}"]
        rows.append(row)
    maxsim = compared.ranks[MAXSIM]
    rows.append(["MaxSim", "–" if maxsim is None else f"{maxsim:,}", *[""] * 5])
    header = ["", "sentence", "", "passage", "", "chapter", ""]
    yield from _table(header, rows)
    yield ""
    yield from _paragraph(
        "★ the model was trained with it; the others show what a wrong setting does. Compare a"
        " cosine with those beside it, not with those of another row."
    )
    label = POOLINGS[trace.trained_pooling].label
    yield from _paragraph(
        f"In words: alone the sentence is {ordinal(own.sentence.rank)}. Inside its"
        f" {own.passage_tokens}-token passage {label} pooling puts it {ordinal(own.passage.rank)},"
        f" inside the chapter {ordinal(own.section.rank)} of only {own.section.of:,}."
        + ("" if maxsim is None else f" MaxSim has the sentence {ordinal(maxsim)}.")
    )


def _poolings(trace: Trace, models: Models) -> Iterator[str]:
    yield from _paragraph(
        "A model's vectors are good under the pooling that it was trained with, and under that"
        " one only. A wrong one gives no error: the ranks just get worse."
    )
    for name, pooling in POOLINGS.items():
        star = " ★" if name == trace.trained_pooling else ""
        known = ", ".join(models[name]) or "none that this program knows of"
        yield from _wrapped(f"{pooling.label}{star} ({name}): {pooling.summary}", "", "    ")
        yield from _wrapped(f"trained with it: {known}", "    ")
    yield ""
    yield from _paragraph(
        "The names are those of sentence-transformers. mean_sqrt_len_tokens is not among them:"
        " it points the same way as the mean, so under cosine it ranks the same."
    )


def _modes(trace: Trace, compared: SentenceComparison) -> Iterator[str]:
    yield from _paragraph(
        "A mode says which texts are ranked, and by what. Where each puts the sentence that"
        " answers, and when it wins:"
    )
    for mode in MODES.values():
        rank = compared.mode_ranks[mode.name]
        place = "–" if rank is None else ordinal(rank)
        active = "●" if mode.name == trace.mode else " "
        yield from _wrapped(mode.wins, f"{active} {mode.name:<13}{place:>6}  ", " " * 23)
    yield ""
    yield from _paragraph(
        "● is what you get unless you choose another one. In the program F2 changes the mode, F3"
        " the pooling, and the panel shows for your own question what you just saw."
    )


# ── words and tables ──


def _standings(dilution: Dilution) -> tuple[GrainStanding, GrainStanding, GrainStanding]:
    return dilution.sentence, dilution.passage, dilution.section


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH)
    yield ""


def _quoted(text: str) -> Iterator[str]:
    yield from _wrapped(" ".join(text.split()), "  │ ")
    yield ""


def _item(name: str, text: str) -> Iterator[str]:
    yield from _wrapped(text, f"  {name:<8}", " " * 10)


def _wrapped(text: str, first: str, others: str | None = None) -> list[str]:
    indent = first if others is None else others
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=indent)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], n_left: int = 1) -> Iterator[str]:
    """The first `n_left` columns to the left, the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for row in cells:
        line = "   ".join(
            cell.ljust(width) if i < n_left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"    {line}".rstrip()


def _vector(vector: Vector) -> str:
    return f"({', '.join(f'{value:.2f}' for value in vector)})"


def _number(n: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    return words[n] if n < len(words) else str(n)
