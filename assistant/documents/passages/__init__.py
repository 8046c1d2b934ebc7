"""The ways to make passages: one file each, and the table that settings and tests iterate."""

from __future__ import annotations

from assistant.documents.passages.heading import HEADING
from assistant.documents.passages.kind import Cuttable, PassageKind
from assistant.documents.passages.semantic import SEMANTIC
from assistant.documents.passages.window import WINDOW
from assistant.records import Passage

__all__ = ["PASSAGES", "Cuttable", "PassageKind", "split_passages"]

PASSAGES: dict[str, PassageKind] = {kind.name: kind for kind in (HEADING, WINDOW, SEMANTIC)}


def split_passages(document: Cuttable, kind: str = HEADING.name) -> tuple[Passage, ...]:
    """Every sentence in exactly one passage, in order.

    A passage's tokens sum to at most the window; a single longer sentence is a passage alone.

    Raises: ValueError when there is not one count for each sentence.
    """
    sentences = document.sentences
    if len(sentences) != len(document.n_tokens):
        raise ValueError(f"{len(sentences)} sentences but {len(document.n_tokens)} token counts")
    return tuple(
        Passage(a, b, sentences[a].section, sentences[a].start, sentences[b - 1].end)
        for a, b in PASSAGES[kind].cut(document)
    )
