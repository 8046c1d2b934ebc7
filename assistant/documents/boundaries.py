"""A run of prose into the offsets at which its sentences begin.

sentencex finds the candidates; the rules here add the Chinese ends that it does not know and
take back what firmware text breaks: numerals, abbreviations, initials, brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from assistant.documents.characters import cjk_share

CHINESE_SHARE = 0.2  # of the characters; identifiers dilute Chinese firmware text to about half
# sentencex 1.0.32 takes time in the square of the text where brackets abound: 143 s for 1 MB.
WINDOW = 4_000
MARKER_CHARACTERS = 16
QUOTED_CHARACTERS = 200  # characters between brackets within which nothing is split

# Never the end of a sentence.
_OPEN = re.compile(
    r"e\.g|i\.e|cf|approx|vs|viz|resp|incl|[Ff]igs?|[Ss]ect?|[Ee]qs?|[Tt]ab|[Cc]h|Chap|App|[Vv]ol"
    r"|[Rr]ev|[Vv]er|pp|Dr|Mrs?|Ms|Prof|Refs?"
)
# The end of a sentence when the next word looks like a beginning.
_EITHER = re.compile(
    r"etc|al|Inc|Corp|Ltd|Co|U\.S|U\.K|U\.S\.A|max|min|typ|a\.k\.a|a\.m|p\.m|Jr|Sr"
)
# Abbreviations only before a number.
_COUNTED = re.compile(r"[Nn]os?|p")
_STARTERS = re.compile(
    r"A|After|All|Also|An|And|As|At|Before|Both|But|By|Do|Each|Every|For|From|Here|How|However|If"
    r"|In|Instead|Its?|No|Note|On|Once|Only|Or|Otherwise|Please|See|Set|Since|So|Some|Such|Then"
    r"|That|The|There|These|They|This|Those|Thus|To|Under|Until|Use|We|When|Where|Whether|Which"
    r"|While|With|You|Your"
)

_LAST_WORD = re.compile(r"(?:^|[\s(\[{\"'“‘（/-])([A-Za-z][A-Za-z.]{0,8})\.[\"')\]]?\s*$")
_NEXT_WORD = re.compile(r"[\"'(\[“‘]*([A-Za-z]+)(?![\w.>(-]*[\w>(])")
# The number of a step or item; after it the sentence only begins.
_MARKER = re.compile(
    r"\s*[(（]?(?:(?:(?i:step)|步骤)?\s?\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})"
    r"[.)）、]{1,2}\s*\Z"
)
# What a Chinese paragraph is about; "如下：" announces what follows and may stand alone.
_LABEL = re.compile(r"[\u4e00-\u9fff]{1,4}(?<!如下)(?<!以下)[:：]")
# An ellipsis before a closing mark is part of what is quoted, not an end.
_CHINESE_END = re.compile(
    r"(?:[。！？；]|(?:…++|\.{6,}+)(?!\s*[”’」』）】》)\]\"']))[。！？；…]*"
    r"(?:[”’」』）】》)\]]|[\"'](?!\w))*\s*"
)
# Identifiers and units that sentencex takes for initials: errno.h, v2.x, TF-A, I/O, %x, 3.3 V.
_IDENTIFIER_END = re.compile(
    r"(?:\w\w\.[A-Za-z]{1,4}|\d\.x|\w\w-[A-Za-z]|\w/[A-Za-z]|%[a-z]|\d [smhVAWKCFBJ])"
    r"\.[\"')\]”]?\s+(?=[\"'(\[“]?[A-Z])"
)
_ENDS_CHINESE = re.compile(r"[。！？；…][^\w\s]*\Z")
_CLOSED_END = re.compile(r"[.!?][)\]\"”’]+\s+(?=[A-Z“‘(\[])")
_PAIRS = ("()", "[]", "（）", "“”", "「」", "『』", "《》", "【】", "``")
_QUOTED = re.compile(
    "|".join(
        rf"{re.escape(pair[0])}[^{re.escape(pair)}]{{0,{QUOTED_CHARACTERS}}}{re.escape(pair[1])}"
        for pair in _PAIRS
    )
    + rf'|(?<![\w"])"[^"]{{1,{QUOTED_CHARACTERS}}}"(?!\w)'
)


def sentence_starts(text: str) -> list[int]:
    """Ascending offsets where sentences begin, 0 first; white space belongs to the one before."""
    is_chinese = cjk_share(text) >= CHINESE_SHARE
    candidates = set(_candidates(text, "zh" if is_chinese else "en"))
    candidates.update(match.end() for match in _CLOSED_END.finditer(text))
    identifier_ends = {match.end() for match in _IDENTIFIER_END.finditer(text)}
    candidates |= identifier_ends
    if is_chinese:
        candidates.update(match.end() for match in _CHINESE_END.finditer(text))
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    quoted_starts = [start for start, _ in quoted]
    starts = [0]
    for offset in sorted(candidates):
        if not 0 < offset < len(text):
            continue
        i = bisect_right(quoted_starts, offset - 1) - 1
        is_quoted = i >= 0 and offset < quoted[i][1]
        is_apart = text[offset - 1].isspace() or _ENDS_CHINESE.search(
            text, max(0, offset - 8), offset
        )
        if not is_apart or is_quoted:
            continue
        if offset in identifier_ends or not _continues(text, starts[-1], offset):
            starts.append(offset)
    if len(starts) > 1 and _MARKER.match(text[starts[-1] :][:MARKER_CHARACTERS]):
        starts.pop()  # it numbers nothing here: the reference at the end of a paragraph
    return starts


def is_lead(text: str) -> bool:
    """Whether the text is no more than a number or label of what must follow."""
    is_short = len(text) <= MARKER_CHARACTERS
    return is_short and (_MARKER.match(text) is not None or is_label(text))


def is_label(text: str) -> bool:
    """Whether the text is a short Chinese label with its colon, and nothing else."""
    return _LABEL.fullmatch(text) is not None


def _candidates(text: str, language: str) -> Iterator[int]:
    """Where sentencex sees beginnings, asked window by window; the last piece is seen twice."""
    # Deferred: a native module, for which plain imports of this room need not pay.
    from sentencex import get_sentence_boundaries

    position = 0
    while position < len(text):
        window = text[position : position + WINDOW]
        offsets = [found["start_index"] for found in get_sentence_boundaries(language, window)]
        yield from (position + offset for offset in offsets)
        is_last = position + WINDOW >= len(text)
        step = offsets[-1] if offsets and offsets[-1] > 0 else WINDOW
        position += WINDOW if is_last else step


def _continues(text: str, start: int, offset: int) -> bool:
    """Whether the sentence that began at `start` goes on at `offset`."""
    before = text[max(start, offset - 24) : offset]
    after = text[offset : offset + 24]
    if offset - start <= MARKER_CHARACTERS and _MARKER.match(before):
        return True
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    return _is_abbreviation(match.group(1), after)


def _is_abbreviation(word: str, after: str) -> bool:
    match = _NEXT_WORD.match(after)
    following = match.group(1) if match else ""
    is_beginning = _STARTERS.fullmatch(following) is not None
    if _OPEN.fullmatch(word):
        return True
    if _COUNTED.fullmatch(word):
        return after[:1].isdigit()
    if _EITHER.fullmatch(word):
        return not is_beginning and not (word == "etc" and following[:1].isupper())
    if len(word) == 1:
        return word.isupper() and following[:1].isupper() and not is_beginning
    # An abbreviation that nobody listed: short, and an ordinary word goes on in lower case.
    return len(word) <= 4 and following.islower() and word.islower()
