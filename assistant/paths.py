"""Where the program keeps its own files; the only module that knows these folders."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "ASSISTANT_HOME"
_SAFE_NAME_CHARACTERS = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders for settings, data and caches. Nothing is created by making one."""

    config: Path
    data: Path
    cache: Path

    @classmethod
    def of_user(cls) -> Paths:
        """The XDG folders, or all of them below $ASSISTANT_HOME where it is set."""
        if home := os.environ.get(HOME_VARIABLE):
            return cls.below(Path(home).expanduser())
        # Deferred: --help needs no folders.
        from platformdirs import PlatformDirs

        directories = PlatformDirs("assistant", appauthor=False)
        return cls(
            directories.user_config_path, directories.user_data_path, directories.user_cache_path
        )

    @classmethod
    def below(cls, home: Path) -> Paths:
        return cls(home / "config", home / "data", home / "cache")

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def terms_file(self) -> Path:
        """The user's own terms in two languages, beside those of the program."""
        return self.config / "terms.tsv"

    @property
    def sessions_file(self) -> Path:
        return self.data / "sessions.db"

    @property
    def last_folder_file(self) -> Path:
        return self.data / "last_folder"

    @property
    def models(self) -> Path:
        """What was derived from models: checked hashes, exported ONNX files."""
        return self.cache / "models"

    def indexes_of(self, folder: Path) -> Path:
        """All indexes of one folder of documents, one below it per index identity."""
        return self.data / "indexes" / _name_for(folder)

    def kept_of(self, folder: Path) -> Path:
        """What the user decided and measured of one folder; no index, so no purge removes it."""
        return self.data / "folders" / _name_for(folder)

    def preferences_file(self, folder: Path) -> Path:
        return self.kept_of(folder) / "preferences.json"

    @property
    def reports(self) -> Path:
        """Reports and sessions that are written by a key, without a name for them."""
        return self.data / "reports"

    @property
    def lesson(self) -> Paths:
        """A home within the home: what the lesson indexes is nobody's index but its own."""
        return Paths(self.config, self.data / "lesson", self.cache)

    def remember_folder(self, folder: Path) -> None:
        """The folder to open when none is named."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.last_folder_file.write_text(str(folder), "utf-8")
        except (OSError, UnicodeEncodeError):
            pass  # next time a folder must be named; nothing else is lost

    def remembered_folder(self) -> Path | None:
        """The folder that was opened last, where it is still there."""
        try:
            folder = Path(self.last_folder_file.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return folder if folder.is_dir() else None


def _name_for(folder: Path) -> str:
    """Readable, and another one for every folder."""
    resolved = folder.resolve()
    digest = hashlib.sha256(str(resolved).encode("utf-8", "surrogateescape")).hexdigest()
    name = _SAFE_NAME_CHARACTERS.sub("_", resolved.name)[:40] or "root"
    return f"{name}-{digest[:10]}"
