"""Events of long work into talk: one line that overwrites itself, or now and then a line."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.records import (
    FileFailed,
    FolderScanned,
    IndexEvent,
    IndexFinished,
    IndexProgressed,
    IndexReport,
    NoticeGiven,
    StageStarted,
)

if TYPE_CHECKING:
    from assistant.cli.terminal import Terminal
    from assistant.workspace import Workspace

LOADING = "loading the embedding model: about half a minute, only this first time"
SPARSE_S = 10.0
"""Between two lines of progress where they stay, as in a log file."""


class Progress:
    """Says how far long work has come."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._said_at = time.monotonic()

    def advance(self, message: str) -> None:
        """Shown at once on a screen, rarely in a log."""
        if self._terminal.has_live_talk:
            self._terminal.show_live(message)
        elif time.monotonic() - self._said_at >= SPARSE_S:
            self.announce(message)

    def announce(self, message: str) -> None:
        """Said in a log too: a step that takes long began."""
        if self._terminal.has_live_talk:
            self._terminal.show_live(message)
        else:
            self._said_at = time.monotonic()
            self._terminal.say(message)


def bring_up_to_date(
    terminal: Terminal,
    workspace: Workspace,
    run: Generator[IndexEvent, None, None] | None = None,
) -> IndexReport:
    """Index with progress; `run`: another way to do it than `workspace.index`."""
    progress = Progress(terminal)
    report: IndexReport | None = None
    n_failed = 0
    with closing(run or workspace.index()) as events:
        for event in events:
            if isinstance(event, IndexFinished):
                report = event.report
            n_failed += isinstance(event, FileFailed)
            tell(event, progress, terminal, workspace)
    assert report is not None  # the last event of an index that was not cancelled
    if n_failed:
        terminal.say(
            f"{_count(n_failed, 'file')} could not be read:"
            f" `assistant index {workspace.folders.in_words} --report` says why"
        )
    return report


def refuse_empty(report: IndexReport, workspace: Workspace) -> None:
    """Raises: UsageError where there is no document to search."""
    if report.documents:
        return
    if report.failures:
        raise UsageError(
            f"no document in the folder could be read: {workspace.folders.in_words}",
            f"assistant index {workspace.folders.in_words} --report",
        )
    raise UsageError(
        f"the folder has no documents: {workspace.folders.in_words}",
        f"put files there: {_formats()}",
    )


def tell(event: IndexEvent, progress: Progress, terminal: Terminal, workspace: Workspace) -> None:
    if isinstance(event, FolderScanned) and event.changed:
        progress.announce(f"indexing {_count(event.changed, 'file')} of {event.files:,}")
    elif isinstance(event, IndexProgressed):
        progress.advance(_so_far(event))
    elif isinstance(event, NoticeGiven):
        terminal.say(event.text)  # no other line may overwrite it
    elif isinstance(event, StageStarted):
        if event.stage.startswith("loading") and workspace.models.encoder_takes_long():
            progress.announce(LOADING)
        else:
            progress.advance(event.stage)


def _so_far(event: IndexProgressed) -> str:
    parts = [
        f"indexing {event.files_done:,}/{event.files:,} files",
        f"{event.sentences:,} sentences",
    ]
    if event.sentences_per_s >= 1:
        parts.append(f"{event.sentences_per_s:,.0f}/s")
    if event.left_s is not None:
        minutes, seconds = divmod(round(event.left_s), 60)
        parts.append(f"{minutes}:{seconds:02} left")
    return " · ".join(parts)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _formats() -> str:
    from assistant.documents.readers import readable_names

    return ", ".join(readable_names())
