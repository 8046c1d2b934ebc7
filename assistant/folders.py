"""The folders whose documents are asked: one, or several that are one index.

Of several, each is a collection, and its name begins the paths of its documents, so that every
rank is among all of them and a place says where it is from.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError


@dataclass(frozen=True, slots=True)
class Folders:
    roots: tuple[Path, ...]
    """Absolute, each once, none within another, in the order of their paths."""

    @classmethod
    def of(cls, *folders: Path) -> Folders:
        """Raises: UsageError where one cannot be listed, or lies within another."""
        roots = tuple(sorted({check_folder(folder) for folder in folders}))
        for inner in roots:
            for outer in roots:
                if inner != outer and inner.is_relative_to(outer):
                    raise UsageError(
                        f"{inner} is within {outer}", "name the outer one; /only asks a part of it"
                    )
        return cls(roots)

    @property
    def collections(self) -> dict[str, Path]:
        """Name -> folder; one folder alone is no collection, and its name is empty."""
        if len(self.roots) == 1:
            return {"": self.roots[0]}
        named: dict[str, Path] = {}
        for root in self.roots:
            name, n = root.name, 2
            while name in named:
                name, n = f"{root.name}-{n}", n + 1
            named[name] = root
        return named

    @property
    def names(self) -> tuple[str, ...]:
        """Of the collections; none where there is one folder."""
        return tuple(name for name in self.collections if name)

    @property
    def label(self) -> str:
        return " + ".join(self.names) or self.roots[0].name or str(self.roots[0])

    @property
    def in_words(self) -> str:
        """As they are written after a command."""
        return shlex.join(map(str, self.roots))

    @property
    def as_options(self) -> str:
        return " ".join(f"--docs {shlex.quote(str(root))}" for root in self.roots)

    def path(self, name: str, inside: str) -> str:
        """As it is indexed: a collection and a path in that folder, "." for the folder itself."""
        return f"{name}/{inside}".removesuffix("/.") if name else inside

    def split(self, path: str) -> tuple[Path, str]:
        """What `path` put together. Raises: KeyError for a collection that is none of these."""
        collections = self.collections
        if "" in collections:
            return collections[""], path
        name, _, inside = path.partition("/")
        return collections[name], inside

    def file(self, path: str) -> Path:
        """Where the document of an indexed path lies. Raises: KeyError as `split`."""
        root, inside = self.split(path)
        return root / inside

    def existing_file(self, path: str) -> Path:
        """The same, links followed. Raises: UsageError where it is no file of these folders."""
        with suppress(KeyError):
            file = self.file(path).resolve()
            if file.is_file() and self.hold(file):
                return file
        raise UsageError(f"the file is no longer in the folder: {path}", "F5 looks for changes")

    def chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names, each of a collection. Raises: UsageError."""
        for name in names:
            if name not in self.names:
                there = ", ".join(self.names)
                raise UsageError(
                    f"there is no collection {name}",
                    f"there are {there}" if there else "one folder is open: name several to choose",
                )
        return tuple(names)

    def hold(self, file: Path) -> bool:
        return any(file.is_relative_to(root) for root in self.roots)

    def check(self) -> None:
        """Raises: UsageError where one can no longer be listed."""
        for root in self.roots:
            check_folder(root)


def check_folder(folder: Path) -> Path:
    """The folder, resolved. Raises: UsageError where it cannot be listed."""
    if not folder.exists():
        raise UsageError(f"the folder does not exist: {folder}", "name a folder of documents")
    if not folder.is_dir():
        raise UsageError(f"this is not a folder: {folder}", "name the folder that the file is in")
    try:
        with os.scandir(folder):
            return folder.resolve()
    except OSError as error:
        raise UsageError(
            f"the folder cannot be read: {folder}: {error.strerror}", "check its permissions"
        ) from error


def existing(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(folder for folder in folders if folder.is_dir())
