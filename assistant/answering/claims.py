"""A sentence into what can be checked to the letter: its numbers, its identifiers, its negations.

Numbers are compared by value and unit (`64 KB` is `64KiB` is `65536 bytes`, `0x10` is `16`), an
identifier by its letters whatever their case, and number words are numbers ("two", 两).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.indexing.analyser import CJK, question_terms

_KIB = 1024
_SCALES: dict[str, dict[str, float]] = {
    "time": {
        "ps": 1e-12, "ns": 1e-9, "μs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1,
        "second": 1, "seconds": 1, "microseconds": 1e-6, "milliseconds": 1e-3,
        "millisecond": 1e-3, "nanoseconds": 1e-9, "min": 60, "minute": 60, "minutes": 60,
        "hours": 3600, "hour": 3600, "秒": 1, "毫秒": 1e-3, "微秒": 1e-6, "纳秒": 1e-9,
        "分钟": 60, "小时": 3600,
    },
    "size": {
        "byte": 1, "bytes": 1, "字节": 1, "kb": _KIB, "kib": _KIB, "mb": _KIB**2,
        "mib": _KIB**2, "gb": _KIB**3, "gib": _KIB**3, "tb": _KIB**4, "tib": _KIB**4,
        "kilobytes": _KIB, "megabytes": _KIB**2, "gigabytes": _KIB**3,
    },
    "bits": {"bit": 1, "bits": 1, "位": 1},
    "frequency": {"hz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "voltage": {"v": 1, "mv": 1e-3, "volts": 1, "volt": 1, "伏": 1},
    "current": {"a": 1, "ma": 1e-3},
    "power": {"w": 1, "mw": 1e-3, "watts": 1},
    "resistance": {"ω": 1, "ohm": 1, "ohms": 1, "kω": 1e3, "欧姆": 1},
    "share": {"%": 1, "percent": 1, "per cent": 1},
    "temperature": {"°c": 1, "℃": 1},
    "clocks": {"nck": 1, "tck": 1, "clocks": 1, "cycles": 1, "ui": 1},
    "rate": {"mt/s": 1, "gt/s": 1e3, "baud": 1},
}  # fmt: skip
_UNITS = {
    name: (dimension, Decimal(str(scale)))
    for dimension, scales in _SCALES.items()
    for name, scale in scales.items()
}
_UNIT = "|".join(re.escape(name) for name in sorted(_UNITS, key=len, reverse=True))
_WORDS = {
    word: value
    for value, words in enumerate(
        ("zero", "one once", "two twice", "three thrice", "four", "five", "six", "seven", "eight",
         "nine", "ten", "eleven", "twelve")
    )
    for word in words.split()
}  # fmt: skip
_CHINESE = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {
    "两": 2
}
_COUNTED = "个次种位条根张份倍秒毫微分小字块组行列步级项颗路片台名页处段"

_NUMBER = re.compile(
    rf"(?<![\w.])(?P<hex>0[xX][0-9a-fA-F_]+|[0-9][0-9a-fA-F]*[hH](?![a-zA-Z]))"
    rf"|(?<![\w.#])(?P<digits>\d{{1,3}}(?:[,_]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[\s\u00a0-]?(?P<unit>{_UNIT})(?![a-zA-Z0-9_/]))?(?![\w]|\.\d|:\d|\.\w)",
    re.IGNORECASE,
)
_CHINESE_NUMBER = re.compile(rf"([{''.join(_CHINESE)}])(?=[{_COUNTED}])")
_TOKEN = re.compile(r"[A-Za-z0-9_μ][A-Za-z0-9_μ#]*(?:[-./:+()][A-Za-z0-9_#]+)*\)?", re.ASCII)
_HARD = re.compile(r"\d|_|[a-z][A-Z]|[A-Z]{2,}[a-z]+[A-Z]")
_CAPITALS = re.compile(r"[A-Z]{2,}s?")
_SEPARATORS = re.compile(r"[-./:+()_#]+")
_MARKUP = re.compile(r"\[\d+\]|[`*]{1,3}|^\s*[-+>]\s+", re.MULTILINE)
_NEGATION = re.compile(
    r"\b(?:not|never|cannot|no|nor|neither|without|none|nothing|n['’]t)\b|n['’]t\b"
    r"|不(?![同仅只但止久变论管])|未(?!来)|没有|没|禁止|无(?![线论])|勿|切勿|不得|不能",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:，；：。—]\s*|\s[–-]\s|\b(?:but|while|whereas|because|since|so that|and|until|unless|if"
    r"|when|before|after|which|that)\b|但|而|因为|所以|否则",
    re.IGNORECASE,
)


SAME_CLAUSE = 0.5
"""The share of a clause's words from which another speaks of the same."""


