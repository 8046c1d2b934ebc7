"""A finished answer and the sentences that were sent into what each of its sentences rests on.

For every sentence of the answer, against the sentences that it cites (where it cites none: the
nearest of all that were sent):
1. Every number, and every identifier, must occur there; an identifier may come from the question,
   a number may not: what was asked bears nothing out.
2. words   = share of its terms, by the lexical arm's analyser and without numbers, that they hold
   meaning = mean over its tokens of the best cosine among their tokens, where an encoder read both
   support = words, or the mean of both
3. A negation on one side only lowers a state by one, for such a sentence shares all its words.
It is a check of the wording, no proof: what passes may still be put together wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.claims import (
    Claims,
    Identifier,
    Stated,
    claims_of,
    negation_differs,
    plain,
    wording,
)
from assistant.answering.markdown_text import split_sentences
from assistant.indexing.analyser import CJK, question_terms, terms_of
from assistant.records import EvidenceSentence, SentenceSupport, SupportState

Likeness = Callable[[Sequence[tuple[str, str]]], Sequence[float | None]]
"""Pairs of (sentence, source text) into the mean over the sentence's tokens of the best cosine
among the source's; None where the encoder cannot read one of them."""

SUPPORTED = 0.50
"""Of 27 right answers from docs_corpus all lay above 0.64, of 27 with another source's marker all
below 0.37 (tests/answering/corrupted.py, the half that is not held out)."""
WEAK = 0.30
NEAREST = 3
"""Sentences that one without a citation is held against."""
MAX_SENTENCES = 60
"""Of a longer answer the rest stays unchecked, so that it does not keep the reader waiting."""

_MARKER = re.compile(r"\[(\d+)\]")
_IDEOGRAPH = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class _Checked:
    """One sentence of the answer beside its sources, before it is judged."""

    sentence: str
    is_cited: bool
    sources: tuple[tuple[int, EvidenceSentence], ...]
    shares: tuple[float, ...]
    """Of its terms, in each of the sources."""
    words: float
    """The same in all of them together."""

    @property
    def best(self) -> int:
        return max(range(len(self.shares)), key=lambda i: self.shares[i])

    @property
    def text(self) -> str:
        return " ".join(source.text for _, source in self.sources)


def grounding_of(
    text: str,
    numbering: Mapping[int, EvidenceSentence],
    question: str = "",
    likeness: Likeness | None = None,
) -> tuple[SentenceSupport, ...]:
    """One entry per sentence of the answer, in its order. `text` has resolved markers."""
    terms = {number: _source_terms(source) for number, source in numbering.items()}
    sentences = split_sentences(text)[:MAX_SENTENCES]
    asked, named = Stated((question,)), _names_in(question)
    checked = [_held_against_sources(each, numbering, terms, named) for each in sentences]
    return tuple(
        _judged(each, asked, meaning)
        for each, meaning in zip(checked, _meanings(checked, likeness), strict=True)
    )


def _meanings(checked: Sequence[_Checked], likeness: Likeness | None) -> Sequence[float | None]:
    if likeness is None:
        return [None] * len(checked)
    return likeness([(plain(each.sentence), each.text) for each in checked])


def _source_terms(source: EvidenceSentence) -> frozenset[str]:
    around = (term for heading in source.place.heading for term in terms_of(heading))
    return frozenset([*terms_of(plain(source.text)), *around])


def _names_in(question: str) -> frozenset[str]:
    names = (each.written for each in claims_of(question).identifiers if each.is_hard)
    return frozenset(term for name in names for term in terms_of(name))


def _held_against_sources(
    sentence: str,
    numbering: Mapping[int, EvidenceSentence],
    terms: Mapping[int, frozenset[str]],
    named: frozenset[str],
) -> _Checked:
    """`named`: terms of the question's identifiers, which the answer may repeat."""
    own = frozenset(question_terms(wording(sentence)))
    cited = [n for n in dict.fromkeys(map(int, _MARKER.findall(sentence))) if n in numbering]
    shares = {n: _share(own - (named - terms[n]), terms[n]) for n in cited or numbering}
    chosen = cited or sorted(shares, key=lambda n: -shares[n])[:NEAREST]
    together = frozenset().union(*(terms[n] for n in chosen))
    return _Checked(
        sentence,
        bool(cited),
        tuple((n, numbering[n]) for n in chosen),
        tuple(shares[n] for n in chosen),
        _share(own - (named - together), together),
    )


