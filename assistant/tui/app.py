"""The program in a terminal: one app, its theme and its keys."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.paths import Paths
from assistant.settings import Settings
from assistant.tui.opening import WorkspaceOpener, opener
from assistant.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from textual.command import Provider


def _search_commands() -> type[Provider]:
    # Deferred, as all that the first paint does not need: it shall come within half a second.
    from assistant.tui.commands import SearchCommands

    return SearchCommands


class AssistantApp(App[None]):
    """Opens a folder, or asks for one."""

    TITLE = "assistant"
    CSS_PATH = "assistant.tcss"
    COMMANDS = App.COMMANDS | {_search_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", tooltip="Help for the focused part", id="help"),
        Binding("ctrl+q", "quit", "Quit", show=False, id="quit"),
    ]

    def __init__(
        self, settings: Settings, folder: Path | None, open_folder: WorkspaceOpener
    ) -> None:
        super().__init__()
        self._settings = settings
        self._folder = folder
        self._open_folder = open_folder

    def on_mount(self) -> None:
        if self._settings.ui.theme in self.available_themes:
            self.theme = self._settings.ui.theme
        if self._settings.ui.keys:
            self.set_keymap(self._settings.ui.keys)
        if self._folder is None:
            from assistant.tui.screens.folder import FolderScreen

            self.push_screen(FolderScreen(), self._open)
        else:
            self._open(self._folder)

    def on_ready(self) -> None:
        if not gc.isenabled():  # as `assistant` starts it
            self.call_after_refresh(self._begin_collecting)

    def _begin_collecting(self) -> None:
        from assistant.tui.collecting import LOOK_EVERY_S, CollectingInPauses, begin_collecting

        begin_collecting()
        self.set_interval(LOOK_EVERY_S, CollectingInPauses().look)

    def _open(self, folder: Path | None) -> None:
        if folder is not None:
            self.push_screen(MainScreen(self._open_folder, folder))

    def action_help(self) -> None:
        from assistant.tui.screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(help_for(self.screen))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.tooltip and isinstance(screen, MainScreen):
                run = partial(screen.run_action, binding.action)
                yield SystemCommand(binding.description, binding.tooltip, run)


def run(settings: Settings, paths: Paths, folder: Path | None) -> int:
    """Run the program until it is quit; the exit code of the process."""
    folder = folder or paths.remembered_folder()
    app = AssistantApp(settings, folder, opener(settings, paths))
    app.run()
    return app.return_code or 0