@dataclass(frozen=True, slots=True)
class Number:
    written: str
    value: str
    """Without digit grouping, in base 10."""
    dimension: str = ""
    amount: Decimal = Decimal(0)
    """In the dimension's first unit; 0 where the number has no unit."""


@dataclass(frozen=True, slots=True)
class Identifier:
    written: str
    key: str
    is_hard: bool
    """Has digits, underscores or inner capitals: no word of the language is written so."""


@dataclass(frozen=True, slots=True)
class Claims:
    numbers: tuple[Number, ...]
    identifiers: tuple[Identifier, ...]


def plain(text: str) -> str:
    """Without markers and emphasis; full-width forms as their usual ones."""
    return unicodedata.normalize("NFKC", _MARKUP.sub(" ", text)).replace("µ", "μ")


def wording(sentence: str) -> str:
    """The sentence without its numbers, which are compared by value."""
    return _NUMBER.sub(" ", plain(sentence))


def claims_of(sentence: str) -> Claims:
    text = plain(sentence)
    return Claims(tuple(_numbers(text)), tuple(_identifiers(text)))


class Stated:
    """What some sentences state, to look claims up in."""

    def __init__(self, texts: tuple[str, ...], around: tuple[str, ...] = ()) -> None:
        """`around`: headings, which name what a sentence speaks of but state no number."""
        plains = [plain(text) for text in texts]
        self._numbers = [number for text in plains for number in _numbers(text, loosely=True)]
        self._values = {number.value for number in self._numbers}
        self._loose_values = self._values | {
            _value(run) for text in plains for run in re.findall(r"\d+(?:\.\d+)*", text)
        }
        written = [*plains, *(plain(text) for text in around)]
        self._keys = {key for text in written for key in _keys(text)}
        self._skeletons = {_skeleton(key) for key in self._keys if any(map(str.isdigit, key))}

    def has_number(self, number: Number) -> bool:
        if not number.dimension:
            return number.value in self._loose_values
        if any(
            n.dimension == number.dimension and n.amount == number.amount for n in self._numbers
        ):
            return True
        return any(not n.dimension and n.value == number.value for n in self._numbers)

    def has_identifier(self, identifier: Identifier) -> bool:
        if identifier.key in self._keys:
            return True
        parts = [part for part in _SEPARATORS.split(identifier.key) if part]
        return len(parts) > 1 and all(part in self._keys for part in parts)

    def names_a_sibling_of(self, identifier: Identifier) -> bool:
        """Whether it names another of the same kind: DDR4 where DDR5 is asked for."""
        has_digits = any(map(str.isdigit, identifier.key))
        return has_digits and _skeleton(identifier.key) in self._skeletons


