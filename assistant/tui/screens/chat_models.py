"""The chat models of the server: choose, fetch, delete, options."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from assistant.records import ChatModelRow
from assistant.tui import chat_jobs as jobs
from assistant.tui.messages import ChatModelDeleted, ChatModelsListed, JobFailed, PullAdvanced
from assistant.tui.texts import MUTED, one_line

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_NONE = "The server has no model yet: p fetches one, such as qwen3:4b. Esc goes back."
_STALLED_S = 10


class ChatModelsScreen(Screen[str | None]):
    """Ends with the name of the model that was chosen, if one was."""

    BINDING_GROUP_TITLE = "Chat models"
    HELP = """\
The models that the Ollama server has. **Enter** answers with one from now on, in this sitting;
`[chat] model` in the settings makes it the usual one. A model without "chat" cannot answer.
What a stopped download fetched is kept: fetched again, it goes on from there.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Stop a download, else back", id="m.close"),
        Binding("p", "pull", "Pull", tooltip="Fetch a model", id="m.pull"),
        Binding("d,delete", "delete", "Delete", tooltip="From the server's disk", id="m.delete"),
        Binding("o", "options", "Options", tooltip="Temperature, seed, ...", id="m.options"),
        Binding("f5", "reload", "Reload", tooltip="Ask the server again", id="m.reload"),
    ]

    def __init__(self, workspace: Workspace, current: str) -> None:
        """`current`: the model that answered last, or that is set."""
        super().__init__()
        self._workspace = workspace
        self._current = current
        self._rows: Sequence[ChatModelRow] = ()
        self._pulling = ""
        self._moved_at = 0.0
        self._said = ""

    def compose(self) -> ComposeResult:
        yield Static("Chat models", id="models-title", markup=False)
        yield Static(id="models-empty", classes="empty", markup=False)
        yield OptionList(id="models-list", markup=False)
        with Horizontal(id="pulling"):
            yield Static(id="pulling-text", markup=False)
            yield ProgressBar(id="pulling-bar", show_eta=False)
        yield Footer()

    @property
    def rows(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def highlighted_row(self) -> ChatModelRow | None:
        at = self.rows.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def on_mount(self) -> None:
        self.query_one("#pulling").display = False
        self.set_interval(1, self._look_for_stall)
        self._show_empty("Asking the server …")
        self.action_reload()

    def _show_empty(self, text: str) -> None:
        """A text in place of the rows; none brings them back."""
        empty = self.query_one("#models-empty", Static)
        empty.update(Content(text))
        empty.display = bool(text)
        self.rows.display = not text

    def _start(self, group: str, job: Callable[..., None], *arguments: object) -> None:
        work = partial(job, self.post_message, self._workspace, *arguments)
        self.run_worker(work, group=group, thread=True, exclusive=True, exit_on_error=False)

    # ── the list ──

    def action_reload(self) -> None:
        self._start("list", jobs.list_models)

    @on(ChatModelsListed)
    def _show(self, event: ChatModelsListed) -> None:
        standing = row.name if (row := self.highlighted_row) else self._current
        self._rows = event.rows
        self.query_one("#models-title", Static).update(Content(f"Chat models of {event.server}"))
        self.rows.set_options([Option(_row(row, row.name == self._current)) for row in event.rows])
        self._show_empty("" if event.rows else _NONE)
        if event.rows:
            at = (i for i, row in enumerate(event.rows) if row.name == standing)
            self.rows.highlighted = next(at, 0)
            self.rows.focus()

    @on(OptionList.OptionSelected)
    def _choose(self) -> None:
        row = self.highlighted_row
        if row is None:
            return
        if not row.can_chat:
            said = f"{row.name} cannot chat: it is an embedding model. Choose another one."
            self.notify(said, severity="warning", markup=False)
            return
        self.dismiss(row.name)

    def action_options(self) -> None:
        from assistant.tui.screens.chat_options import ChatOptionsScreen

        self.app.push_screen(ChatOptionsScreen(self._workspace))

    # ── fetching ──

    def action_pull(self) -> None:
        from assistant.tui.screens.naming import NamingScreen

        if self._pulling:
            self.notify(f"{self._pulling} is on its way: Esc stops it.", markup=False)
            return
        self.app.push_screen(NamingScreen("Name of the model to fetch", ""), self._pull)

    def _pull(self, name: str | None) -> None:
        if name:
            self._pulling, self._moved_at = one_line(name), time.monotonic()
            self._say("asking the server")
            self.query_one("#pulling").display = True
            self.query_one(ProgressBar).update(total=None)
            self._start("pull", jobs.pull_model, name)

    @on(PullAdvanced)
    def _advance(self, event: PullAdvanced) -> None:
        if not self._pulling:
            return  # it was stopped
        self._moved_at = time.monotonic()
        progress = event.progress
        if progress.is_done:
            self._end_pull()
            self.notify(event.model, title="Fetched", markup=False)
            self.action_reload()
            return
        self._say(progress.status)
        total = progress.total_bytes or None
        self.query_one(ProgressBar).update(total=total, progress=progress.done_bytes)

    def _say(self, what: str) -> None:
        self._said = what
        text = f"{self._pulling}: {what} · Esc stops"
        self.query_one("#pulling-text", Static).update(Content.styled(text, "$text-warning"))

    def _look_for_stall(self) -> None:
        silent_s = time.monotonic() - self._moved_at
        if self._pulling and silent_s >= _STALLED_S:
            text = f"{self._pulling}: nothing for {silent_s:.0f} s · Esc stops, the rest is kept"
            self.query_one("#pulling-text", Static).update(Content.styled(text, "$text-error"))

    def _end_pull(self) -> None:
        self._pulling = ""
        self.query_one("#pulling").display = False

    def action_leave(self) -> None:
        if self._pulling:
            self.workers.cancel_group(self, "pull")
            self._workspace.chats.stop_pulling()
            self._end_pull()
            self.notify("Stopped: what was fetched is kept, p goes on with it.")
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        self._workspace.chats.stop_pulling()

    # ── deleting ──

    def action_delete(self) -> None:
        from assistant.tui.screens.confirming import ConfirmingScreen

        row = self.highlighted_row
        if row is None:
            return

        def delete(is_yes: bool | None) -> None:
            if is_yes:
                self._start("delete", jobs.delete_model, row.name)

        what = f"{_gigabytes(row.size_bytes)} on the server; to have it again it must be fetched."
        self.app.push_screen(ConfirmingScreen(f"Delete {one_line(row.name)}?", what), delete)

    @on(ChatModelDeleted)
    def _tell_deleted(self, event: ChatModelDeleted) -> None:
        self.notify(event.model, title="Deleted", markup=False)
        self.action_reload()

    # ── faults ──

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        error = event.error
        if event.job == "list":
            self._show_empty(f"{error.message}\n{error.hint}\n\nF5 tries again, Esc goes back.")
            return
        if event.job == "pull":
            self._end_pull()
        self.notify(error.hint, title=error.message, severity="error", timeout=15, markup=False)


def _row(row: ChatModelRow, is_current: bool) -> Content:
    facts = [_gigabytes(row.size_bytes), row.parameter_size]
    if row.context_length:
        facts.append(f"context {row.context_length:,}")
    facts += ["cannot chat"] if not row.can_chat else []
    facts += _abilities(row)
    loaded = "  loaded" if row.is_loaded else ""
    return Content.assemble(
        ("● " if is_current else "  ", "$text-accent"),
        (one_line(row.name), "bold" if row.can_chat else MUTED),
        (loaded, "$text-success"),
        ("\n  " + " · ".join(one_line(fact) for fact in facts if fact), MUTED),
    )


def _abilities(row: ChatModelRow) -> list[str]:
    if row.capabilities is None:
        return ["the server is too old to say what it can"]
    return [name for name in row.capabilities if name != "completion"]


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size else ""
