"""Every setting with its value; what is changed is written into the settings file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.settings_file import SettingRow, setting_rows, write_setting
from assistant.tui.screens.naming import NamingScreen
from assistant.tui.texts import MUTED, one_line

_SECRET = "token"
_NAME_WIDTH = 28


class SettingsScreen(ModalScreen[None]):
    HELP = """\
What is changed here is written into the settings file; comments in it stay. All but the theme takes
effect when the program starts anew.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="settings.close"),
        Binding("delete", "reset", "Default", tooltip="As if not set", id="settings.reset"),
    ]

    def __init__(self, settings: Settings, file: Path) -> None:
        super().__init__()
        self._rows = setting_rows(settings)
        self._file = file

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Settings, from the next start on", classes="dialog-title", markup=False)
            yield OptionList(*map(_entry, self._rows), markup=False)
            yield Static(id="setting-meaning", markup=False)
            yield Static(id="setting-told", markup=False)
            yield Static(
                "Enter changes it · Delete: its default · Esc closes",
                classes="dialog-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()
        self._tell(one_line(str(self._file)))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        meaning = self._rows[event.option_index].meaning
        self.query_one("#setting-meaning", Static).update(Content(meaning))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._rows[event.option_index]

        async def take(typed: str | None) -> None:
            if typed is not None:
                await self._write(event.option_index, typed)

        typed = "" if row.key == _SECRET else row.typed
        self.app.push_screen(NamingScreen(f"{row.name}: {row.takes}", typed), take)

    async def action_reset(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            await self._write(index, None)

    async def _write(self, index: int, typed: str | None) -> None:
        row = self._rows[index]
        try:
            changed = await asyncio.to_thread(write_setting, self._file, row.table, row.key, typed)
        except AssistantError as error:
            self._tell(f"{error.message}: {error.hint}", "$text-error")
            return
        self._rows = setting_rows(changed)
        entries = self.query_one(OptionList)
        entries.replace_option_prompt_at_index(index, _entry(self._rows[index]).prompt)
        self._tell(f"Written: {one_line(str(self._file))}")
        if changed.ui.theme in self.app.available_themes:
            self.app.theme = changed.ui.theme

    def _tell(self, text: str, style: str = MUTED) -> None:
        self.query_one("#setting-told", Static).update(Content.styled(text, style))

    def action_leave(self) -> None:
        self.dismiss(None)


def _entry(row: SettingRow) -> Option:
    is_default = row.value == row.default
    value = "set" if row.key == _SECRET and row.value else one_line(row.typed) or "empty"
    return Option(
        Content.assemble(
            (row.name.ljust(_NAME_WIDTH), "" if is_default else "bold"),
            (value, MUTED if is_default else "$text-accent"),
        )
    )
