"""Which files a folder's owner wants left out: .gitignore, .assistantignore and the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from assistant.errors import SettingsError

IGNORE_FILES = (".gitignore", ".assistantignore")
"""The later one has the last word in its folder."""


class Selection:
    """The globs of the settings, in the syntax of .gitignore; none to include means all."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        """Raises: SettingsError where one is no pattern."""
        self._include = _checked("include", include) if include else None
        self._exclude = _checked("exclude", exclude)

    def takes_folder(self, path: str) -> bool:
        return not self._exclude.match_file(f"{path}/")

    def takes_file(self, path: str) -> bool:
        is_included = self._include is None or self._include.match_file(path)
        return is_included and not self._exclude.match_file(path)


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules that hold in one folder: its own before those of the folders above."""

    levels: tuple[tuple[str, GitIgnoreSpec], ...] = ()
    """(folder relative to the root, "" for the root; its rules), the innermost last."""

    def below(self, folder: Path, relative: str) -> IgnoreRules:
        """With the ignore files of a folder. Raises: OSError where one cannot be read."""
        lines = [line for name in IGNORE_FILES for line in _lines(folder / name)]
        if not lines:
            return self
        return IgnoreRules((*self.levels, (relative, _spec(lines))))

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """`path`: relative to the root, with forward slashes."""
        for folder, spec in reversed(self.levels):
            inside = path[len(folder) + 1 :] if folder else path
            verdict = spec.check_file(f"{inside}/" if is_folder else inside).include
            if verdict is not None:
                return verdict
        return False


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    """Like git, passes over lines that are no patterns."""
    return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _checked(setting: str, patterns: Sequence[str]) -> GitIgnoreSpec:
    for pattern in patterns:
        if not _is_pattern(pattern):
            raise SettingsError(
                f"[index] {setting} holds what is no pattern: {pattern}",
                "write patterns as in .gitignore, such as *.pdf or /build/",
            )
    return GitIgnoreSpec.from_lines(patterns)


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _lines(file: Path) -> list[str]:
    if not file.is_file():  # also where it is a pipe: that would never end
        return []
    return [line for line in file.read_text("utf-8", "replace").splitlines() if line.strip()]
