"""The mode and pooling that one folder is searched by where nobody names others."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from assistant.preferences import (
    Preferences,
    forget_preferences,
    read_preferences,
    unusable,
    with_preferences,
    write_preferences,
)
from assistant.retrieval.questions import known_mode, known_pooling
from assistant.settings import Settings


class FolderDefaults:
    """The command line is asked before it, the settings file after it."""

    def __init__(self, settings: Settings, file: Path) -> None:
        """Raises: SettingsError where the file cannot be used."""
        self.file = file
        self._settings = settings
        self.chosen: Preferences | None = _checked(file)
        """None where the settings decide."""

    @property
    def settings(self) -> Settings:
        return with_preferences(self._settings, self.chosen)

    def choose(self, mode: str, pooling: str) -> None:
        """`pooling`: empty for the trained one. Raises: UsageError where it cannot be written."""
        model = self._settings.index.model if pooling else ""
        chosen = Preferences(mode, pooling, model)
        write_preferences(self.file, chosen)
        self.chosen = chosen

    def forget(self) -> None:
        """Back to the settings. Raises: SettingsError."""
        forget_preferences(self.file)
        self.chosen = None


def _checked(file: Path) -> Preferences | None:
    chosen = read_preferences(file)
    if chosen is None:
        return None
    try:
        known_mode(chosen.mode)
        if chosen.pooling:
            known_pooling(chosen.pooling)
    except UsageError as error:
        raise unusable(file, error.message) from error
    return chosen
