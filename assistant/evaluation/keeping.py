"""What was marked and measured of one folder: its question file and the runs on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from assistant import __version__
from assistant.embedding.models import ModelInfo
from assistant.errors import UsageError
from assistant.evaluation.earlier import Changes, RunChange, changes_by_run, changes_since
from assistant.evaluation.marking import mark, unmark
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import EvaluationReport, Marked, Question, Relevant, Run
from assistant.files import write_whole
from assistant.folders import Folders
from assistant.indexing.snapshot import Snapshot
from assistant.settings import IndexSettings

QUESTIONS = "questions.jsonl"
_MAX_OFFERED = 20
RUNS_KEPT = 100
"""The newest ones: a run over every mode and pooling of a hundred questions is a megabyte."""


class KeptRun(msgspec.Struct, frozen=True):
    """One evaluation, with all that may have made it come out as it did."""

    kept_at: str
    """ISO 8601 with the offset from UTC."""
    program: str
    """Version of this program."""
    model: str
    model_revision: str
    passages: str
    index_generation: int
    n_sentences: int
    questions_file: str
    questions_sha256: str
    question_digests: dict[str, str]
    """Question id -> digest of what is asked and what answers it."""
    report: EvaluationReport

    def same_questions(self, digests: dict[str, str]) -> frozenset[str]:
        """Ids of the questions that stand in both runs, unchanged."""
        return frozenset(q for q, d in digests.items() if self.question_digests.get(q) == d)

    def n_shared(self, questions: Iterable[Question]) -> int:
        """How many of them stand in this run, unchanged."""
        return len(self.same_questions(digests_of(questions)))


@dataclass(frozen=True, slots=True)
class Since:
    """A run held against an earlier one, over the questions that are the same in both."""

    earlier: KeptRun
    same: frozenset[str]
    by_run: dict[Run, RunChange]
    named: Changes
    """The same per mode and per pooling, as the tables of `eval` have them."""


class FolderEvaluations:
    """Below the program's data: the folders themselves are only read."""

    def __init__(self, kept: Path, folders: Folders) -> None:
        self._folders = folders
        self._runs = kept / "evaluations"
        self.own_questions = kept / QUESTIONS
        """Where marked sentences go."""

    # ── question files ──

    def question_files(self) -> tuple[Path, ...]:
        """Those to choose from: the folder's own, then what lies in the folder."""
        own = [self.own_questions] if self.own_questions.is_file() else []
        for root in self._folders.roots:
            with suppress(OSError):  # a folder that cannot be listed offers none
                own += sorted(f for f in root.glob("*.jsonl") if f.is_file())[:_MAX_OFFERED]
        return tuple(own)

    def questions_of(self, file: Path) -> tuple[Sequence[Question], KeptRun | None]:
        """The questions and the last run that had some of them.

        Raises: UsageError naming the file and the line that is no question.
        """
        questions = read_questions(file)
        return questions, self.last_on(digests_of(questions))

    def mark(self, question: str, document: str, quote: str) -> Marked:
        """This sentence answers it. Raises: UsageError."""
        return mark(self.own_questions, question, Relevant(document, quote))

    def unmark(self, marked: Marked) -> None:
        """Raises: UsageError where the line was changed since."""
        unmark(marked)

    # ── runs ──

    def since_last(self, run: KeptRun) -> Since | None:
        """What is better and worse than in the last run that had some of these questions."""
        last = self.last_on(run.question_digests, frozenset(run.report.runs))
        if last is None:
            return None
        same = last.same_questions(run.question_digests)
        by_run = changes_by_run(last.report.runs, run.report.runs, same)
        return Since(last, same, by_run, changes_since(last.report, run.report, same))

    def keep(self, run: KeptRun) -> Path:
        """Raises: UsageError where it cannot be written."""
        stamp = datetime.fromisoformat(run.kept_at).strftime("%Y%m%dT%H%M%S.%f")
        file = self._runs / f"{stamp}-{run.questions_sha256[:8]}.json"
        write_whole(file, msgspec.json.encode(run))
        for old in sorted(self._runs.glob("*.json"), reverse=True)[RUNS_KEPT:]:
            with suppress(OSError):
                old.unlink()
        return file

    def last_on(self, digests: dict[str, str], wanted: Set[Run] = frozenset()) -> KeptRun | None:
        """The newest run that has one of these questions, if it can be one with all that is wanted.

        What cannot be read is passed over.
        """
        newest: KeptRun | None = None
        for run in self._newest_first():
            if run.same_questions(digests):
                newest = newest or run
                if wanted <= run.report.runs.keys():
                    return run
        return newest

    def _newest_first(self) -> Iterator[KeptRun]:
        for file in sorted(self._runs.glob("*.json"), reverse=True):
            # One of a version that kept other things, or torn by a full disk.
            with suppress(OSError, msgspec.MsgspecError):
                yield msgspec.json.decode(file.read_bytes(), type=KeptRun)


def digests_of(questions: Iterable[Question]) -> dict[str, str]:
    """Question id -> what makes it the same question: its words and its answers."""
    return {question.id: _digest(question) for question in questions}


def _digest(question: Question) -> str:
    answers = sorted((entry.document, entry.quote) for entry in question.relevant)
    return hashlib.sha256(msgspec.json.encode([question.question, answers])).hexdigest()[:16]


def hashed_questions(file: Path) -> tuple[Sequence[Question], str]:
    """The questions and the SHA-256 of their file. Raises: UsageError."""
    questions = read_questions(file)
    try:
        return questions, hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(
            f"the question file cannot be read: {file}: {error.strerror}", "name another one"
        ) from error


def described_run(
    questions: Path,
    report: EvaluationReport,
    model: ModelInfo,
    index: IndexSettings,
    snapshot: Snapshot,
) -> KeptRun:
    """Raises: UsageError where the question file is gone."""
    asked, digest = hashed_questions(questions)
    return KeptRun(
        kept_at=datetime.now(UTC).isoformat(),
        program=__version__,
        model=model.name,
        model_revision=model.revision,
        passages=index.passages,
        index_generation=snapshot.generation,
        n_sentences=snapshot.n_sentences,
        questions_file=str(questions),
        questions_sha256=digest,
        question_digests=digests_of(asked),
        report=report,
    )
