"""What the screen of chat models does in its workers."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from assistant.tui.jobs import Post, reporting
from assistant.tui.messages import ChatModelDeleted, ChatModelsListed, PullAdvanced

if TYPE_CHECKING:
    from assistant.workspace import Workspace


def list_models(post: Post, workspace: Workspace) -> None:
    with reporting("list", 0, post):
        rows = workspace.chats.rows()
        post(ChatModelsListed(rows, workspace.chats.server))


def pull_model(post: Post, workspace: Workspace, name: str) -> None:
    worker = get_current_worker()
    with reporting("pull", 0, post), closing(workspace.chats.pull(name)) as progress:
        for step in progress:
            if worker.is_cancelled:
                return
            post(PullAdvanced(name, step))


def delete_model(post: Post, workspace: Workspace, name: str) -> None:
    with reporting("delete", 0, post):
        workspace.chats.delete(name)
        post(ChatModelDeleted(name))
