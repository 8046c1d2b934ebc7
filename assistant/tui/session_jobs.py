"""What the list of sessions does in its workers: each job one function that posts what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from assistant.records import SessionSummary
from assistant.tui.jobs import Post, reporting
from assistant.tui.messages import SessionExported, SessionRead, SessionsChanged, SessionsListed

if TYPE_CHECKING:
    from assistant.workspace import Workspace


def list_sessions(post: Post, workspace: Workspace, words: str) -> None:
    worker = get_current_worker()
    with reporting("list", 0, post):
        found = workspace.sessions.summaries(words)
        if not worker.is_cancelled:
            post(SessionsListed(found))


def read_session(post: Post, workspace: Workspace, session: int) -> None:
    with reporting("read", 0, post):
        post(SessionRead(workspace.sessions.read(session)))


def rename_session(post: Post, workspace: Workspace, session: int, title: str) -> None:
    with reporting("change", 0, post):
        workspace.sessions.rename(session, title)
        post(SessionsChanged("Renamed.", session))


def fork_session(post: Post, workspace: Workspace, session: SessionSummary) -> None:
    with reporting("change", 0, post):
        made = workspace.sessions.fork(session.id)
        post(SessionsChanged("Forked: the copy stands first. Enter goes on with it.", made))


def delete_session(post: Post, workspace: Workspace, session: SessionSummary) -> None:
    with reporting("change", 0, post):
        workspace.sessions.delete(session.id)
        post(SessionsChanged("Deleted. u brings it back while this list is open."))


def undo_delete(post: Post, workspace: Workspace, session: SessionSummary) -> None:
    with reporting("change", 0, post):
        workspace.sessions.delete(session.id, undo=True)
        post(SessionsChanged("Brought back.", session.id))


def forget_deleted(post: Post, workspace: Workspace) -> None:
    with reporting("change", 0, post):
        workspace.sessions.forget_deleted()


def export_session(post: Post, workspace: Workspace, session: int, kind: str) -> None:
    with reporting("change", 0, post):
        post(SessionExported(workspace.sessions.export(session, kind)))