def negation_differs(sentence: str, sources: tuple[str, ...]) -> bool:
    """Whether what is said in a clause is denied in the clause that is nearest to it, by words.

    Simple, and meant to be: it knows neither "refuses" nor "only".
    """
    own = _clauses(sentence)
    others = [clause for source in sources for clause in _clauses(source)]
    if not others:
        return False
    if any(negated for _, negated in own) and not any(negated for _, negated in others):
        return True
    said_of: dict[int, list[bool]] = {}
    for words, is_negated in own:
        shares = [len(words & other) / len(words) if words else 0.0 for other, _ in others]
        best = max(shares)
        if len(words) < 2 or best < SAME_CLAUSE:
            continue
        nearest = [i for i, share in enumerate(shares) if share == best]
        if is_negated and not any(others[i][1] for i in nearest):
            return True
        if len(nearest) == 1:
            said_of.setdefault(nearest[0], []).append(is_negated)
    return any(others[i][1] and not any(negated) for i, negated in said_of.items())


def _clauses(text: str) -> list[tuple[frozenset[str], bool]]:
    """(terms, whether they are denied) of each clause; one too short to be told goes with the one
    before it."""
    found: list[tuple[frozenset[str], bool]] = []
    for piece in _CLAUSE.split(plain(text)):
        spoken = _NEGATION.sub(" ", piece)
        words = frozenset(question_terms(spoken)) if spoken.strip() else frozenset()
        is_negated = bool(_NEGATION.search(piece))
        if found and len(words) < 2:
            earlier, was_negated = found.pop()
            words, is_negated = earlier | words, was_negated or is_negated
        if words:
            found.append((words, is_negated))
    return found


def _numbers(text: str, *, loosely: bool = False) -> Iterator[Number]:
    """`loosely`: also those that hardly are a claim, such as the one of "this one"."""
    for match in _NUMBER.finditer(text):
        written = match.group()
        if match["hex"]:
            value = _hex_value(match["hex"])
            if value is not None:
                yield Number(written, value)
            continue
        digits = match["digits"].replace(",", "").replace("_", "")
        unit = _UNITS.get((match["unit"] or "").lower())
        if unit:
            yield Number(written, _value(digits), unit[0], Decimal(digits) * unit[1])
        else:
            yield Number(written, _value(digits))
    for word in re.findall(r"[A-Za-z]+", text):
        value_of = _WORDS.get(word.lower())
        if value_of is not None and (loosely or value_of > 1):
            yield Number(word, str(value_of))
    for match in _CHINESE_NUMBER.finditer(text):
        if loosely or _CHINESE[match[1]] > 1:
            yield Number(match[1], str(_CHINESE[match[1]]))


def _identifiers(text: str) -> Iterator[Identifier]:
    numbers = [match.span() for match in _NUMBER.finditer(text)]
    for match in _TOKEN.finditer(text):
        written = match.group().rstrip("()")
        if any(start <= match.start() and match.end() <= end for start, end in numbers):
            continue
        is_hard = bool(_HARD.search(written)) and bool(re.search(r"[A-Za-z]|\d[.:]\d", written))
        if is_hard or _CAPITALS.fullmatch(written):
            yield Identifier(written, _key(written), is_hard)


def _key(written: str) -> str:
    key = written.rstrip("()").casefold()
    if key.startswith("v") and key[1:2].isdigit():
        key = key[1:]
    return key[:-1] if re.fullmatch(r"[A-Z0-9]{2,}s", written) else key


def _keys(text: str) -> Iterator[str]:
    """Every word and every part of one, as identifiers are compared."""
    for match in _TOKEN.finditer(text):
        yield _key(match.group())
        yield from (_key(part) for part in _SEPARATORS.split(match.group()) if part)
    # Beside ideographs a name has no blank: 使用DDR4内存.
    for run in re.findall(rf"[^\s{CJK}，。；：、（）]+", text):
        yield _key(run)


def _skeleton(key: str) -> str:
    return re.sub(r"\d+", "#", key)


def _value(digits: str) -> str:
    whole, point, rest = digits.partition(".")
    return (whole.lstrip("0") or "0") + point + rest


def _hex_value(written: str) -> str | None:
    digits = written.lower().replace("_", "").removeprefix("0x").removesuffix("h")
    try:
        return str(int(digits, 16))
    except ValueError:
        return None
