"""Which questions shall the folder be evaluated on?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.texts import MUTED, one_line


class QuestionFileScreen(ModalScreen[Path | None]):
    """One of the files that were found, or a path that is typed."""

    HELP = """\
A question file has one JSON object a line:
`{"id": "1", "question": "...", "relevant": [{"document": "a.md", "quote": "..."}]}`.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="question_file.close"),
    ]

    def __init__(self, files: Sequence[Path], own: Path) -> None:
        super().__init__()
        self._files = files
        self._own = own

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Questions to evaluate on", classes="dialog-title", markup=False)
            yield OptionList(*[Option(self._entry(file)) for file in self._files], markup=False)
            yield Input(placeholder="or the path of a JSON lines file", id="question-path")
            yield Static(id="question-error", markup=False)
            yield Static(
                "Enter chooses · Tab changes between list and path · Esc closes",
                classes="dialog-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        entries = self.query_one(OptionList)
        entries.display = bool(self._files)
        if self._files:
            entries.highlighted = 0
            entries.focus()
        else:
            self.query_one(Input).focus()

    def _entry(self, file: Path) -> Content:
        what = "your marked sentences" if file == self._own else "in the folder"
        return Content.assemble(
            (one_line(file.name), "bold"),
            (f"  {what}", "$text-accent"),
            (f"\n  {one_line(str(file.parent))}", MUTED),
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._files[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        file = Path(typed).expanduser()
        if typed and file.is_file():
            self.dismiss(file)
            return
        what = f"there is no file {one_line(typed)}" if typed else "no path was typed"
        error = Content.styled(f"{what}: type the path of one that exists", "$text-error")
        self.query_one("#question-error", Static).update(error)

    def action_leave(self) -> None:
        self.dismiss(None)
