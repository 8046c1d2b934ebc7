"""What an evaluation is made of and what it reports while it runs, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.records import Hit, StageStarted


@dataclass(frozen=True, slots=True)
class Relevant:
    """A text that answers: the words of a document, not a place in it."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    question: str
    relevant: tuple[Relevant, ...]
    """Empty for a question that the documents do not answer."""
    kind: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One way to search that every question goes through."""

    mode: str
    pooling: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over some questions with an answer."""

    n_questions: int
    means: dict[str, float]
    """Metric -> mean; empty where there is no question."""
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Metric -> 95 % bootstrap interval of the mean."""


@dataclass(frozen=True, slots=True)
class FloorPoint:
    """What a floor of the evidence's strength declines."""

    floor: float
    answerable_declined: float
    """Share of the questions with an answer, 0..1."""
    unanswerable_declined: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the strength of the evidence tells what the documents do not answer."""

    n_answerable: int
    n_unanswerable: int
    area: float
    """Under the curve of all floors: 1.0 tells them apart, 0.5 is chance."""
    in_use: FloorPoint
    best: FloorPoint
    """Of all floors the one by Youden's index, on these questions."""
    curve: tuple[FloorPoint, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    run: Run
    overall: Scores
    by_kind: dict[str, Scores]
    by_language: dict[str, Scores]
    ms_per_question: float
    declined_share: float | None
    """Of the questions without an answer, how many got none; None where there are none."""
    calibration: Calibration | None
    """None where not both kinds of questions are there."""
    per_question: dict[str, dict[str, float]]
    """Question id -> metric -> value, for questions with an answer."""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    n_questions: int
    n_unanswerable: int
    modes: dict[str, RunReport]
    """Each under the trained pooling."""
    poolings: dict[str, RunReport]
    """Each in the mode "sentence"."""
    remarks: tuple[str, ...]
    """What is wrong with the question file as seen from this index."""


@dataclass(frozen=True, slots=True)
class EvaluationStarted:
    n_questions: int
    n_runs: int


@dataclass(frozen=True, slots=True)
class QuestionEvaluated:
    question: Question
    run: Run
    hits: tuple[Hit, ...]
    declined: bool
    done: int
    """Searches done so far, this one among them."""
    total: int


@dataclass(frozen=True, slots=True)
class EvaluationFinished:
    report: EvaluationReport


EvaluationEvent = StageStarted | EvaluationStarted | QuestionEvaluated | EvaluationFinished
