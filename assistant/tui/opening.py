"""A folder into an opened workspace, with the names that menus show.

Importing the rooms costs several tenths of a second: it happens in a worker, after first paint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.paths import Paths
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.workspace import Workspace

WorkspaceOpener = Callable[[Path], "Workspace"]


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a menu: a mode or a pooling."""

    name: str
    label: str
    summary: str
    is_trained: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    workspace: Workspace
    modes: tuple[Choice, ...]
    poolings: tuple[Choice, ...]


def opener(settings: Settings, paths: Paths) -> WorkspaceOpener:
    def open_folder(folder: Path) -> Workspace:
        from assistant.workspace import Workspace

        return Workspace(settings, paths, folder)

    return open_folder


def open_with_choices(open_folder: WorkspaceOpener, folder: Path) -> Opened:
    """Raises: UsageError, ModelUnavailable."""
    workspace = open_folder(folder)
    from assistant.workspace import MODES, POOLINGS

    trained = workspace.model.trained_pooling
    return Opened(
        workspace,
        tuple(Choice(m.name, m.label, m.summary) for m in MODES.values()),
        tuple(Choice(p.name, p.label, p.summary, p.name == trained) for p in POOLINGS.values()),
    )
