"""The sessions of a folder: Enter goes on with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.records import Session, SessionSummary
from assistant.tui import session_jobs as jobs
from assistant.tui.messages import (
    JobFailed,
    SessionExported,
    SessionRead,
    SessionsChanged,
    SessionsListed,
)
from assistant.tui.texts import MUTED, counted, one_line

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_EMPTY = "No session yet: every conversation in this folder is kept here. Esc goes back."
_NONE_FOUND = "No session has these words: Esc clears the search."


class SessionsScreen(Screen[Session | None]):
    BINDING_GROUP_TITLE = "Sessions"
    HELP = """\
Every conversation is kept while it happens, each answer with what the panel showed.

Type words to find a session by its name, its questions or its answers. **e** writes Markdown with
the sources, **j** JSON with every rank. What is deleted is gone when this list is left.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Clear the search, else back", id="s.close"),
        Binding("r", "rename", "Rename", tooltip="Another name", id="s.rename"),
        Binding("f", "fork", "Fork", tooltip="A copy to go on from", id="s.fork"),
        Binding("d,delete", "delete", "Delete", tooltip="Out of the list", id="s.delete"),
        Binding("u,ctrl+z", "undo", "Undo", tooltip="Bring back the deleted", id="s.undo"),
        Binding("e", "export('md')", "Export", tooltip="As Markdown with sources", id="s.export"),
        Binding("slash", "search", "Search", tooltip="Words said in it", id="s.search"),
        Binding("j", "export('json')", "JSON", tooltip="Export it", id="s.json", show=False),
        Binding("down", "to_rows", "Rows", tooltip="To the list", id="s.rows", show=False),
    ]

    def __init__(self, workspace: Workspace, at_hand: int | None) -> None:
        """`at_hand`: the session that the chat shows."""
        super().__init__()
        self._workspace = workspace
        self._at_hand = at_hand
        self._sessions: Sequence[SessionSummary] = ()
        self._deleted: list[SessionSummary] = []
        self._wanted: int | None = at_hand

    def compose(self) -> ComposeResult:
        yield Static("Sessions of this folder", id="sessions-title", markup=False)
        yield Input(placeholder="/ searches names, questions, answers", compact=True)
        yield Static(id="sessions-empty", classes="empty", markup=False)
        yield OptionList(id="sessions-list", markup=False)
        yield Footer()

    @property
    def rows(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def search_input(self) -> Input:
        return self.query_one(Input)

    @property
    def highlighted_session(self) -> SessionSummary | None:
        at = self.rows.highlighted
        return self._sessions[at] if at is not None and at < len(self._sessions) else None

    def on_mount(self) -> None:
        self.rows.focus()
        self._list()

    def on_unmount(self) -> None:
        if self._deleted:
            job = partial(jobs.forget_deleted, self.app.post_message, self._workspace)
            self.app.run_worker(job, group="forget", thread=True, exit_on_error=False)

    # ── the list ──

    def _list(self) -> None:
        self._start("list", jobs.list_sessions, self.search_input.value)

    def _start(self, group: str, job: Callable[..., None], *arguments: object) -> None:
        work = partial(job, self.post_message, self._workspace, *arguments)
        self.run_worker(
            work, group=group, thread=True, exclusive=group == "list", exit_on_error=False
        )

    @on(SessionsListed)
    def _show(self, event: SessionsListed) -> None:
        standing = self._wanted or (s.id if (s := self.highlighted_session) else None)
        self._sessions, self._wanted = event.sessions, None
        self.rows.set_options([Option(self._row(s)) for s in self._sessions])
        self.rows.display = bool(self._sessions)
        empty = self.query_one("#sessions-empty", Static)
        empty.update(_NONE_FOUND if self.search_input.value else _EMPTY)
        empty.display = not self._sessions
        if self._sessions:
            at = (i for i, s in enumerate(self._sessions) if s.id == standing)
            self.rows.highlighted = next(at, 0)

    def _row(self, session: SessionSummary) -> Content:
        is_at_hand = session.id == self._at_hand
        forked = " · forked" if session.forked_from is not None else ""
        said = f"{_when(session.updated_at)} · {counted(session.turns, 'question')}{forked}"
        last = one_line(session.last_question)
        return Content.assemble(
            ("● " if is_at_hand else "  ", "$text-accent"),
            (one_line(session.title), "bold"),
            (f"\n  {said}" + (f" · last: {last}" if session.turns > 1 else ""), MUTED),
        )

    @on(Input.Changed)
    def _search(self) -> None:
        self._list()

    @on(Input.Submitted)
    def action_to_rows(self) -> None:
        self.rows.focus()

    def action_search(self) -> None:
        self.search_input.focus()

    def action_leave(self) -> None:
        is_searching = self.search_input.has_focus and self.rows.display  # else nowhere to go
        if self.search_input.value or is_searching:
            self.search_input.clear()
            self.rows.focus()
        else:
            self.dismiss(None)

    # ── one session ──

    @on(OptionList.OptionSelected)
    def _read(self) -> None:
        if (session := self.highlighted_session) is not None:
            self._start("read", jobs.read_session, session.id)

    @on(SessionRead)
    def _resume(self, event: SessionRead) -> None:
        if self.is_current:  # else Esc was quicker
            self.dismiss(event.session)

    def action_rename(self) -> None:
        from assistant.tui.screens.naming import NamingScreen

        if (session := self.highlighted_session) is None:
            return

        def rename(title: str | None) -> None:
            if title:
                self._start("change", jobs.rename_session, session.id, title)

        self.app.push_screen(NamingScreen("Name of the session", session.title), rename)

    def action_fork(self) -> None:
        if (session := self.highlighted_session) is not None:
            self._start("change", jobs.fork_session, session)

    def action_delete(self) -> None:
        session = self.highlighted_session
        if session is None:
            return
        if session.id == self._at_hand:
            self.notify(
                "This one is in use: Esc, then Ctrl+N begins another, then it can be deleted.",
                severity="warning",
            )
            return
        self._deleted.append(session)
        self._start("change", jobs.delete_session, session)

    def action_undo(self) -> None:
        if self._deleted:
            self._start("change", jobs.undo_delete, self._deleted.pop())
        else:
            self.notify("Nothing was deleted since this list was opened.")

    def action_export(self, kind: str) -> None:
        if (session := self.highlighted_session) is not None:
            self._start("export", jobs.export_session, session.id, kind)

    @on(SessionsChanged)
    def _changed(self, event: SessionsChanged) -> None:
        self._wanted = event.shown
        self._list()
        self.notify(event.told, markup=False)

    @on(SessionExported)
    def _exported(self, event: SessionExported) -> None:
        self.notify(str(event.file), title="Session written", timeout=12, markup=False)

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        error = event.error
        self.notify(error.hint, title=error.message, severity="error", timeout=12, markup=False)


def _when(stamp: str) -> str:
    """In the time of this place."""
    return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
