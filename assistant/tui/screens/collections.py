"""The folders that are asked as one: which of them a question goes to, another one, one less."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from assistant.errors import UsageError
from assistant.folders import Folders
from assistant.tui.screens.naming import NamingScreen
from assistant.tui.texts import MUTED, one_line

_KEYS = "Space ticks · Enter asks the ticked · A adds a folder · Delete leaves one out · Esc closes"


@dataclass(frozen=True, slots=True)
class FoldersChosen:
    folders: Folders
    asked: tuple[str, ...]
    """Names of collections; empty for all."""


class CollectionsScreen(ModalScreen[FoldersChosen | None]):
    BINDING_GROUP_TITLE = "Folders"
    HELP = """\
Several folders are one index, so every rank is among all that is asked. Each is a collection: its
name begins the paths of its documents. What an index has of a folder already is copied, not
encoded again. A folder that is left out keeps its documents and the indexes that were made of it.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="collections.close"),
        Binding("enter", "choose", "Ask", priority=True, id="collections.choose"),
        Binding("a", "add", "Add a folder", id="collections.add"),
        Binding("delete", "leave_out", "Leave out", id="collections.leave_out"),
    ]

    def __init__(self, folders: Folders, asked: tuple[str, ...]) -> None:
        super().__init__()
        self._before = self._folders = folders
        self._asked = asked

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Folders to ask", classes="dialog-title", markup=False)
            yield SelectionList[str](id="collections-list")
            yield Static(id="collections-fault", markup=False)
            yield Static(_KEYS, classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        self._fill(self._asked)
        self._list.focus()

    @property
    def _list(self) -> SelectionList[str]:
        return self.query_one("#collections-list", SelectionList)

    def _fill(self, asked: tuple[str, ...]) -> None:
        entries = self._list
        entries.clear_options()
        entries.add_options(
            Selection(_entry(name, root, True), name, not asked or name in asked)
            for name, root in self._folders.collections.items()
        )
        self._tell_ticks()
        entries.highlighted = 0
        self._say("")

    @on(SelectionList.SelectedChanged)
    def _tell_ticks(self) -> None:
        """In words: an empty box differs from a ticked one by its colour alone."""
        ticked = set(self._list.selected)
        for at, (name, root) in enumerate(self._folders.collections.items()):
            self._list.replace_option_prompt_at_index(at, _entry(name, root, name in ticked))

    def _say(self, text: str) -> None:
        fault = self.query_one("#collections-fault", Static)
        fault.update(Content.styled(one_line(text), "$text-error"))
        fault.display = bool(text)

    def action_choose(self) -> None:
        ticked = tuple(name for name in self._folders.names if name in self._list.selected)
        if not ticked and self._folders.names:
            self._say("No folder is ticked: Space ticks the highlighted one")
            return
        self.dismiss(FoldersChosen(self._folders, () if ticked == self._folders.names else ticked))

    def action_add(self) -> None:
        self.app.push_screen(NamingScreen("Path of a folder to ask as well", "~/"), self._add)

    def _add(self, typed: str | None) -> None:
        if typed is None:
            return
        try:
            added = Path(typed.strip()).expanduser()
            self._folders = Folders.of(*self._folders.roots, added)
        except (UsageError, RuntimeError) as error:  # the latter for the home of nobody
            self._say(f"{error}" if isinstance(error, RuntimeError) else error.message)
            return
        self._fill(())

    def action_leave_out(self) -> None:
        at = self._list.highlighted
        if at is None or len(self._folders.roots) == 1:
            self._say("One folder must stay: A adds another")
            return
        gone = list(self._folders.collections.values())[at]
        self._folders = Folders(tuple(root for root in self._folders.roots if root != gone))
        self._fill(())

    def action_leave(self) -> None:
        self.dismiss(None)


def _entry(name: str, root: Path, is_asked: bool) -> Content:
    told = "" if is_asked else "  not asked"
    label = (one_line(name or root.name or "/"), "bold")
    return Content.assemble(label, (told, "$text-warning"), (f"  {one_line(str(root))}", MUTED))
