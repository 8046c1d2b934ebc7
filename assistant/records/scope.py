"""Which of the documents a question is asked of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What is empty limits nothing; a document must be within all of them."""

    paths: tuple[str, ...] = ()
    """Patterns as in .gitignore."""
    formats: tuple[str, ...] = ()
    """Names of formats, or endings of file names."""
    languages: tuple[str, ...] = ()
    """"zh" or "en", told apart by script: "en" is all that is not mostly Chinese characters."""

    collections: tuple[str, ...] = ()
    """Names of folders, where several are one index."""

    @property
    def is_whole(self) -> bool:
        return not (self.paths or self.formats or self.languages or self.collections)

    @property
    def in_words(self) -> str:
        """Such as "path drivers/** · language zh"; empty for the whole folder."""
        parts = {
            "in": self.collections,
            "path": self.paths,
            "format": self.formats,
            "language": self.languages,
        }
        return " · ".join(f"{name} {', '.join(values)}" for name, values in parts.items() if values)
