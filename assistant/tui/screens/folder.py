"""The first screen where no folder is known: which documents shall be asked?"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static


class FolderScreen(Screen[Path]):
    BINDING_GROUP_TITLE = "Folder"
    HELP = """\
Type the path of a folder with specifications, guides or notes and press Enter. It is only read;
the index is kept in your data folder.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.quit", "Quit", id="folder.quit"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Which documents do you want to ask?", classes="dialog-title")
            yield Static(
                "Type the path of a folder and press Enter. The folder is only read.",
                markup=False,
            )
            yield Input(placeholder="~/specifications", id="folder-path")
            yield Static(id="folder-error", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        folder = Path(event.value.strip()).expanduser()
        if event.value.strip() and folder.is_dir():
            self.dismiss(folder)
            return
        what = f"{folder} is no folder" if event.value.strip() else "no path was typed"
        error = Content.styled(f"{what}: type the path of a folder that exists", "$text-error")
        self.query_one("#folder-error", Static).update(error)
