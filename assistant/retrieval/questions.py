"""What a user typed into a question that can be searched, a mode and a pooling that exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from assistant.documents.sanitising import sanitise
from assistant.embedding.poolings import POOLINGS
from assistant.errors import UsageError
from assistant.retrieval.modes import MODES

MAX_QUESTION_CHARACTERS = 4000


def cleaned_question(typed: str) -> str:
    """The question without control characters and double blanks. Raises: UsageError."""
    question = " ".join(sanitise(typed).split())
    if not question:
        raise UsageError("the question is empty", "type what you want to find")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"the question has {len(question):,} characters: at most"
            f" {MAX_QUESTION_CHARACTERS:,} can be searched",
            "shorten it to what you want to find",
        )
    return question


def known_mode(name: str) -> str:
    """Raises: UsageError with the nearest mode."""
    return _known("mode", name, MODES)


def known_pooling(name: str) -> str:
    """Raises: UsageError with the nearest pooling."""
    return _known("pooling", name, POOLINGS)


def _known(what: str, name: str, names: Iterable[str]) -> str:
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1)
    meant = f'did you mean "{near[0]}"? ' if near else ""
    raise UsageError(f"there is no {what} {name!r}", f"{meant}choose one of {', '.join(names)}")
