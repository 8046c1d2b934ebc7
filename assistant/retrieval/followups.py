"""A question that leans on earlier ones into one that can be searched alone, without any model.

"And on DDR5?" after "How is DDR4 memory initialised?" becomes "DDR5 memory initialised": the words
of the newest question that stands alone are carried over, except names of which the new question
names another of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.indexing.analyser import CJK, question_words, terms_of

BY_RULE = "the words of the earlier question"

_OPENING = re.compile(
    r"^\s*(?:(?:and|but|so|then|or|also|what about|how about|what if)\b[\s,]*)+"
    r"|^\s*(?:那么|那|还有|另外|换成|如果是|然后)+[，,]?",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"呢\s*[？?]*\s*$|\b(?:too|then|instead)\s*\?*\s*$", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|these|those|the same)\b|\b(?:this|that)(?=\s*[?.,]|\s*$)"
    r"|它们?|这个|那个|这些|那些|上述|同样",
    re.IGNORECASE,
)
_FEW_WORDS = 2
_MANY_WORDS = 12
"""A question as long as this names what its pronouns stand for itself."""
_IDENTIFIER = re.compile(r"[\d_]|[a-z][A-Z]|[A-Z]{2}")


def leans_on_earlier(question: str) -> bool:
    """Whether the question cannot be searched alone: elliptic, with a pronoun, or a bare word."""
    if _OPENING.match(question) or _CLOSING.search(question):
        return True
    words = question_words(question)
    if _PRONOUN.search(question):
        return len(question.split()) <= _MANY_WORDS
    is_bare = len(words) <= _FEW_WORDS and len(question.split()) <= _FEW_WORDS
    has_chinese = re.search(f"[{CJK}]", question) is not None
    return is_bare and not has_chinese and not _IDENTIFIER.search(question)


def carried_over(question: str, earlier: Sequence[str]) -> str:
    """The question's own words with the topic of the earlier questions, oldest first.

    Empty where it stands alone, or where they name nothing that it does not.
    """
    if not leans_on_earlier(question):
        return ""
    own = _own_words(question)
    topic = _topic(earlier)
    known = {term for word in own for term in terms_of(word)}
    kinds = {_kind(word) for word in own}
    new = [
        word
        for word in topic
        if not set(terms_of(word)) <= known and not (_kind(word) in kinds and _kind(word) != word)
    ]
    return " ".join([*own, *new]) if new else ""


def _own_words(question: str) -> list[str]:
    bare = _CLOSING.sub(" ", _OPENING.sub(" ", question))
    return _words(_PRONOUN.sub(" ", bare))


def _topic(earlier: Sequence[str]) -> list[str]:
    """The words of the newest question that stands alone, and of those that lean on it."""
    found: list[str] = []
    for question in reversed(earlier):
        kinds = {_kind(word) for word in found}
        found = [
            w for w in _own_words(question) if w not in found and _kind(w) not in kinds
        ] + found
        if not leans_on_earlier(question):
            break
    return found


def _words(text: str) -> list[str]:
    return question_words(text) if text.strip() else []


def _kind(word: str) -> str:
    """DDR4 and DDR5 are of one kind."""
    return re.sub(r"\d+", "#", word.casefold())
