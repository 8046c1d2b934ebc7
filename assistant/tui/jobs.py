"""The slow work of the screens, each job one function that runs in a thread worker.

A job iterates a generator of the workspace, stops where its worker was cancelled, posts what came
out, and closes the generator whatever happens. It reads no widget and sets no attribute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from assistant.errors import AssistantError
from assistant.records import Place, Rewrite, Trace
from assistant.tui.messages import (
    AnswerAdvanced,
    Compared,
    DocumentRead,
    DocumentsListed,
    FolderChanged,
    IndexAdvanced,
    JobFailed,
    Retrieved,
    WorkspaceOpened,
)
from assistant.tui.opening import WorkspaceOpener, with_choices

if TYPE_CHECKING:
    from assistant.workspace import Recorder, Workspace

Post = Callable[[Message], object]


def open_workspace(post: Post, open_folders: WorkspaceOpener, folders: tuple[Path, ...]) -> None:
    worker = get_current_worker()
    with reporting("open", 0, post):
        workspace = open_folders(folders)
        with closing(workspace.models.fetch()) as events:
            for event in events:
                if worker.is_cancelled:
                    return
                post(IndexAdvanced(event))
        post(WorkspaceOpened(with_choices(workspace)))


def index_folder(post: Post, workspace: Workspace) -> None:
    worker = get_current_worker()
    with reporting("index", 0, post), closing(workspace.index()) as events:
        for event in events:
            if worker.is_cancelled:
                return
            post(IndexAdvanced(event))


def watch_folder(post: Post, workspace: Workspace, stop: threading.Event) -> None:
    worker = get_current_worker()
    try:
        for n_paths in workspace.changes(stop):
            if worker.is_cancelled:
                return
            post(FolderChanged(n_paths))
    except OSError:
        return  # the system watches no more folders; F5 looks for changes


def answer_question(
    post: Post,
    workspace: Workspace,
    request: int,
    question: str,
    mode: str,
    pooling: str,
    history: Sequence[tuple[str, str]] = (),
    recorder: Recorder | None = None,
    replaces: bool = False,
) -> None:
    """`history`: earlier (question, answer) pairs, oldest first, that the question may lean on.

    `recorder` keeps the exchange, with `replaces` in the newest one's place.
    """
    worker = get_current_worker()
    asked = workspace.ask(question, mode, pooling, history=history)
    if recorder is not None:
        asked = recorder.recorded(question, asked, replaces)
    with reporting("answer", request, post), closing(asked) as events:
        for event in events:
            if worker.is_cancelled:
                return
            post(AnswerAdvanced(request, event))


_DRAWING_S = 0.03
"""Two frames for what is looked at, before the rest of the trace takes every core again."""


def rank_again(
    post: Post,
    workspace: Workspace,
    request: int,
    question: str,
    mode: str,
    pooling: str,
    rewrites: Sequence[Rewrite] = (),
) -> None:
    """`rewrites`: what is searched beside the question, as when it was asked."""
    with reporting("rank", request, post):
        found = workspace.retrieve(question, mode, pooling, rewrites=rewrites)
        post(Retrieved(request, found))


def compare_poolings(
    post: Post,
    workspace: Workspace,
    request: int,
    trace: Trace,
    recorder: Recorder | None,
    explains_first: bool,
) -> None:
    """`recorder` keeps what the panel then shows; the tab that is looked at says what is first."""
    steps = [workspace.comparing, workspace.explaining]
    with reporting("compare", request, post):
        for step in reversed(steps) if explains_first else steps:
            for fuller in step(trace):
                if get_current_worker().is_cancelled:
                    return
                trace = fuller
                post(Compared(request, trace))
                time.sleep(_DRAWING_S)
    if recorder is not None and trace.comparison is not None:
        with reporting("keep", request, post):
            recorder.keep_trace(trace)


def list_documents(post: Post, workspace: Workspace) -> None:
    with reporting("list", 0, post):
        post(DocumentsListed(workspace.documents()))


def read_document(post: Post, workspace: Workspace, place: Place) -> None:
    with reporting("read", 0, post):
        post(DocumentRead(workspace.document(place.document), place))


@contextmanager
def reporting(job: str, request: int, post: Post) -> Iterator[None]:
    """What the user can do something about becomes a message."""
    try:
        yield
    except AssistantError as error:
        if not get_current_worker().is_cancelled:
            post(JobFailed(job, request, error))
