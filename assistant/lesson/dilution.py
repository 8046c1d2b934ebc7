"""A question, its answer in one sentence, and what passage and chapter do to that sentence."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from assistant.errors import UsageError
from assistant.lesson.documents import ANSWER, CHAPTER, QUESTION
from assistant.lesson.telling import told
from assistant.lesson.toy import worked_toy
from assistant.lesson.trained import models_by_pooling
from assistant.records import IndexEvent, Lesson, LessonEvent, LessonFinished, StageStarted, Trace

DEPTH = 50
"""Hits among which the answer is looked for."""


class Lab(Protocol):
    """The lesson's documents, searched as any folder is."""

    def index(self) -> Generator[IndexEvent, None, None]: ...
    def retrieve(self, question: str, mode: str, pooling: str, limit: int) -> Trace: ...
    def compare(self, trace: Trace) -> Trace: ...


def dilution_lesson(lab: Lab) -> Generator[LessonEvent, None, None]:
    """The events of indexing, at the first time slow ones, then the lesson.

    Raises: UsageError, IndexLocked, IndexFault, ModelUnavailable.
    """
    yield from lab.index()
    yield StageStarted("ranking under every pooling")
    trace = lab.compare(lab.retrieve(QUESTION, "", "", DEPTH))
    yield LessonFinished(_lesson(trace))


def _lesson(trace: Trace) -> Lesson:
    assert trace.comparison is not None  # what compare adds
    for hit, compared in zip(trace.hits, trace.comparison.sentences, strict=True):
        if hit.place.document == CHAPTER and " ".join(hit.sentence.split()).startswith(ANSWER):
            toy, models = worked_toy(), models_by_pooling()
            steps = told(trace, hit, compared, toy, models)
            return Lesson(trace, hit, compared, toy, models, steps)
    raise UsageError(
        f"the sentence of the lesson was not found in {CHAPTER}",
        "the documents that came with the program were changed: install it anew",
    )
