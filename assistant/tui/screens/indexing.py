"""What a screen does to keep its folder's index current: runs, reports, repairs, watching."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.screen import Screen

from assistant.records import IndexFinished, IndexReport, NoticeGiven
from assistant.tui import jobs
from assistant.tui.messages import FolderChanged, IndexAdvanced
from assistant.tui.texts import nothing_readable, one_line
from assistant.tui.widgets.chat_log import ChatLog
from assistant.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from assistant.workspace import Workspace

CANCELLED = "Indexing cancelled: what was done is kept. F5 goes on."


class IndexingScreen(Screen[None]):
    """Starts jobs in workers, one of a group at a time, and shows how the index fares."""

    def __init__(self, folder_name: str) -> None:
        super().__init__()
        self.folder_name = folder_name
        self.is_indexing_unasked = False
        """Whether a save in the folder began the last run: then it is no affair of the user's."""
        self._indexed: tuple[Workspace, ChatLog] | None = None
        self._has_changed_since = False
        self._stop_watching = threading.Event()

    @property
    def status_bar(self) -> StatusBar:
        return self.query_one(StatusBar)

    def start_job(self, group: str, job: Callable[[], None]) -> None:
        self.run_worker(job, group=group, thread=True, exclusive=True, exit_on_error=False)

    def is_at(self, group: str) -> bool:
        return any(w.group == group and not w.is_finished for w in self.workers)

    # ── indexing ──

    def begin_indexing(self, workspace: Workspace, log: ChatLog) -> None:
        """Bring the index up to date, now and whenever something in the folder is saved."""
        self._indexed = workspace, log
        self.action_index()
        if workspace.settings.index.watch:
            watching = (self.post_message, workspace, self._stop_watching)
            self.start_job("watch", partial(jobs.watch_folder, *watching))

    def action_index(self) -> None:
        self.is_indexing_unasked = False
        self._index("Looking for changes …")

    def _index(self, stage: str) -> None:
        if self._indexed is not None:
            workspace, _ = self._indexed
            self._has_changed_since = False
            self.status_bar.begin(stage)
            self.start_job("index", partial(jobs.index_folder, self.post_message, workspace))

    def cancel_indexing(self) -> None:
        self.workers.cancel_group(self, "index")
        self.status_bar.show_idle(CANCELLED)

    @on(FolderChanged)
    def _index_changes(self, event: FolderChanged) -> None:
        if self.is_at("index"):
            self._has_changed_since = True
            return
        self.is_indexing_unasked = True
        self._index(f"{event.n_paths} saved: indexing …")

    @on(IndexAdvanced)
    async def _show_indexing(self, event: IndexAdvanced) -> None:
        self.status_bar.show_event(event.event)
        if isinstance(event.event, NoticeGiven):
            self.notify(one_line(event.event.text), title="Index", timeout=15, markup=False)
        elif isinstance(event.event, IndexFinished):
            await self._show_report(event.event.report)
            if self._has_changed_since:
                self.is_indexing_unasked = True
                self._index("Saved meanwhile: indexing …")

    async def _show_report(self, report: IndexReport) -> None:
        if report.failures and not self.is_indexing_unasked:
            first = report.failures[0]
            self.notify(
                one_line(f"{first.document}: {first.reason}"),
                title=f"{len(report.failures)} files could not be read",
                severity="warning",
                markup=False,
            )
        if not report.documents and self._indexed is not None:
            _, log = self._indexed
            await log.welcome(nothing_readable(self.folder_name))

    def on_unmount(self) -> None:
        self._stop_watching.set()
