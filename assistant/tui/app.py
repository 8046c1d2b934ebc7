"""The program in a terminal: one app, its theme and its keys."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import structs
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.widget import Widget

from assistant.errors import AssistantError
from assistant.paths import Paths
from assistant.settings import Settings
from assistant.tui.opening import WorkspaceOpener, opener
from assistant.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from textual.command import Provider


_JUMP = "A letter over every part of the screen: press it to go there"
_SETTINGS = "Every setting, written into the settings file"


def _search_commands() -> type[Provider]:
    # Deferred, as all that the first paint does not need: it shall come within half a second.
    from assistant.tui.commands import SearchCommands

    return SearchCommands


class AssistantApp(App[None]):
    """Opens folders, or asks for one."""

    TITLE = "assistant"
    CSS_PATH = "assistant.tcss"
    COMMANDS = App.COMMANDS | {_search_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", tooltip="Help for the focused part", id="help"),
        Binding("f10", "settings", "Settings", tooltip=_SETTINGS, id="settings", show=False),
        Binding("ctrl+o", "jump", "Jump", tooltip=_JUMP, id="jump", priority=True, show=False),
        Binding("ctrl+q", "quit", "Quit", show=False, id="quit"),
    ]

    def __init__(
        self,
        settings: Settings,
        folders: tuple[Path, ...],
        open_folders: WorkspaceOpener,
        settings_file: Path,
    ) -> None:
        super().__init__()
        self._settings_file = settings_file
        self._settings = settings
        self._folders = folders
        self._open_folders = open_folders

    def on_mount(self) -> None:
        wanted = self._settings.ui.theme
        if wanted in self.available_themes:
            self.theme = wanted
        else:
            known = ", ".join(sorted(self.available_themes))
            self.notify(f"There are {known}.", title=f"No theme {wanted}", markup=False)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        if self._settings.ui.keys:
            self.set_keymap(self._settings.ui.keys)
            self.call_after_refresh(self._begin_checking_keys)
        if self._folders:
            self.push_screen(MainScreen(self._open_folders, self._folders))
        else:
            from assistant.tui.screens.folder import FolderScreen

            self.push_screen(FolderScreen(), self._open)

    def _begin_checking_keys(self) -> None:
        self.run_worker(self._check_keys, group="keys", thread=True)

    def _check_keys(self) -> None:
        from assistant.tui.key_check import key_faults  # imports every screen

        for fault, advice in key_faults(self._settings.ui.keys):
            self.notify(advice, title=fault, severity="warning", timeout=15, markup=False)

    def _keep_theme(self, theme: Theme) -> None:
        """Chosen in the palette: for the next start too."""
        if theme.name == self._settings.ui.theme:
            return
        self._settings = structs.replace(
            self._settings, ui=structs.replace(self._settings.ui, theme=theme.name)
        )
        self.run_worker(partial(self._write_theme, theme.name), group="theme", thread=True)

    def _write_theme(self, name: str) -> None:
        from assistant.settings_file import write_setting

        try:
            write_setting(self._settings_file, "ui", "theme", name)
        except AssistantError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)

    def on_ready(self) -> None:
        if not gc.isenabled():  # as `assistant` starts it
            self.call_after_refresh(self._begin_collecting)

    def _begin_collecting(self) -> None:
        from assistant.tui.collecting import LOOK_EVERY_S, CollectingInPauses, begin_collecting

        begin_collecting()
        self.set_interval(LOOK_EVERY_S, CollectingInPauses().look)

    def _open(self, folder: Path | None) -> None:
        if folder is not None:
            self.push_screen(MainScreen(self._open_folders, (folder,)))

    def action_settings(self) -> None:
        from assistant.settings import load_settings
        from assistant.tui.screens.settings import SettingsScreen

        try:
            settings = load_settings(self._settings_file)  # another program may have written it
        except AssistantError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen(settings, self._settings_file))

    def action_help(self) -> None:
        from assistant.tui.screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(help_for(self.screen))

    def action_jump(self) -> None:
        from assistant.tui.screens.jumping import JumpingScreen, jump_targets

        if not isinstance(self.screen, JumpingScreen):
            targets = jump_targets(self.screen.focus_chain)
            self.push_screen(JumpingScreen(targets), self._jump)

    def _jump(self, target: Widget | None) -> None:
        if target is not None:
            target.focus()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        if not isinstance(screen, MainScreen):
            return
        # By action: a binding with two keys is one entry.
        by_action = {each.binding.action: each for each in screen.active_bindings.values()}
        for action, active in by_action.items():
            binding = active.binding
            if active.enabled and binding.tooltip:
                run = partial(screen.run_action, action)
                yield SystemCommand(binding.description, binding.tooltip, run)


def run(settings: Settings, paths: Paths, folders: tuple[Path, ...]) -> int:
    """Run the program until it is quit; the exit code of the process."""
    folders = folders or paths.remembered_folders()
    app = AssistantApp(settings, folders, opener(settings, paths), paths.settings_file)
    app.run()
    return app.return_code or 0
