"""What workers tell the screen, in the past tense. A worker touches no widget; it posts these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.errors import AssistantError
from assistant.records import (
    AnswerEvent,
    DocumentSummary,
    DocumentText,
    IndexEvent,
    Place,
    Trace,
)

if TYPE_CHECKING:
    from assistant.tui.opening import Opened


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
    """The trace now holds every pooling's ranks."""

    def __init__(self, request: int, trace: Trace) -> None:
        super().__init__()
        self.request = request
        self.trace = trace


class PlaceChosen(Message):
    """A sentence is to be shown in its document."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


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
