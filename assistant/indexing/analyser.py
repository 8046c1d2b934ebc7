"""Text into the terms of the lexical arm, the same way for sentences and for questions.

An identifier is a word and so are its parts: `PcdFlashNvStorageVariableBase` gives itself and
pcd, flash, nv, storage, variable, base. Plain English words are stemmed. Chinese, which has no
spaces, gives its character bigrams. Numbers in base 16 are one term however they are written.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ANALYSER_VERSION = 3
"""Raise it with any change of the terms or their weights: older cached matrices are rebuilt."""

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<word>[^\W{CJK}]+(?:[-./:+][^\W{CJK}]+)*)")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
# B2h and FFh are numbers, each and EACH are words.
_HEX = re.compile(
    r"0[xX]([0-9a-fA-F_]+)(?:[uU]?[lL]{0,2})|((?=[a-fA-F]*[0-9])[0-9a-fA-F]+)[hH]|([A-F]+)h"
)
_PLAIN = re.compile(r"[A-Z]?[a-z]+")
_CAPITALS = re.compile(r"([A-Z]{2,})s?")
_MAX_TERM = 100
"""Characters: longer runs are encoded data, not words."""

_QUESTION_WORDS_TEXT = """
a an the of to in on at by for with from and or as is are was were be been being am do does did
done how what which who whom whose when where why can could should would will shall may might must
i we you they he she it its my our your their me us them this that these those there here if then
than so not no any some about into during please tell explain describe show give mean means happen
happens work works use used using get has have had let between both each such up out over under
"""
_QUESTION_WORDS = frozenset(_QUESTION_WORDS_TEXT.split())
_CHINESE_QUESTION_WORDS = re.compile(
    "为什么|是什么|什么|如何|怎么样|怎么|怎样|哪些|哪个|哪里|哪种|哪几|多少|多大|多久|是否|能否|可以|应该"
    "|请问|请|解释|说明一下|介绍|有没有|之间|时候|了|吗|呢|吧|是"
    # Not inside 目的 存在 饱和 与门 路由 从设备 对齐 and their like.
    "|(?<!目)的|(?<!存)在(?!线)|(?<![总饱调共])和|与(?![门非])|(?<!涉)及(?!时)|或(?![门非])"
    "|(?<![路自经])由|被(?!动)|把|将|从(?![机设属站片])|(?<![相成绝校比配核])对(?![齐称象应比端等照])"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A term and the place in the text that it came from, half-open."""

    term: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """Every term of the text in order; an identifier's parts follow it with the same span."""
    for match in _WORD.finditer(text):
        if match.lastgroup == "cjk":
            yield from _bigrams(match.group(), match.start())
        else:
            for term in _terms(match.group()):
                yield Word(term, match.start(), match.end())


def terms_of(text: str) -> list[str]:
    """The terms alone, as the lexical index counts them."""
    return list(_terms_of(text))


@functools.lru_cache(maxsize=4096)
def _terms_of(text: str) -> tuple[str, ...]:
    """Indexing asks for every sentence twice, and for its headings as often as they have some."""
    terms: list[str] = []
    for match in _WORD.finditer(text):
        if match.lastgroup == "cjk":
            terms.extend(_pairs(match.group()))
        else:
            terms.extend(_terms(match.group()))
    return tuple(terms)


def question_terms(question: str) -> list[str]:
    """A question's terms without the words that only make it a question.

    Identifiers are never dropped: a word goes only when it is written like a plain word. Terms are
    distinct, in order. Where nothing else is left, all are kept.
    """
    spoken = _CHINESE_QUESTION_WORDS.sub(lambda m: " " * len(m.group()), question)
    kept = [w.term for w in words_of(spoken) if not _is_question_word(spoken[w.start : w.end])]
    return list(dict.fromkeys(kept or terms_of(question)))


def question_words(question: str) -> list[str]:
    """The words of which `question_terms` are made, as written; a run of ideographs is one."""
    spoken = _CHINESE_QUESTION_WORDS.sub(lambda m: " " * len(m.group()), question)
    words = (match.group() for match in _WORD.finditer(spoken))
    return list(dict.fromkeys(word for word in words if not _is_question_word(word)))


def _is_question_word(written: str) -> bool:
    return bool(_PLAIN.fullmatch(written)) and written.lower() in _QUESTION_WORDS


def _bigrams(run: str, start: int) -> Iterator[Word]:
    for i, pair in enumerate(_pairs(run)):
        yield Word(pair, start + i, start + i + len(pair))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@functools.lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, ...]:
    word = unicodedata.normalize("NFKC", word).strip("_") or word
    if len(word) > _MAX_TERM:
        return ()
    if _PLAIN.fullmatch(word):
        return (_stem(word.lower()),)
    if number := _HEX.fullmatch(word):
        return (_hex_term(number),)
    if capitals := _CAPITALS.fullmatch(word):
        # Written BIOS or TABLES, asked for as bios or table: the stem meets the plain word's.
        singular = capitals.group(1).lower()
        return tuple(dict.fromkeys([word.lower(), singular, _stem(singular)]))
    return tuple(dict.fromkeys([word.lower(), *_parts(word)]))


def _hex_term(number: re.Match[str]) -> str:
    digits = next(filter(None, number.groups())).replace("_", "").lstrip("0").lower()
    return f"0x{digits or '0'}"


def _parts(word: str) -> Iterator[str]:
    for piece in re.split(r"[-./:+_]", word):
        if number := _HEX.fullmatch(piece):
            yield _hex_term(number)
            continue
        if piece and piece.lower() != word.lower():
            if not _PLAIN.fullmatch(piece):
                yield piece.lower()
            if _PLAIN.fullmatch(piece) or _CAPITALS.fullmatch(piece):
                yield _stem(piece.lower())
        parts: list[str] = _PART.findall(piece)
        if len(parts) > 1:
            yield from (_stem(part.lower()) for part in parts)


@functools.lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(_american(word)))


def _american(word: str) -> str:
    """One spelling for initialise and initialize, behaviour and behavior."""
    if len(word) < 6:
        return word
    word = re.sub(r"([iy])s(e|ed|es|er|ers|ing|ation|ations)$", r"\1z\2", word)
    return re.sub(r"our(s|ed|ing|al)?$", r"or\1", word)


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
