"""The documents of the lesson: some chapters of docs_corpus, wherever the program came from."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from assistant.settings import ChromaSettings, IndexSettings, Settings

CHAPTER = "platform-bring-up.md"
"""One long section that speaks of eight topics."""
DOCUMENTS = (
    CHAPTER,
    "storage-detection.rst",
    "capsule-update-and-recovery.md",
    "spi-flash.md",
    "secure-boot-and-tpm.md",
    "release-notes.md",
)
"""The chapter, one about the question's topic, and others that use the question's words."""
QUESTION = "Does Kestrel rewrite a damaged primary GPT from the backup?"
ANSWER = (
    "Kestrel boots from a disk whose backup table alone is intact but does not repair the primary"
)
"""How the sentence begins that answers it."""
_NAME = "docs_corpus"


def lesson_documents() -> Path:
    """Beside this module in an installed program, else in the source tree. Raises: UsageError."""
    here = Path(__file__).resolve()
    for folder in (here.parent / _NAME, here.parents[2] / _NAME):
        if (folder / CHAPTER).is_file():
            return folder
    raise UsageError(
        f"the documents of the lesson did not come with this program: {_NAME}/{CHAPTER}",
        "install it from its wheel or source archive, which hold them",
    )


def lesson_settings(settings: Settings) -> Settings:
    """The model that comes with the program, so that the lesson is the same for everyone."""
    return Settings(
        index=IndexSettings(
            include=tuple(f"/{name}" for name in DOCUMENTS),
            threads=settings.index.threads,
            watch=False,
        ),
        chroma=ChromaSettings(enabled=False),
    )