def _share(own: frozenset[str], other: frozenset[str]) -> float:
    return len(own & other) / len(own) if own else 1.0


def _judged(checked: _Checked, asked: Stated, meaning: float | None) -> SentenceSupport:
    if not checked.sources:
        return SentenceSupport(
            checked.sentence, "unsupported", "no sentence was sent to rest on", False, 0.0
        )
    state, reason = _verdict(checked, asked, meaning)
    if not checked.is_cited:
        reason = f"cites nothing; {reason}" if reason else "cites nothing; the nearest say it"
    marker, source = checked.sources[checked.best]
    return SentenceSupport(
        sentence=checked.sentence,
        state=state,
        reason=reason,
        is_cited=checked.is_cited,
        words=checked.words,
        meaning=meaning,
        marker=marker,
        place=source.place,
        quote=source.text,
    )


def _verdict(checked: _Checked, asked: Stated, meaning: float | None) -> tuple[SupportState, str]:
    where = "the sentences it cites" if checked.is_cited else "the nearest sentences"
    if len(checked.sources) == 1:
        where = "the sentence it cites" if checked.is_cited else "the nearest sentence"
    texts = tuple(source.text for _, source in checked.sources)
    headings = tuple(part for _, source in checked.sources for part in source.place.heading)
    claims, stated = claims_of(checked.sentence), Stated(texts, headings)
    if absent := _absent(claims, stated, asked):
        verb = "does" if len(absent) == 1 else "do"
        return "unsupported", f"{', '.join(absent)} {verb} not occur in {where}"
    if _is_other_language(checked.sentence, checked.text):
        return "weak", "another language than its sources: only numbers and names were compared"
    support = checked.words if meaning is None else (checked.words + meaning) / 2
    if support < WEAK:
        return "unsupported", f"little of it is said in {where}"
    state: SupportState = "supported" if support >= SUPPORTED else "weak"
    reason = "" if state == "supported" else f"only a part of it is said in {where}"
    if negation_differs(checked.sentence, texts):
        lowered: SupportState = "weak" if state == "supported" else "unsupported"
        return lowered, f"a negation stands on one side only: here or in {where}"
    if state == "supported" and (names := _unsure_names(claims, stated)):
        verb = "does" if len(names) == 1 else "do"
        return "weak", f"{', '.join(names)} {verb} not occur in {where}"
    return state, reason


def _absent(claims: Claims, stated: Stated, asked: Stated) -> list[str]:
    """The numbers and names, as written, that must occur in the sources and do not."""
    numbers = [n.written for n in claims.numbers if not stated.has_number(n)]
    names = [
        i.written
        for i in claims.identifiers
        if i.is_hard and not stated.has_identifier(i) and not _is_asked_for(i, stated, asked)
    ]
    return list(dict.fromkeys([*numbers, *names]))


def _is_asked_for(identifier: Identifier, stated: Stated, asked: Stated) -> bool:
    return asked.has_identifier(identifier) and not stated.names_a_sibling_of(identifier)


def _unsure_names(claims: Claims, stated: Stated) -> list[str]:
    """Capitals such as CPU may be the answer's own words; others may be a wrong name."""
    return [
        identifier.written
        for identifier in claims.identifiers
        if not identifier.is_hard and not stated.has_identifier(identifier)
    ]


def _is_other_language(sentence: str, source: str) -> bool:
    return _is_cjk(sentence) != _is_cjk(source)


def _is_cjk(text: str) -> bool:
    ideographs = len(_IDEOGRAPH.findall(text))
    return ideographs * 4 >= len(re.findall(r"[A-Za-z]+", text)) and ideographs > 0
