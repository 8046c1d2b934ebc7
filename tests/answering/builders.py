"""Tiny passages, traces and runs for the tests of answering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from assistant.answering.asking import Chat, answer_question, open_chat
from assistant.records import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    EvidencePassage,
    EvidenceSentence,
    Hit,
    Place,
    Reading,
    TokenProduced,
    Trace,
)
from assistant.settings import ChatSettings
from tests.ollama_server import OllamaServer


def place(document: str = "spec/lock.md", line: int = 1) -> Place:
    return Place(document, 0, 10, line, None, ("Flash", "Locking"))


def sentence(sentence_id: int, text: str = "") -> EvidenceSentence:
    return EvidenceSentence(
        sentence_id, place(line=sentence_id), text or f"Register R{sentence_id} is locked."
    )


def passage(
    rank: int, *texts: str, document: str = "spec/lock.md", first_id: int | None = None
) -> EvidencePassage:
    first = 100 * rank if first_id is None else first_id
    sentences = tuple(sentence(first + n, text) for n, text in enumerate(texts))
    return EvidencePassage(rank, document, ("Flash", "Locking"), rank, sentences)


def hit(rank: int, text: str, sentence_id: int | None = None) -> Hit:
    identity = rank if sentence_id is None else sentence_id
    return Hit(rank, 1 / rank, identity, place(line=rank), text, text, 1, ())


def trace(*hits: Hit) -> Trace:
    return Trace(
        "q", "q", "hybrid", "mean", "mean", "exact", Reading(3, 0, 0), (), hits, n_sentences=9
    )


def numbering(n_sentences: int) -> dict[int, EvidenceSentence]:
    return {number: sentence(number) for number in range(1, n_sentences + 1)}


PASSAGES = (passage(1, "The lock bit is set before boot.", "It stays set."),)


def settings_for(server: OllamaServer, **changes: object) -> ChatSettings:
    return msgspec.structs.replace(ChatSettings(backend="ollama", host=server.url), **changes)


def ask(
    server: OllamaServer,
    passages: Sequence[EvidencePassage] = PASSAGES,
    question: str = "When is the lock bit set?",
    chat: Chat | None = None,
    history: Sequence[tuple[str, str]] = (),
    max_passages: int = 6,
    **changes: object,
) -> Iterator[AnswerEvent]:
    settings = settings_for(server, passages=max_passages, **changes)
    return answer_question(
        question, trace(), passages, chat or open_chat(settings), settings, history
    )


def answer_of(events: Iterator[AnswerEvent]) -> Answer:
    *_, last = events
    assert isinstance(last, AnswerFinished)
    return last.answer


def raw_text(events: Sequence[AnswerEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TokenProduced))
