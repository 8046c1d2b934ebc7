"""Folders into an opened workspace, with the names that menus show.

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

WorkspaceOpener = Callable[[tuple[Path, ...]], "Workspace"]


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
    def open_folders(folders: tuple[Path, ...]) -> Workspace:
        from assistant.allocator import give_back_large_arrays
        from assistant.folders import Folders
        from assistant.workspace import Workspace

        give_back_large_arrays()
        workspace = Workspace(settings, paths, Folders.of(*folders))
        paths.remember_folders(workspace.folders)
        return workspace

    return open_folders


def with_choices(workspace: Workspace) -> Opened:
    """Raises: ModelUnavailable."""
    from assistant.workspace import MODES, POOLINGS

    trained = workspace.model.trained_pooling
    return Opened(
        workspace,
        tuple(Choice(m.name, m.label, m.summary) for m in MODES.values()),
        tuple(Choice(p.name, p.label, p.summary, p.name == trained) for p in POOLINGS.values()),
    )


def label_of(choices: tuple[Choice, ...], name: str) -> str:
    """How a mode or pooling is shown: a star at what the model was trained with."""
    for choice in choices:
        if choice.name == name:
            return f"{choice.label}★" if choice.is_trained else choice.label
    return name
