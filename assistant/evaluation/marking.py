"""A sentence that answers a question into a line of a question file, and out of it again.

The file is written whole or not at all; lines that are no question are left as they are, byte for
byte, and told by their number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from assistant.errors import UsageError
from assistant.evaluation.questions import question_of_line
from assistant.evaluation.records import Marked, Question, Relevant
from assistant.files import write_whole
from assistant.retrieval.questions import cleaned_question

LOCK_S = 5.0
"""How long another program may hold the file."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    content: bytes
    question: Question | None
    """None where the line is blank or damaged."""

    @property
    def is_damaged(self) -> bool:
        return self.question is None and bool(self.content.strip())


def mark(file: Path, question: str, entry: Relevant) -> Marked:
    """Add the entry to the question's relevant ones; a question that is new gets a line.

    Raises: UsageError where the question is empty or the file cannot be read or written.
    """
    question = cleaned_question(question)
    with _held(file):
        lines = _read(file)
        damaged = tuple(line.number for line in lines if line.is_damaged)
        old = next((line for line in lines if _asks(line, question)), None)
        if old is None or old.question is None:
            after = _new_line(question, entry, lines)
            known: tuple[Relevant, ...] = (entry,)
            before, is_new = None, True
            content = _joined([*_without_blank_end(lines), after])
        else:
            is_new = entry not in old.question.relevant
            known = (*old.question.relevant, entry) if is_new else old.question.relevant
            before = old.content
            after = _with_entries(before, known) if is_new else before
            content = _joined([after if line is old else line.content for line in lines])
        if is_new:
            write_whole(file, content)
    marked = question_of_line(after)
    return Marked(file, question, marked.id, entry, len(known), is_new, damaged, before, after)


def unmark(marked: Marked) -> None:
    """Take back what `mark` wrote.

    Raises: UsageError where that line was changed since, or the file cannot be read or written.
    """
    if not marked.is_new:
        return
    with _held(marked.file):
        lines = _read(marked.file)
        written = next((line for line in lines if line.content == marked.after), None)
        if written is None:
            raise UsageError(
                f"the line of this question was changed since: {marked.file}", "edit that file"
            )
        kept = [
            marked.before if line is written else line.content
            for line in lines
            if line is not written or marked.before is not None
        ]
        write_whole(marked.file, _joined([line for line in kept if line is not None]))


def _asks(line: _Line, question: str) -> bool:
    return line.question is not None and cleaned_question(line.question.question) == question


def _new_line(question: str, entry: Relevant, lines: Sequence[_Line]) -> bytes:
    taken = {line.question.id for line in lines if line.question}
    names = (f"marked-{number}" for number in itertools.count(len(taken) + 1))
    view = {
        "id": next(name for name in names if name not in taken),
        "question": question,
        "relevant": [_view(entry)],
    }
    return msgspec.json.encode(view)


def _with_entries(line: bytes, entries: Sequence[Relevant]) -> bytes:
    """The same line, whatever else it holds, with these relevant entries."""
    view: dict[str, Any] = msgspec.json.decode(line)
    return msgspec.json.encode({**view, "relevant": [_view(entry) for entry in entries]})


def _view(entry: Relevant) -> dict[str, str]:
    return {"document": entry.document, "quote": entry.quote}


def _read(file: Path) -> list[_Line]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(
            f"the question file cannot be read: {file}: {error.strerror}", "make it readable"
        ) from error
    parts = content.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    return [_Line(number, part, _parsed(part)) for number, part in enumerate(parts, start=1)]


def _parsed(line: bytes) -> Question | None:
    try:
        return question_of_line(line) if line.strip() else None
    except ValueError:
        return None


def _without_blank_end(lines: Sequence[_Line]) -> list[bytes]:
    contents = [line.content for line in lines]
    while contents and not contents[-1].strip():
        contents.pop()
    return contents


def _joined(lines: Sequence[bytes]) -> bytes:
    content = b"\n".join(lines)
    return content if not content or content.endswith(b"\n") else content + b"\n"


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Two programs that mark at once must not lose each other's lines."""
    from filelock import FileLock, Timeout

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock"), timeout=LOCK_S):
            yield
    except Timeout as error:
        raise UsageError(
            f"another program is writing the question file: {file}", "mark it again in a moment"
        ) from error
    except OSError as error:
        raise UsageError(
            f"the question file cannot be written: {file}: {error.strerror}",
            "make its folder writable, or set ASSISTANT_HOME to one that is",
        ) from error
