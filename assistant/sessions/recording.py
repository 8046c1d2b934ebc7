"""A conversation written down while it happens: a kill loses at most the sentence under way."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
import threading
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import AssistantError, SessionFault
from assistant.records import (
    AnswerEvent,
    AnswerFinished,
    EvidenceFound,
    TokenProduced,
    Trace,
    Turn,
)
from assistant.sessions.database import opened
from assistant.sessions.packing import packed

_SENTENCE_END = re.compile(r"[.!?。！？][\s\"')\]]|[。！？\n]")


class Recorder:
    """Keeps one session, which begins with its first question. One question at a time."""

    def __init__(self, file: Path, folder_key: str, session: int | None) -> None:
        self._file = file
        self._folder = folder_key
        self.session = session
        """None until something was asked."""
        self._newest: tuple[int, Trace | None] | None = None
        """The newest question's turn, and what its answer rests on."""
        self._lock = threading.Lock()

    def go_on_from(self, turn: Turn) -> None:
        """The newest question is this one of an earlier sitting."""
        self._newest = turn.id, turn.trace

    def recorded(
        self, question: str, events: Generator[AnswerEvent, None, None], replaces: bool = False
    ) -> Generator[AnswerEvent, None, None]:
        """The same events, kept as they pass; closing it closes them.

        `replaces`: the newest question was put in other words, and goes.
        Where nothing can be kept the answer comes all the same, with a note that says so.
        """
        writing = _Writing(self, question, replaces)
        ending = "stopped"
        try:
            for event in events:
                yield writing.noted(event)
            ending = "finished"
        except AssistantError as error:
            ending = "failed"
            writing.write("failure = ?", f"{error.message}\n{error.hint}")
            raise
        finally:
            events.close()
            writing.end(ending)

    def keep_trace(self, trace: Trace) -> None:
        """What the panel shows of the newest question now. Raises: SessionFault."""
        if self._newest is None:
            return
        turn, own = self._newest
        if own is None or own.question != trace.question:
            return
        is_own = (own.mode, own.pooling) == (trace.mode, trace.pooling)
        values = (packed(trace), None) if is_own else (packed(own), packed(trace))
        with opened(self._file) as connection:
            change = "trace = ?, shown = ?" if is_own else "trace = COALESCE(trace, ?), shown = ?"
            connection.execute(f"UPDATE turns SET {change} WHERE id = ?", (*values, turn))

    def drop_newest(self) -> None:
        """Raises: SessionFault."""
        if self._newest is not None:
            turn, self._newest = self._newest[0], None
            with opened(self._file) as connection:
                connection.execute("DELETE FROM turns WHERE id = ?", (turn,))

    def begin_turn(self, question: str) -> int:
        """A row for the question, and for the session where this is its first."""
        asked_at = now()
        with self._lock, opened(self._file) as connection:
            if self.session is None:
                title = " ".join(question.split())
                self.session = _inserted(
                    connection,
                    "INSERT INTO sessions (folder, title, created_at, updated_at)"
                    " VALUES (?, ?, ?, ?)",
                    (self._folder, title, asked_at, asked_at),
                )
            turn = _inserted(
                connection,
                "INSERT INTO turns (session_id, asked_at, question) VALUES (?, ?, ?)",
                (self.session, asked_at, question),
            )
            self._newest = turn, None
            return turn

    def write(self, turn: int, change: str, value: object) -> None:
        """One column of a turn; the session was used just now."""
        with opened(self._file) as connection:
            connection.execute(f"UPDATE turns SET {change} WHERE id = ?", (value, turn))
            connection.execute(
                "UPDATE sessions SET updated_at = ? WHERE id = ?",
                (now(), self.session),
            )

    def note_evidence(self, turn: int, trace: Trace) -> None:
        if self._newest is not None and self._newest[0] == turn:  # no newer question was asked
            self._newest = turn, trace
        self.write(turn, "trace = ?", packed(trace))


class _Writing:
    """One answer on its way into the file; after the first fault it writes no more."""

    def __init__(self, recorder: Recorder, question: str, replaces: bool) -> None:
        self._recorder = recorder
        self._text = ""
        self._kept = 0
        self._fault = ""
        self._turn: int | None = None
        try:
            if replaces:
                recorder.drop_newest()
            # What cannot be encoded, half a surrogate pair, is no text that anyone typed.
            self._turn = recorder.begin_turn(question.encode("utf-8", "replace").decode())
        except SessionFault as fault:
            self._fault = fault.message

    def noted(self, event: AnswerEvent) -> AnswerEvent:
        if isinstance(event, EvidenceFound) and self._turn is not None:
            self._try(self._recorder.note_evidence, self._turn, event.trace)
        elif isinstance(event, TokenProduced):
            self._text += event.text
            ends = [m.end() for m in _SENTENCE_END.finditer(self._text, self._kept)]
            if ends:
                self._kept = ends[-1]
                self.write("text = ?", self._text)
        elif isinstance(event, AnswerFinished):
            self._text = event.answer.text
            self.write("answer = ?", packed(event.answer))
            if self._fault:
                notes = (*event.answer.notes, f"not saved: {self._fault}")
                return AnswerFinished(dataclasses.replace(event.answer, notes=notes))
        return event

    def end(self, ending: str) -> None:
        self.write("text = ?", self._text)
        self.write("ending = ?", ending)

    def write(self, change: str, value: object) -> None:
        if self._turn is not None:
            self._try(self._recorder.write, self._turn, change, value)

    def _try(self, keep: object, *arguments: object) -> None:
        if self._fault:
            return
        try:
            keep(*arguments)  # type: ignore[operator]
        except SessionFault as fault:
            self._fault = fault.message


def now() -> str:
    return datetime.now(UTC).isoformat()


def _inserted(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None  # it was an INSERT
    return number
