"""A session as a file for others: Markdown to read, JSON with all that was decided."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.answering.markdown_text import literal_markdown
from assistant.files import write_whole
from assistant.json_views import View, answer_fields, comparison_view, trace_view
from assistant.records import (
    Answer,
    Comparison,
    Place,
    Session,
    Trace,
    Turn,
    support_in_words,
)

_UNSAFE = re.compile(r"\W+")
_NAME_LENGTH = 40


def write_session(session: Session, kind: str, folder: Path) -> Path:
    """The file, over an earlier export of the same session. Raises: UsageError."""
    summary = session.summary
    name = _UNSAFE.sub("-", summary.title)[:_NAME_LENGTH].strip("-")
    file = folder / f"session-{summary.id}-{name}.{kind}"
    write_whole(file, EXPORTS[kind](session).encode("utf-8", "replace"))
    return file


# ── JSON ──


def session_json(session: Session) -> str:
    summary = session.summary
    view = {
        "id": summary.id,
        "title": summary.title,
        "created_at": summary.created_at,
        "updated_at": summary.updated_at,
        "forked_from": summary.forked_from,
        "turns": [_turn_view(turn) for turn in session.turns],
    }
    return json.dumps(view, ensure_ascii=False, indent=2) + "\n"


def _turn_view(turn: Turn) -> View:
    """`trace` has the fields of `search` or `compare`, `answer` those that `ask` adds to them."""
    return {
        "asked_at": turn.asked_at,
        "question": turn.question,
        "ending": turn.ending,
        "text": turn.text,
        "failure": turn.failure,
        "trace": _whole_trace(turn.trace),
        "shown": _whole_trace(turn.shown),
        "answer": None if turn.answer is None else answer_fields(turn.answer),
    }


def _whole_trace(trace: Trace | None) -> View | None:
    if trace is None:
        return None
    return comparison_view(trace, trace.comparison) if trace.comparison else trace_view(trace)


# ── Markdown ──


def session_markdown(session: Session) -> str:
    blocks = [f"# {literal_markdown(session.summary.title)}"]
    for number, turn in enumerate(session.turns, start=1):
        blocks += _turn_blocks(number, turn)
    return "\n\n".join(blocks) + "\n"


def _turn_blocks(number: int, turn: Turn) -> Iterator[str]:
    yield f"## {number}. {literal_markdown(turn.question)}"
    yield f"*{_circumstances(turn)}*"
    if turn.text.strip():
        yield turn.text.strip()
    if turn.answer is None:
        yield f"**{literal_markdown(_why_not_whole(turn))}**"
    else:
        yield from _source_blocks(turn.answer)
    if turn.trace is not None and turn.trace.comparison is not None:
        yield _rank_table(turn.trace, turn.trace.comparison)


def _circumstances(turn: Turn) -> str:
    parts = [turn.asked_at[:16].replace("T", " ") + " UTC"]
    if turn.trace is not None:
        parts += [turn.trace.mode, turn.trace.pooling]
    if turn.answer is not None:
        parts += [turn.answer.backend, turn.answer.chat_model]
    return " · ".join(literal_markdown(part) for part in parts if part)


def _why_not_whole(turn: Turn) -> str:
    if turn.failure:
        return turn.failure
    return "stopped" if turn.ending == "stopped" else "the program ended during this answer"


def _source_blocks(answer: Answer) -> Iterator[str]:
    if answer.citations:
        lines = [
            f"- \\[{c.marker}\\] **{_place(c.place)}**: {literal_markdown(c.quote)}"
            for c in answer.citations
        ]
        yield "\n".join(["Sources:", "", *lines])
    if told := support_in_words(answer.grounding):
        yield literal_markdown(told)


def _rank_table(trace: Trace, comparison: Comparison) -> str:
    """Where each pooling has each hit among all sentences."""
    columns = comparison.poolings
    rows = [
        f"| {trace.mode} | sentence | {' | '.join(columns)} |",
        f"|---:|---|{'---:|' * len(columns)}",
    ]
    for hit, compared in zip(trace.hits, comparison.sentences, strict=True):
        ranks = [compared.ranks.get(name) for name in columns]
        cells = " | ".join("–" if rank is None else f"{rank}" for rank in ranks)
        quote = literal_markdown(hit.sentence).replace("|", "\\|")
        rows.append(f"| {hit.rank} | {_place(hit.place)}: {quote} | {cells} |")
    return "\n".join(rows)


def _place(place: Place) -> str:
    return literal_markdown(f"{place.document}:{place.where}").replace("|", "\\|")


EXPORTS: dict[str, Callable[[Session], str]] = {"md": session_markdown, "json": session_json}
