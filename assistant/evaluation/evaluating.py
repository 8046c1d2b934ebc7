"""Questions and ways to search into a report: a generator of events, one per question and way."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from assistant.embedding.encoder import Encoder
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
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
    RunScored,
)
from assistant.evaluation.relevance import normalised
from assistant.evaluation.tallying import Tally
from assistant.records import DocumentSummary, DocumentText, StageStarted, Trace
from assistant.retrieval.modes import MODES
from assistant.retrieval.questions import known_mode

HITS = 50
"""Hits asked for per question: enough for anyone's own scoring."""
POOLING_MODE = "sentence"
"""The mode that compares poolings: nothing but the sentence's own vector ranks."""
PARTIAL_EVERY = 8
"""Questions between two partial scores of the runs that are asked together."""


class Searched(Protocol):
    """What is evaluated: a folder that can be searched."""

    @property
    def model(self) -> ModelInfo: ...
    def encoder(self) -> Encoder: ...
    def documents(self) -> list[DocumentSummary]: ...
    def document(self, path: str) -> DocumentText: ...
    def retrieve(self, question: str, mode: str, pooling: str, limit: int) -> Trace: ...


def evaluate(
    searched: Searched, file: Path, modes: Sequence[str], crossed: bool = False
) -> Generator[EvaluationEvent, None, None]:
    """Every mode (all where none is named) under the trained pooling, then every pooling.

    `crossed`: then each of the modes under every other pooling that can change its ranking.
    Raises: UsageError, IndexFault, ModelUnavailable.
    """
    names = [known_mode(mode) for mode in modes] or list(MODES)
    questions = read_questions(file)
    yield StageStarted("loading the embedding model")
    searched.encoder()  # now, so that no question's time holds it
    trained = searched.model.trained_pooling
    of_modes = {mode: Run(mode, trained) for mode in names}
    of_poolings = {pooling: Run(POOLING_MODE, pooling) for pooling in POOLINGS}
    timed = list(dict.fromkeys([*of_modes.values(), *of_poolings.values()]))
    others = _other_runs(names, set(timed)) if crossed else []
    yield EvaluationStarted(len(questions), len(timed) + len(others))
    asking = _Asking(searched, questions, (len(timed) + len(others)) * len(questions))
    reports: dict[Run, RunReport] = {}
    for scored in itertools.chain(asking.timed(timed), asking.together(others)):
        if isinstance(scored, RunScored) and scored.is_complete:
            reports[scored.report.run] = scored.report
        yield scored
    yield EvaluationFinished(
        EvaluationReport(
            len(questions),
            sum(not question.relevant for question in questions),
            {mode: reports[run] for mode, run in of_modes.items()},
            {pooling: reports[run] for pooling, run in of_poolings.items()},
            tuple(_remarks(searched, questions)),
            _by_mode(reports[run] for run in others),
        )
    )


def _other_runs(modes: Iterable[str], known: set[Run]) -> list[Run]:
    """The rest of modes x poolings, where a pooling can make a difference."""
    product = (Run(m, p) for m in modes if MODES[m].uses_pooling for p in POOLINGS)
    return [run for run in product if run not in known]


def _by_mode(reports: Iterable[RunReport]) -> dict[str, dict[str, RunReport]]:
    found: dict[str, dict[str, RunReport]] = {}
    for report in reports:
        found.setdefault(report.run.mode, {})[report.run.pooling] = report
    return found


class _Asking:
    """Puts questions to the ways to search, and counts them."""

    def __init__(self, searched: Searched, questions: Sequence[Question], total: int) -> None:
        self._searched = searched
        self._questions = questions
        self._total = total
        self._done = 0

    def timed(self, runs: Sequence[Run]) -> Iterator[QuestionEvaluated | RunScored]:
        """Run by run, not question by question: what a search remembers of its question would
        make every run but the first look free.
        """
        for run in runs:
            tally = Tally(run)
            for question in self._questions:
                yield self._asked(question, tally)
            yield RunScored(tally.report(self._questions), True)

    def together(self, runs: Sequence[Run]) -> Iterator[QuestionEvaluated | RunScored]:
        """Question by question, so that all that the runs have in common is computed once."""
        tallies = [Tally(run, elapsed_s=None) for run in runs]
        for number, question in enumerate(self._questions, start=1):
            for tally in tallies:
                yield self._asked(question, tally)
            if number % PARTIAL_EVERY == 0 and number < len(self._questions):
                yield from (RunScored(tally.so_far(), False) for tally in tallies)
        for tally in tallies:
            yield RunScored(tally.report(self._questions), True)

    def _asked(self, question: Question, tally: Tally) -> QuestionEvaluated:
        run = tally.run
        started = time.perf_counter()
        trace = self._searched.retrieve(question.question, run.mode, run.pooling, HITS)
        if tally.elapsed_s is not None:
            tally.elapsed_s += time.perf_counter() - started
        declined = tally.add(question, trace)
        self._done += 1
        return QuestionEvaluated(question, run, trace.hits, declined, self._done, self._total)


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
