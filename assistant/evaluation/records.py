"""What an evaluation is made of and what it reports while it runs, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assistant.records import Hit, StageStarted

FOUND = "hit@10"
"""The metric that says whether a question is answered at all."""


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
    ms_per_question: float | None
    """None where the search shared its work with others, which would make it look free."""
    declined_share: float | None
    """Of the questions without an answer, how many got none; None where there are none."""
    calibration: Calibration | None
    """None where not both kinds of questions are there."""
    per_question: dict[str, dict[str, float]]
    """Question id -> metric -> value, for questions with an answer."""

    @property
    def missed(self) -> tuple[str, ...]:
        """Ids of the questions with no relevant hit in the top 10."""
        return tuple(q for q, values in self.per_question.items() if not values[FOUND])


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
    crossed: dict[str, dict[str, RunReport]] = field(default_factory=dict)
    """Mode -> pooling: the rest of their product, where it was asked for."""

    @property
    def runs(self) -> dict[Run, RunReport]:
        """Every mode under every pooling that was scored, each once."""
        crossed = (run for by_pooling in self.crossed.values() for run in by_pooling.values())
        every = (*self.modes.values(), *self.poolings.values(), *crossed)
        return {report.run: report for report in every}


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
class RunScored:
    """What one way to search has shown so far, so that a cancelled evaluation leaves something."""

    report: RunReport
    is_complete: bool
    """Else over the first questions alone, without intervals."""


@dataclass(frozen=True, slots=True)
class EvaluationFinished:
    report: EvaluationReport


EvaluationEvent = (
    StageStarted | EvaluationStarted | QuestionEvaluated | RunScored | EvaluationFinished
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence that was taken into a question file as an answer."""

    file: Path
    question: str
    question_id: str
    entry: Relevant
    n_relevant: int
    """Answers of that question by now."""
    is_new: bool
    """False: it stood there before, and nothing was written."""
    damaged_lines: tuple[int, ...]
    """1-based: lines that are no question; they are left as they are."""
    before: bytes | None
    """The question's line before, None where it had none: what undoing brings back."""
    after: bytes
