"""The best hits into an answer of literal quotes, without any model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.answering.backends.chat_backend import AnswerTask, ChatModel
from assistant.answering.finishing import decline
from assistant.answering.markdown_text import fenced, literal_markdown
from assistant.documents.sanitising import sanitise
from assistant.records import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    Citation,
    Hit,
    PromptReport,
    TokenProduced,
)
from assistant.settings import ChatSettings

HEADLINE = "Quoted from the documents, no chat model was used:"
WEAK_HEADLINE = "This is not in these documents, as far as can be told. The nearest that they say:"
MAX_QUOTES = 5
NEAR_DUPLICATE = 0.8
"""Share of common words (Jaccard) from which two sentences say the same."""

_WORDS = re.compile(r"[\u3400-\u9fff]|\w+")


class ExtractiveBackend:
    name = "extractive"

    def __init__(self, settings: ChatSettings) -> None:
        """The settings have nothing for it."""

    def models(self) -> list[ChatModel]:
        return []

    def find_model(self, wanted: str) -> None:
        return None

    def answer(self, task: AnswerTask) -> Iterator[AnswerEvent]:
        hits = _distinct(task.trace.hits)
        if not hits:
            yield AnswerFinished(decline(task, "", self.name))
            return
        is_weak = task.trace.is_weak
        pieces = [
            WEAK_HEADLINE if is_weak else HEADLINE,
            *(f"\n\n{_quote(n, hit)}" for n, hit in enumerate(hits, 1)),
        ]
        written = 0
        for piece in pieces:
            if task.switch.is_stopped:
                break
            yield TokenProduced(piece)
            written += 1
        yield AnswerFinished(
            _answer(
                task,
                self.name,
                "".join(pieces[:written]),
                hits[: written - 1],
                written < len(pieces),
            )
        )

    def close(self) -> None:
        """Nothing is open."""


def _answer(
    task: AnswerTask, backend: str, text: str, quoted: list[Hit], is_cancelled: bool
) -> Answer:
    return Answer(
        text=text,
        citations=tuple(
            Citation(number, hit.sentence_id, hit.place, hit.sentence)
            for number, hit in enumerate(quoted, 1)
        ),
        uncited=(),
        declined=task.trace.is_weak,
        backend=backend,
        chat_model="",
        prompt=PromptReport(),
        stopped="cancelled" if is_cancelled else "",
        notes=task.notes,
    )


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    """The best hits in rank order, without those that say what a better one said."""
    chosen: list[Hit] = []
    seen: list[set[str]] = []
    for hit in sorted(hits, key=lambda hit: hit.rank):
        words = set(_WORDS.findall(hit.sentence.casefold()))
        if words and not any(_overlap(words, other) >= NEAR_DUPLICATE for other in seen):
            chosen.append(hit)
            seen.append(words)
        if len(chosen) == MAX_QUOTES:
            break
    return chosen


def _overlap(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b)


def _quote(number: int, hit: Hit) -> str:
    text = sanitise(hit.sentence).strip("\n")
    if "\n" not in text:
        return f"> {literal_markdown(text)} [{number}]"
    # Lines and their indentation mean something in code.
    return "\n".join(f"> {line}" for line in [*fenced(text).split("\n"), "", f"[{number}]"])
