"""What the lesson on dilution shows: a toy example, a real sentence, and the steps that tell it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.events import IndexEvent
from assistant.records.retrieval import Hit, SentenceComparison, Trace

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ToyPooling:
    """The tokens of one topic, and those of all topics, as one vector."""

    pooling: str
    label: str
    alone: Vector
    whole: Vector
    cosine_alone: float
    """With the toy's question, which asks for the first topic."""
    cosine_whole: float


@dataclass(frozen=True, slots=True)
class Toy:
    """Token vectors of two topics in so few dimensions that they can be added up by hand."""

    tokens: tuple[Vector, ...]
    n_alone: int
    """The first tokens are those of the topic that is asked for."""
    question: Vector
    poolings: tuple[ToyPooling, ...]
    maxsim_alone: float
    maxsim_whole: float


@dataclass(frozen=True, slots=True)
class LessonStep:
    title: str
    lines: tuple[str, ...]
    """Plain text, at most 78 columns."""


@dataclass(frozen=True, slots=True)
class Lesson:
    trace: Trace
    """Of the lesson's question, compared."""
    hit: Hit
    """The sentence that answers it."""
    compared: SentenceComparison
    """The same sentence under every pooling and mode."""
    toy: Toy
    models: dict[str, tuple[str, ...]]
    """Pooling -> models that were trained with it."""
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True, slots=True)
class LessonFinished:
    lesson: Lesson


LessonEvent = IndexEvent | LessonFinished
