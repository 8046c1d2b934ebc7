"""What became of every document, file by file, as `index --report` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from assistant.cli.layout import GAP, one_line
from assistant.records import DocumentSummary, FileFailed

_HEADER = ("pages", "sentences", "kept", "left out", "unknown", "cut passages", "document")


def report_lines(
    documents: Sequence[DocumentSummary], failures: Sequence[FileFailed]
) -> Iterator[Text]:
    """A row per document with its remarks below it, then the files that could not be read."""
    rows = [_cells(document) for document in documents]
    widths = [max(len(row[i]) for row in [_HEADER, *rows]) for i in range(len(_HEADER) - 1)]
    yield _row(_HEADER, widths, "dim")
    for document, row in zip(documents, rows, strict=True):
        yield _row(row, widths, "")
        for warning in document.warnings:
            yield Text(f"{' ' * GAP}{one_line(warning)}", style="yellow")
    for failure in failures:
        line = Text(one_line(failure.document), style="cyan")
        yield line.append(f"  could not be read: {one_line(failure.reason)}", style="default")


def _cells(document: DocumentSummary) -> tuple[str, ...]:
    return (
        f"{document.pages:,}" if document.pages else "-",
        f"{document.sentences:,}",
        f"{document.characters:,}",
        f"{document.dropped_characters:,}",
        f"{document.reading.unknown_share:.1%}",
        f"{document.cut_passages:,}",
        one_line(document.path),
    )


def _row(cells: Sequence[str], widths: Sequence[int], style: str) -> Text:
    *numbers, path = cells
    padded = [cell.rjust(width) for cell, width in zip(numbers, widths, strict=True)]
    return Text((" " * GAP).join([*padded, path]), style=style)
