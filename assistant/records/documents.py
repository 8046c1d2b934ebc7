"""What a document is made of. Offsets count characters of `Document.text`, half-open; lines
and pages are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.records.encoding import Readability, Reading

SentenceKind = Literal["prose", "list_item", "table_row", "code", "caption", "heading"]
Grain = Literal["sentence", "passage", "contextual"]
"""What a vector stands for: a sentence alone, a passage, or a sentence read within its passage."""


@dataclass(frozen=True, slots=True)
class Section:
    """The text directly under one heading, up to the next heading of any level."""

    heading_path: tuple[str, ...]
    """From the outermost heading down; empty before the first heading."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no sentence crosses: a paragraph, list item, table row, code group."""

    kind: SentenceKind
    start: int
    end: int
    section: int
    """Index into `Document.sections`."""
    context: str = ""
    """What a reader sees around the block and its words lack, such as a table's header row."""


@dataclass(frozen=True, slots=True)
class Document:
    """One readable file as plain text with its structure. Blocks are in text order."""

    path: str
    """Relative to the indexed folder, with forward slashes."""
    title: str
    format: str
    encoding: str
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    line_marks: tuple[tuple[int, int], ...]
    """(offset, line of the file) wherever the line changes, ascending by offset."""
    page_marks: tuple[tuple[int, int], ...] = ()
    """(offset, page) wherever the page changes, ascending by offset."""
    page_labels: tuple[tuple[int, str], ...] = ()
    """(page, what is printed on it) of the pages whose label is not their number: "iv", "3-12"."""
    pages: int = 0
    """0 for formats without pages."""
    source_characters: int = 0
    """Characters without white space that the reader saw, before it left anything out."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest retrievable unit; `text == document.text[start:end]`."""

    start: int
    end: int
    text: str
    kind: SentenceKind
    section: int
    line: int
    page: int | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive whole sentences of one section: `sentences[first:last]`."""

    first: int
    last: int
    section: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One row of a list of documents."""

    path: str
    title: str
    format: str
    sentences: int
    tokens: int
    unknown: int
    """Tokens of its sentences that the encoder's vocabulary does not know."""
    truncated: int
    """Tokens of its sentences that are beyond the encoder's window."""
    cut_sentences: int
    readability: Readability
    pages: int = 0
    """0 for formats without pages."""
    characters: int = 0
    """Without white space, that stand in its text."""
    source_characters: int = 0
    """The same in its file, before markup, navigation, running headers and code were left out."""
    cut_passages: int = 0
    """Passages longer than the encoder's window."""
    warnings: tuple[str, ...] = ()

    @property
    def dropped_characters(self) -> int:
        return max(0, self.source_characters - self.characters)

    @property
    def reading(self) -> Reading:
        return Reading(self.tokens, self.unknown, self.truncated)

    @property
    def worst_first(self) -> tuple[float, str]:
        """Sorts documents by how little of them was read, then by path."""
        return -self.reading.unread_share, self.path


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as it was indexed, to be shown."""

    path: str
    title: str
    format: str
    text: str
    line_marks: tuple[tuple[int, int], ...]
    """(offset, line of the file), ascending by offset."""
