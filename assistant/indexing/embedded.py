"""What the encoder is given for a sentence and for a passage.

A sentence alone often lacks its subject ("It must be written before memory is enabled."), so the
words around it that name the subject go in front: the nearest headings and a table's header row.
They are never part of what is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence

HEADINGS_KEPT = 1
"""The innermost heading; outer ones mostly repeat the document's subject and dilute the vector."""


def embedded_sentence(text: str, context: str, heading_path: Sequence[str]) -> str:
    return text_start(heading_path) + (f"{context}: {text}" if context else text)


def embedded_passage(text: str, heading_path: Sequence[str]) -> str:
    return text_start(heading_path) + text


def text_start(heading_path: Sequence[str]) -> str:
    """What stands before a passage's own text."""
    kept = [heading for heading in heading_path[-HEADINGS_KEPT:] if heading]
    return f"{' > '.join(kept)}: " if kept else ""
