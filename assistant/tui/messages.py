"""What workers tell the screen, in the past tense. A worker touches no widget; it posts these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.errors import AssistantError
from assistant.records import (
    AnswerEvent,
    ChatModelRow,
    DocumentSummary,
    DocumentText,
    IndexEvent,
    LessonEvent,
    Place,
    PullProgressed,
    Session,
    SessionSummary,
    SideBySide,
    Trace,
)

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.evaluation.records import EvaluationEvent, Marked, Question
    from assistant.tui.opening import Opened
    from assistant.workspace import KeptRun, Since


class WorkspaceOpened(Message):
    """The rooms were imported and the folder can be asked."""

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self.opened = opened


class IndexAdvanced(Message):
    def __init__(self, event: IndexEvent) -> None:
        super().__init__()
        self.event = event


class FolderChanged(Message):
    """Something in the folder was saved, renamed or deleted."""

    def __init__(self, n_paths: int) -> None:
        super().__init__()
        self.n_paths = n_paths


class AnswerAdvanced(Message):
    def __init__(self, request: int, event: AnswerEvent) -> None:
        super().__init__()
        self.request = request
        self.event = event


class Retrieved(Message):
    """The current question was ranked anew, without asking the chat model."""

    def __init__(self, request: int, trace: Trace) -> None:
        super().__init__()
        self.request = request
        self.trace = trace


class Compared(Message):
    """The trace now holds every pooling's ranks, and the second time why each hit was found."""

    def __init__(self, request: int, trace: Trace) -> None:
        super().__init__()
        self.request = request
        self.trace = trace


class PlaceChosen(Message):
    """A sentence is to be shown in its document."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class SentenceMarked(Message):
    """The user says that this sentence answers the question."""

    def __init__(self, question: str, place: Place, sentence: str) -> None:
        super().__init__()
        self.question = question
        self.place = place
        self.sentence = sentence


class MarkKept(Message):
    """The sentence stands in the question file."""

    def __init__(self, marked: Marked) -> None:
        super().__init__()
        self.marked = marked


class MarkUndone(Message):
    """The sentence is out of the question file again."""

    def __init__(self, marked: Marked) -> None:
        super().__init__()
        self.marked = marked


class QuestionFilesFound(Message):
    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__()
        self.files = files


class QuestionsRead(Message):
    """A question file was read, and the last run on its questions."""

    def __init__(self, file: Path, questions: Sequence[Question], last: KeptRun | None) -> None:
        super().__init__()
        self.file = file
        self.questions = questions
        self.last = last


class EvaluationAdvanced(Message):
    def __init__(self, request: int, event: EvaluationEvent) -> None:
        super().__init__()
        self.request = request
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Searches are quicker than screens: of two that only count, the newer one is enough."""
        return (
            isinstance(message, EvaluationAdvanced)
            and hasattr(self.event, "done")
            and hasattr(message.event, "done")
        )


class EvaluationKept(Message):
    """An evaluation came to its end, stands on the disk, and was held against the one before."""

    def __init__(self, request: int, run: KeptRun, since: Since | None, file: Path) -> None:
        super().__init__()
        self.request = request
        self.run = run
        self.since = since
        self.file = file


class DefaultChanged(Message):
    """The folder has another default mode and pooling, or that of the settings again."""


class LessonAdvanced(Message):
    def __init__(self, event: LessonEvent) -> None:
        super().__init__()
        self.event = event


class DocumentsListed(Message):
    """The index was asked for all its documents."""

    def __init__(self, documents: Sequence[DocumentSummary]) -> None:
        super().__init__()
        self.documents = documents


class DocumentRead(Message):
    """A document's text is there to be shown."""

    def __init__(self, document: DocumentText, place: Place) -> None:
        super().__init__()
        self.document = document
        self.place = place


class JobFailed(Message):
    """A worker ended with an error that the user can do something about."""

    def __init__(self, job: str, request: int, error: AssistantError) -> None:
        super().__init__()
        self.job = job
        self.request = request
        self.error = error


class SideBySideAdvanced(Message):
    """One more mode was searched."""

    def __init__(self, request: int, found: SideBySide) -> None:
        super().__init__()
        self.request = request
        self.found = found


class OtherModelsListed(Message):
    """The models beside the one at hand that this folder is indexed by."""

    def __init__(self, models: tuple[str, ...]) -> None:
        super().__init__()
        self.models = models


class ReportWritten(Message):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file


class SessionsListed(Message):
    def __init__(self, sessions: Sequence[SessionSummary]) -> None:
        super().__init__()
        self.sessions = sessions


class SessionRead(Message):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class SessionsChanged(Message):
    """One was renamed, forked, deleted or brought back; the list is to be read again."""

    def __init__(self, told: str, shown: int | None = None) -> None:
        super().__init__()
        self.told = told
        self.shown = shown
        """The session to stand on from now on."""


class SessionExported(Message):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file


class ChatModelsListed(Message):
    def __init__(self, rows: Sequence[ChatModelRow], server: str) -> None:
        super().__init__()
        self.rows = rows
        self.server = server


class PullAdvanced(Message):
    def __init__(self, model: str, progress: PullProgressed) -> None:
        super().__init__()
        self.model = model
        self.progress = progress

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, PullAdvanced) and not message.progress.is_done


class ChatModelDeleted(Message):
    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model
