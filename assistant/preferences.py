"""What was chosen for one folder: the mode and pooling that answer its questions best.

They stand between the command line and the settings file: who names a mode means it for now, who
made one a folder's default means it for that folder, and the settings are for all folders.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from assistant.errors import SettingsError
from assistant.files import write_whole
from assistant.settings import Settings


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: str
    pooling: str = ""
    """Empty = the one that the model was trained with, whichever model that is."""
    model: str = ""
    """That a pooling was chosen under: with another one it is left alone."""


def read_preferences(file: Path) -> Preferences | None:
    """None where nothing was chosen. Raises: SettingsError naming the file."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Preferences)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise unusable(file, str(error)) from error


def write_preferences(file: Path, preferences: Preferences) -> None:
    """Raises: UsageError where it cannot be written."""
    write_whole(file, msgspec.json.format(msgspec.json.encode(preferences)) + b"\n")


def forget_preferences(file: Path) -> None:
    """Raises: SettingsError where the file cannot be removed."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise unusable(file, str(error.strerror)) from error


def with_preferences(settings: Settings, preferences: Preferences | None) -> Settings:
    """The same settings with the folder's mode and pooling in place of their own."""
    if preferences is None:
        return settings
    changes = {"mode": preferences.mode}
    if preferences.model in ("", settings.index.model):
        changes["pooling"] = preferences.pooling
    search = msgspec.structs.replace(settings.search, **changes)
    return msgspec.structs.replace(settings, search=search)


def unusable(file: Path, reason: str) -> SettingsError:
    return SettingsError(
        f"the default of this folder cannot be used: {file}: {reason}",
        "delete that file to go back to the settings",
    )
