"""Hits of one way to search into its report, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.evaluation.calibration import calibrated
from assistant.evaluation.metrics import mean_scores, question_metrics
from assistant.evaluation.records import Question, Run, RunReport, Scores
from assistant.evaluation.relevance import first_ranks
from assistant.records import Trace


@dataclass(slots=True)
class Tally:
    """What one run has given so far."""

    run: Run
    per_question: dict[str, dict[str, float]] = field(default_factory=dict)
    n_asked: int = 0
    n_unanswerable: int = 0
    n_declined: int = 0
    strengths: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    """Of the evidence, for questions with an answer and without."""
    floor: float = 0.0
    elapsed_s: float | None = 0.0
    """None where searches share their work."""

    def add(self, question: Question, trace: Trace) -> bool:
        """Whether the question counts as declined."""
        hits, evidence = trace.hits, trace.evidence
        declined = not hits or trace.is_weak
        self.n_asked += 1
        if evidence is not None:
            self.floor = evidence.floor
            self.strengths[bool(question.relevant)].append(evidence.strength)
        if question.relevant:
            ranks = first_ranks(hits, question.relevant)
            self.per_question[question.id] = question_metrics(ranks)
        else:
            self.n_unanswerable += 1
            self.n_declined += declined
        return declined

    def so_far(self) -> RunReport:
        """The means over the questions asked so far, quickly: without intervals and groups."""
        scores = mean_scores(self.per_question, with_intervals=False)
        return RunReport(self.run, scores, {}, {}, None, None, None, dict(self.per_question))

    def report(self, questions: Sequence[Question]) -> RunReport:
        unanswerable, elapsed_s = self.n_unanswerable, self.elapsed_s
        return RunReport(
            self.run,
            mean_scores(self.per_question),
            _grouped(self.per_question, {q.id: q.kind for q in questions}),
            _grouped(self.per_question, {q.id: q.language for q in questions}),
            None if elapsed_s is None else 1000 * elapsed_s / len(questions),
            self.n_declined / unanswerable if unanswerable else None,
            calibrated(self.strengths[True], self.strengths[False], self.floor),
            self.per_question,
        )


def _grouped(
    per_question: Mapping[str, Mapping[str, float]], group_of: Mapping[str, str]
) -> dict[str, Scores]:
    """The means per group, in order of appearance; questions without a group are left out."""
    groups = dict.fromkeys(group_of[question] for question in per_question)
    return {
        group: mean_scores({q: v for q, v in per_question.items() if group_of[q] == group})
        for group in groups
        if group
    }
