"""The slow work of marking and evaluating, each job a function that runs in a thread worker.

The rules are those of `jobs`.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from assistant.records import Place
from assistant.tui.jobs import Post, reporting
from assistant.tui.messages import (
    DefaultChanged,
    EvaluationAdvanced,
    EvaluationKept,
    LessonAdvanced,
    MarkKept,
    MarkUndone,
    QuestionFilesFound,
    QuestionsRead,
)

if TYPE_CHECKING:
    from assistant.evaluation.records import Marked
    from assistant.workspace import Workspace


def mark_sentence(
    post: Post, workspace: Workspace, question: str, place: Place, sentence: str
) -> None:
    with reporting("mark", 0, post):
        post(MarkKept(workspace.evaluations.mark(question, place.document, sentence)))


def undo_mark(post: Post, workspace: Workspace, marked: Marked) -> None:
    with reporting("mark", 0, post):
        workspace.evaluations.unmark(marked)
        post(MarkUndone(marked))


def find_question_files(post: Post, workspace: Workspace) -> None:
    with reporting("questions", 0, post):
        post(QuestionFilesFound(workspace.evaluations.question_files()))


def read_question_file(post: Post, workspace: Workspace, file: Path) -> None:
    with reporting("questions", 0, post):
        questions, last = workspace.evaluations.questions_of(file)
        if not get_current_worker().is_cancelled:
            post(QuestionsRead(file, questions, last))


def evaluate_questions(post: Post, workspace: Workspace, request: int, file: Path) -> None:
    """Every mode under every pooling; only a run that came to its end is kept."""
    from assistant.evaluation.records import EvaluationFinished

    worker = get_current_worker()
    with (
        reporting("evaluate", request, post),
        closing(workspace.evaluate(file, crossed=True)) as events,
    ):
        for event in events:
            if worker.is_cancelled:
                return
            post(EvaluationAdvanced(request, event))
            if isinstance(event, EvaluationFinished):
                run = workspace.described(file, event.report)
                since = workspace.evaluations.since_last(run)
                post(EvaluationKept(request, run, since, workspace.evaluations.keep(run)))


def choose_default(post: Post, workspace: Workspace, mode: str, pooling: str) -> None:
    with reporting("default", 0, post):
        workspace.make_default(mode, pooling)
        post(DefaultChanged())


def forget_default(post: Post, workspace: Workspace) -> None:
    with reporting("default", 0, post):
        workspace.defaults.forget()
        post(DefaultChanged())


def give_lesson(post: Post, workspace: Workspace) -> None:
    worker = get_current_worker()
    with reporting("lesson", 0, post), closing(workspace.lesson()) as events:
        for event in events:
            if worker.is_cancelled:
                return
            post(LessonAdvanced(event))
