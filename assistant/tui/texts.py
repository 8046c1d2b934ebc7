"""Hostile and foreign text into content that a terminal can show. Never parsed as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

if TYPE_CHECKING:
    from assistant.records import Place, TermMatch

MATCHED_STYLE = "bold underline $text-accent"
MUTED = "$foreground 60%"


def one_line(text: str) -> str:
    """The text on one line: file names and sentences may hold line breaks."""
    return " ".join(text.split())


def fitted(text: str, width: int) -> str:
    """Cut or padded to the width in cells, with an ellipsis where it was cut."""
    text = one_line(text)
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…"
    return set_cell_size(text, width)


def welcome(folder: str) -> Content:
    return Content.assemble(
        "Ask the documents of ",
        (folder, "bold"),
        ": type a question below and press ",
        ("Enter", "bold"),
        ".\n\nThe panel beside the answer shows which sentences matched and where each pooling"
        " would have ranked them. ",
        ("F2", "bold"),
        " changes the mode, ",
        ("F3", "bold"),
        " the pooling, ",
        ("F1", "bold"),
        " explains the focused part, ",
        ("Ctrl+S", "bold"),
        " lists earlier sessions, ",
        ("Ctrl+P", "bold"),
        " every action.",
    )


def nothing_readable(folder: str) -> Content:
    return Content.assemble(
        "There is no readable document in ",
        (folder, "bold"),
        ". Put Markdown, reStructuredText, HTML or text files there and press ",
        ("F5", "bold"),
        ", or start with another folder: assistant FOLDER",
    )


def counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def ordinal(rank: int) -> str:
    """1 -> 1st, 12 -> 12th."""
    if 10 <= rank % 100 <= 20:
        return f"{rank:,}th"
    return f"{rank:,}" + {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


def place_label(place: Place) -> str:
    """document:line, or with the page where the document has pages."""
    return one_line(f"{place.document}:{place.where}")


def heading_label(heading: Sequence[str]) -> str:
    return " › ".join(one_line(part) for part in heading)


def with_matches(sentence: str, matches: Iterable[TermMatch]) -> Content:
    """The sentence with the words that the lexical arm matched standing out."""
    content = Content(sentence)
    for match in matches:
        content = content.stylize(MATCHED_STYLE, match.start, match.end)
    return content
