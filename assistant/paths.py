"""Where the program keeps its own files; the only module that knows these folders."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from assistant.folders import Folders, existing

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
        """Paths of one folder or several, with a zero byte between them."""
        return self.data / "last_folder"

    @property
    def models(self) -> Path:
        """What was derived from models: checked hashes, exported ONNX files."""
        return self.cache / "models"

    @property
    def indexes(self) -> Path:
        """Of all folders: two levels down, each by what is indexed and by what made it."""
        return self.data / "indexes"

    def indexes_of(self, folders: Folders) -> Path:
        """All indexes of these documents, one below it per index identity."""
        return self.indexes / _name_for(folders)

    def kept_of(self, folders: Folders) -> Path:
        """What the user decided and measured of them; no index, so no purge removes it."""
        return self.data / "folders" / _name_for(folders)

    def preferences_file(self, folders: Folders) -> Path:
        return self.kept_of(folders) / "preferences.json"

    @property
    def reports(self) -> Path:
        """Reports and sessions that are written by a key, without a name for them."""
        return self.data / "reports"

    @property
    def lesson(self) -> Paths:
        """A home within the home: what the lesson indexes is nobody's index but its own."""
        return Paths(self.config, self.data / "lesson", self.cache)

    def remember_folders(self, folders: Folders) -> None:
        """What to open when nothing is named."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.last_folder_file.write_text("\0".join(map(str, folders.roots)), "utf-8")
        except (OSError, UnicodeEncodeError):
            pass  # next time a folder must be named; nothing else is lost

    def remembered_folders(self) -> tuple[Path, ...]:
        """What was opened last, as far as it is still there."""
        try:
            return existing(map(Path, self.last_folder_file.read_text("utf-8").split("\0")))
        except (OSError, ValueError):
            return ()


def _name_for(folders: Folders) -> str:
    """Readable, and another one for all other folders."""
    joined = "\0".join(map(str, folders.roots))
    digest = hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()
    name = _SAFE_NAME_CHARACTERS.sub("_", "+".join(root.name for root in folders.roots))[:40]
    return f"{name or 'root'}-{digest[:10]}"
