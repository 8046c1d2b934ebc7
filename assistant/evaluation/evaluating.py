"""Questions and ways to search into a report: a generator of events, one per question and way."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.embedding.encoder import Encoder
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.evaluation.calibration import calibrated
from assistant.evaluation.metrics import mean_scores, question_metrics
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import (
    EvaluationEvent,
    EvaluationFinished,
    EvaluationReport,
    EvaluationStarted,
    Question,
    QuestionEvaluated,
    Run,
    RunReport,
    Scores,
)
from assistant.evaluation.relevance import first_ranks, normalised
from assistant.records import DocumentSummary, DocumentText, StageStarted, Trace
from assistant.retrieval.modes import MODES
from assistant.retrieval.questions import known_mode

HITS = 50
"""Hits asked for per question: enough for anyone's own scoring."""
POOLING_MODE = "sentence"
"""The mode that compares poolings: nothing but the sentence's own vector ranks."""


class Searched(Protocol):
    """What is evaluated: a folder that can be searched."""

    @property
    def model(self) -> ModelInfo: ...
    def encoder(self) -> Encoder: ...
    def documents(self) -> list[DocumentSummary]: ...
    def document(self, path: str) -> DocumentText: ...
    def retrieve(self, question: str, mode: str, pooling: str, limit: int) -> Trace: ...


@dataclass(slots=True)
class _Tally:
    """What one run has given so far."""

    per_question: dict[str, dict[str, float]] = field(default_factory=dict)
    n_unanswerable: int = 0
    n_declined: int = 0
    strengths: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    """Of the evidence, for questions with an answer and without."""
    floor: float = 0.0
    elapsed_s: float = 0.0


def evaluate(
    searched: Searched, file: Path, modes: Sequence[str]
) -> Generator[EvaluationEvent, None, None]:
    """Every mode (all where none is named) under the trained pooling, then every pooling.

    Raises: UsageError, IndexFault, ModelUnavailable.
    """
    names = [known_mode(mode) for mode in modes] or list(MODES)
    questions = read_questions(file)
    yield StageStarted("loading the embedding model")
    searched.encoder()  # now, so that no question's time holds it
    trained = searched.model.trained_pooling
    of_modes = {mode: Run(mode, trained) for mode in names}
    of_poolings = {pooling: Run(POOLING_MODE, pooling) for pooling in POOLINGS}
    runs = list(dict.fromkeys([*of_modes.values(), *of_poolings.values()]))
    yield EvaluationStarted(len(questions), len(runs))
    tallies = {run: _Tally() for run in runs}
    # Run by run, not question by question: what a search remembers of its question would make
    # every run but the first look free.
    for i, run in enumerate(runs):
        yield from _evaluate_run(searched, questions, run, tallies[run], i, len(runs))
    reports = {run: _report(run, tally, questions) for run, tally in tallies.items()}
    yield EvaluationFinished(
        EvaluationReport(
            len(questions),
            sum(not question.relevant for question in questions),
            {mode: reports[run] for mode, run in of_modes.items()},
            {pooling: reports[run] for pooling, run in of_poolings.items()},
            tuple(_remarks(searched, questions)),
        )
    )


def _evaluate_run(
    searched: Searched,
    questions: Sequence[Question],
    run: Run,
    tally: _Tally,
    earlier_runs: int,
    n_runs: int,
) -> Iterable[QuestionEvaluated]:
    for i, question in enumerate(questions, start=1):
        started = time.perf_counter()
        trace = searched.retrieve(question.question, run.mode, run.pooling, HITS)
        tally.elapsed_s += time.perf_counter() - started
        hits, evidence = trace.hits, trace.evidence
        declined = not hits or trace.is_weak
        if evidence is not None:
            tally.floor = evidence.floor
            tally.strengths[bool(question.relevant)].append(evidence.strength)
        if question.relevant:
            ranks = first_ranks(hits, question.relevant)
            tally.per_question[question.id] = question_metrics(ranks)
        else:
            tally.n_unanswerable += 1
            tally.n_declined += declined
        done = earlier_runs * len(questions) + i
        yield QuestionEvaluated(question, run, hits, declined, done, n_runs * len(questions))


def _report(run: Run, tally: _Tally, questions: Sequence[Question]) -> RunReport:
    unanswerable = tally.n_unanswerable
    return RunReport(
        run,
        mean_scores(tally.per_question),
        _grouped(tally.per_question, {q.id: q.kind for q in questions}),
        _grouped(tally.per_question, {q.id: q.language for q in questions}),
        1000 * tally.elapsed_s / len(questions),
        tally.n_declined / unanswerable if unanswerable else None,
        calibrated(tally.strengths[True], tally.strengths[False], tally.floor),
        tally.per_question,
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


def _remarks(searched: Searched, questions: Sequence[Question]) -> Iterable[str]:
    """Entries that no search can find, so that a bad file is not taken for a bad search."""
    indexed = {document.path for document in searched.documents()}
    wanted = {entry.document for question in questions for entry in question.relevant}
    for missing in sorted(wanted - indexed):
        yield f"this document of the question file is not in the index: {missing}"
    texts = {name: normalised(searched.document(name).text) for name in wanted & indexed}
    for question in questions:
        for entry in question.relevant:
            if entry.document in texts and normalised(entry.quote) not in texts[entry.document]:
                yield f'the quote of question "{question.id}" is not in {entry.document}'
