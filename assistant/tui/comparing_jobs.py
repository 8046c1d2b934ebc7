"""The slow work of the compare screen; see `jobs`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from assistant.tui.jobs import Post, reporting
from assistant.tui.messages import OtherModelsListed, ReportWritten, SideBySideAdvanced

if TYPE_CHECKING:
    from assistant.records import Trace
    from assistant.workspace import Workspace


def lay_side_by_side(
    post: Post, workspace: Workspace, request: int, question: str, pooling: str
) -> None:
    worker = get_current_worker()
    with (
        reporting("side by side", request, post),
        closing(workspace.side_by_side(question, pooling)) as steps,
    ):
        for found in steps:
            if worker.is_cancelled:
                return
            post(SideBySideAdvanced(request, found))


def lay_other_model(
    post: Post, workspace: Workspace, request: int, question: str, model: str
) -> None:
    """With that model's own trained pooling: the one at hand may mean nothing to it."""
    with reporting("side by side", request, post):
        other = workspace.with_model(model)
        lay_side_by_side(post, other, request, question, "")


def list_other_models(post: Post, workspace: Workspace) -> None:
    with reporting("models", 0, post):
        at_hand = workspace.settings.index.model
        found = {
            each.model
            for each in workspace.stored_indexes()
            if each.sentences and not each.is_outdated and each.model != at_hand
        }
        post(OtherModelsListed(tuple(sorted(found))))


def write_report(post: Post, workspace: Workspace, trace: Trace, name: str) -> None:
    with reporting("report", 0, post):
        post(ReportWritten(workspace.write_report(trace, workspace.paths.reports / name, "html")))
