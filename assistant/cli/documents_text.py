"""Documents into the lines that a person reads: a row each, then all of them in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from assistant.cli.layout import GAP, indented, one_line
from assistant.records import DocumentSummary, Readability, Reading

_VERDICTS: dict[Readability, tuple[str, str]] = {
    "read": ("yes", ""),
    "partly": ("partly", "yellow"),
    "unreadable": ("no", "bold red"),
}
_HEADER = ("read", "unknown", "cut off", "sentences", "tokens", "format", "document")
_LEFT = {"read", "format", "document"}


def document_lines(
    documents: Sequence[DocumentSummary], model: str, width: int | None
) -> Iterator[Text]:
    rows = [_cells(document) for document in documents]
    # The path is last: it may be as long as it likes, and no other column moves.
    widths = [max(len(row[i]) for row in [_HEADER, *rows]) for i in range(len(_HEADER) - 1)]
    yield _row(_HEADER, widths, "dim")
    for document, row in zip(documents, rows, strict=True):
        yield _row(row, widths, _VERDICTS[document.readability][1])
    yield Text()
    for line in _summary(documents, model):
        yield from indented(line, 0, width)


def _cells(document: DocumentSummary) -> tuple[str, ...]:
    reading = document.reading
    return (
        _VERDICTS[document.readability][0],
        f"{reading.unknown_share:.1%}",
        f"{reading.truncated_share:.1%}",
        f"{document.sentences:,}",
        f"{document.tokens:,}",
        document.format,
        one_line(document.path),
    )


def _row(cells: Sequence[str], widths: Sequence[int], style: str) -> Text:
    *numbers, path = cells
    padded = [
        cell.ljust(width) if name in _LEFT else cell.rjust(width)
        for name, cell, width in zip(_HEADER, numbers, widths, strict=False)
    ]
    line = Text((" " * GAP).join(padded), style=style)
    return line.append(" " * GAP + path)


def _summary(documents: Sequence[DocumentSummary], model: str) -> Iterator[Text]:
    total = sum((document.reading for document in documents), Reading(0, 0, 0))
    sentences = sum(document.sentences for document in documents)
    cut = sum(document.cut_sentences for document in documents)
    yield Text(
        f"{_count(len(documents), 'document')}, {_count(sentences, 'sentence')},"
        f" {_count(total.tokens, 'token')}",
        style="bold",
    )
    beyond = f"{total.truncated_share:.1%} are beyond its window, in {_count(cut, 'sentence')}"
    yield Text(
        f"{model} does not know {total.unknown_share:.1%} of the tokens;"
        f" {beyond if cut else 'no sentence is longer than its window'}."
    )
    verdicts = [document.readability for document in documents]
    if n := verdicts.count("unreadable"):
        yield Text(
            f"It cannot read {_count(n, 'document')}: so much of what stands there is unknown to it"
            " that the vectors mean little. Search finds them by their words (BM25).",
            style="bold red",
        )
    if n := verdicts.count("partly"):
        yield Text(f"It reads {_count(n, 'document')} only in part.", style="yellow")


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
