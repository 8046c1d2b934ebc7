"""Models into an aligned table, the JSON of it, and what to choose for Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from assistant.cli.layout import indented, one_line, table

if TYPE_CHECKING:
    from assistant.records import ModelRow

_HEADER = ("  model", "dimensions", "window", "trained pooling", "size", "here", "sentences/s")


def model_lines(rows: Sequence[ModelRow], width: int | None) -> Iterator[Text]:
    header, *lines = table(_HEADER, [_cells(row) for row in rows])
    yield header
    for row, line in zip(rows, lines, strict=True):
        line.stylize("bold" if row.is_active else "")
        yield line
        about = ": ".join(part for part in (row.languages, row.summary) if part)
        if about:
            yield from indented(Text(about, style="dim"), 4, width)
        if row.problem:
            yield from indented(Text(one_line(row.problem), style="yellow"), 4, width)
    yield Text("")
    yield from indented(Text("* is the model of the settings: [index] model"), 0, width)
    yield from indented(Text(chinese_advice(rows)), 0, width)


def chinese_advice(rows: Sequence[ModelRow]) -> str:
    """In one sentence, the one to try first in front."""
    advised = "; ".join(f"{row.name} ({row.chinese})" for row in rows if row.chinese)
    return f"For Chinese: {advised}."


def models_view(rows: Sequence[ModelRow]) -> dict[str, Any]:
    return {
        "active": next((row.name for row in rows if row.is_active), ""),
        "models": [_view(row) for row in rows],
        "advice_for_chinese": chinese_advice(rows),
    }


def _view(row: ModelRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "active": row.is_active,
        "here": row.is_here,
        "place": row.place,
        "dimension": row.dimension,
        "window": row.window,
        "trained_pooling": row.pooling,
        "languages": row.languages,
        "size_mb": row.size_mb,
        "sentences_per_s": row.sentences_per_s,
        "summary": row.summary,
        "recommended_for_chinese": row.chinese,
        "problem": row.problem,
    }


def _cells(row: ModelRow) -> tuple[str, ...]:
    speed = "not measured" if row.sentences_per_s is None else f"{row.sentences_per_s:,.0f}"
    return (
        f"{'*' if row.is_active else ' '} {one_line(row.name)}",
        _number(row.dimension),
        _number(row.window),
        row.pooling or "?",
        f"{_number(row.size_mb)} MB",
        row.place,
        speed,
    )


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
