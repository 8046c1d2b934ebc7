"""Honest answers from docs_corpus, and the same answers harmed on purpose by code.

`python -m tests.answering.corrupted` prints how many of each harm the check catches and how many
honest answers it flags, apart for the half that the thresholds were chosen on and the other half.
"""

from __future__ import annotations

import functools
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.grounding import Likeness, grounding_of
from assistant.records import EvidenceSentence, Place, SentenceSupport

DATA = Path(__file__).parent / "data" / "honest_answers.jsonl"
CORPUS = Path(__file__).parents[2] / "docs_corpus"

_NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9A-Fa-f]+|\d+(?:\.\d+)?)(?![\w.]*\d)")
_NAME = re.compile(r"`?\b(?:[A-Z]{2,}\w*|[A-Z]+\d\w*|\w*[a-z][A-Z]\w*|[A-Za-z]+_\w+)\b`?")
_VERB = re.compile(r"\b(is|are|has to|must|can|may|makes|takes|stores|blocks|covers|fails)\b")
_CHINESE_VERB = re.compile("必须|不得|不超过|须|表示|保持|写成|按")
_CHINESE_OPPOSITES = {"不得": "可以", "不超过": "超过"}


@dataclass(frozen=True, slots=True)
class Honest:
    document: str
    quote: str
    answer: str


@dataclass(frozen=True, slots=True)
class Trial:
    kind: str
    """"honest", or what was done to the answer."""
    answer: str
    source: Honest


def honest_answers() -> list[Honest]:
    return [Honest(**json.loads(line)) for line in DATA.read_text("utf-8").splitlines()]


def trials(answers: Sequence[Honest], seed: int = 1) -> Iterator[Trial]:
    """Each answer, its quote as it stands, and one of every harm that can be done to it."""
    chance = random.Random(seed)
    for at, honest in enumerate(answers):
        yield Trial("honest", honest.answer, honest)
        yield Trial("quoted", honest.quote, honest)
        others = [other for other in answers if other.document == honest.document]
        others = [other for other in others if other.quote != honest.quote] or [answers[at - 1]]
        yield Trial("swapped source", honest.answer, chance.choice(others))
        if changed := _with_another_number(honest.answer, chance):
            yield Trial("changed number", changed, honest)
        if denied := _negated(honest.answer):
            yield Trial("negated", denied, honest)
        if renamed := _with_another_name(honest, answers, chance):
            yield Trial("swapped identifier", renamed, honest)


def _with_another_number(text: str, chance: random.Random) -> str | None:
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    written = match.group()
    if written.startswith("0x"):
        number = f"0x{int(written, 16) ^ chance.choice((0x10, 0x30, 0x3)):0{len(written) - 2}X}"
    elif "." in written:
        number = f"{float(written) + chance.choice((0.1, 0.3, 1.0)):.{len(written.split('.')[1])}f}"
    else:
        number = str(int(written) + chance.choice((1, 2, 10, 100)))
    return text[: match.start()] + number + text[match.end() :]


def _negated(text: str) -> str | None:
    for word in ("not ", "never ", "no "):
        if f" {word}" in text:
            return text.replace(f" {word}", " ", 1)
    if match := _VERB.search(text):
        verb = match.group()
        helping = verb in ("is", "are", "must", "can", "may")
        denied = f"{verb} not" if helping else f"never {verb}"
        return text[: match.start()] + denied + text[match.end() :]
    if match := _CHINESE_VERB.search(text):
        denied = _CHINESE_OPPOSITES.get(match.group(), "不" + match.group())
        return text[: match.start()] + denied + text[match.end() :]
    return None


def _with_another_name(
    honest: Honest, answers: Sequence[Honest], chance: random.Random
) -> str | None:
    """Another name of the same documents, which the source does not hold."""
    names = [match for match in _NAME.finditer(honest.answer) if match.group() in honest.quote]
    pool = {name for other in answers for name in _NAME.findall(other.quote)}
    pool = {name for name in pool if name.strip("`") not in honest.quote}
    if not names or not pool:
        return None
    match = chance.choice(names)
    new = chance.choice(sorted(pool))
    return honest.answer[: match.start()] + new + honest.answer[match.end() :]


def judged(trial: Trial, likeness: Likeness | None = None) -> list[SentenceSupport]:
    heading = (headings(trial.source.document).get(trial.source.quote, ""),)
    place = Place(trial.source.document, 0, len(trial.source.quote), 1, None, heading)
    source = EvidenceSentence(1, place, trial.source.quote)
    answer = trial.answer.rstrip("。.")
    end = "。" if trial.answer.endswith("。") else "."
    return list(grounding_of(f"{answer} [1]{end}", {1: source}, "", likeness))


@functools.cache
def headings(document: str) -> dict[str, str]:
    """Quote -> the heading that it stands under, as the program knows it of every sentence."""
    text = (CORPUS / document).read_text("utf-8")
    found = {}
    for honest in honest_answers():
        if honest.document == document:
            above = re.findall(r"^#+ (.*)$", text[: text.find(honest.quote)], re.MULTILINE)
            found[honest.quote] = above[-1] if above else ""
    return found


def is_flagged(trial: Trial, likeness: Likeness | None = None) -> bool:
    return any(each.state != "supported" for each in judged(trial, likeness))


def halves() -> tuple[list[Honest], list[Honest]]:
    """(for the thresholds, held out)"""
    answers = honest_answers()
    return answers[::2], answers[1::2]


def tallied(answers: Sequence[Honest], likeness: Likeness | None) -> dict[str, tuple[int, int]]:
    """Kind -> (flagged, all)."""
    counts: dict[str, tuple[int, int]] = {}
    for trial in trials(answers):
        flagged, n = counts.get(trial.kind, (0, 0))
        counts[trial.kind] = (flagged + is_flagged(trial, likeness), n + 1)
    return counts


def main() -> None:
    import sys
    from functools import partial

    from assistant.embedding.encoder import load_encoder
    from assistant.embedding.models import resolve_model
    from assistant.paths import Paths
    from assistant.retrieval.likeness import mean_best_cosines

    cache = Paths.of_user().models
    encoder = load_encoder(resolve_model("all-MiniLM-L6-v2", cache), cache, 2)
    likeness = partial(mean_best_cosines, encoder)
    for name, half in zip(("for the thresholds", "held out"), halves(), strict=True):
        for how, compared in (("words and meaning", likeness), ("words alone", None)):
            print(f"{name}, {how}:")
            for kind, (flagged, n) in tallied(half, compared).items():
                print(f"  {kind:20} {flagged:3} of {n} flagged")
            if "-v" in sys.argv:
                for trial in trials(half):
                    flagged = is_flagged(trial, compared)
                    if flagged == (trial.kind in ("honest", "quoted")):
                        print("   ", trial.kind, "|", trial.answer, "|", trial.source.quote)
                        for each in judged(trial, compared):
                            print("      ->", each.state, each.reason, each.words, each.meaning)


if __name__ == "__main__":
    main()
