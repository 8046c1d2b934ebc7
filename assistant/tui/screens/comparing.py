"""The lab's way to the compare screen, and what outlives it: the pinned question."""

from __future__ import annotations

from assistant.records import SideBySide
from assistant.tui.screens.judging import JudgingScreen


class ComparingScreen(JudgingScreen):
    """Its keys are named in `MainScreen`."""

    def __init__(self, folder_name: str) -> None:
        super().__init__(folder_name)
        self.pinned: SideBySide | None = None

    def action_compare(self) -> None:
        from assistant.tui.screens.compare import CompareScreen

        if self._opened is not None:
            screen = CompareScreen(self._opened, self.question, self._pooling, self.trace)
            screen.beside = self.pinned
            self.app.push_screen(screen, self._take_choice)

    def _take_choice(self, outcome: tuple[str, SideBySide | None] | None) -> None:
        """The mode that was chosen there, if one was, and what is pinned now."""
        if outcome is None:
            return
        mode, self.pinned = outcome
        if mode and mode != self._mode:
            self.set_mode(mode)
