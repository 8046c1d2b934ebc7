"""The sessions of one folder: listed, read, renamed, forked, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.records import Answer, Session, SessionSummary, Trace, Turn
from assistant.sessions.database import opened
from assistant.sessions.exporting import write_session
from assistant.sessions.packing import unpacked
from assistant.sessions.recording import Recorder, now

_SUMMARY = """
SELECT s.id, s.title, s.created_at, s.updated_at, s.forked_from, COUNT(t.id) AS turns,
    (SELECT question FROM turns WHERE session_id = s.id ORDER BY id DESC LIMIT 1) AS last_question
FROM sessions s LEFT JOIN turns t ON t.session_id = s.id
WHERE s.folder = ? AND s.is_deleted = 0
"""
_HAS_WORDS = """
AND (s.title LIKE ? ESCAPE '\\' OR EXISTS (
    SELECT 1 FROM turns w WHERE w.session_id = s.id
    AND (w.question LIKE ? ESCAPE '\\' OR w.text LIKE ? ESCAPE '\\')))
"""


class FolderSessions:
    """Safe to call from several threads. Every method raises SessionFault where the file fails."""

    def __init__(self, file: Path, folder_key: str, exports: Path) -> None:
        """`folder_key` tells this folder's sessions from those of others."""
        self._file = file
        self._folder = folder_key
        self._exports = exports

    def recorder(self, session: int | None = None) -> Recorder:
        """Keeps what is asked from now on: in a new session, or at the end of this one."""
        return Recorder(self._file, self._folder, session)

    def summaries(self, words: str = "") -> list[SessionSummary]:
        """Newest first; with words, those that have them in a title, a question or an answer."""
        if not self._file.exists():
            return []
        like = f"%{_escaped(words.strip())}%"
        having, values = (_HAS_WORDS, (like, like, like)) if words.strip() else ("", ())
        query = f"{_SUMMARY} {having} GROUP BY s.id ORDER BY s.updated_at DESC, s.id DESC"
        with opened(self._file) as connection:
            return [_summary(row) for row in connection.execute(query, (self._folder, *values))]

    def read(self, session: int) -> Session:
        """Raises: UsageError where it is gone."""
        with opened(self._file) as connection:
            query = f"{_SUMMARY} AND s.id = ? GROUP BY s.id"
            found = connection.execute(query, (self._folder, session)).fetchone()
            if found is None:
                raise UsageError("this session is gone", "list the sessions again")
            rows = connection.execute(
                "SELECT id, asked_at, question, ending, text, failure, trace, shown, answer"
                " FROM turns WHERE session_id = ? ORDER BY id",
                (session,),
            )
            return Session(_summary(found), tuple(_turn(row) for row in rows))

    def rename(self, session: int, title: str) -> None:
        """Raises: UsageError for an empty title."""
        if not title.strip():
            raise UsageError("a session needs a name", "type one")
        with opened(self._file) as connection:
            connection.execute(
                "UPDATE sessions SET title = ? WHERE id = ?", (" ".join(title.split()), session)
            )

    def fork(self, session: int) -> int:
        """A copy to go on from, while this one stays as it is; the copy's number."""
        forked_at = now()
        with opened(self._file) as connection:
            made = connection.execute(
                "INSERT INTO sessions (folder, title, created_at, updated_at, forked_from)"
                " SELECT folder, title, ?, ?, id FROM sessions WHERE id = ?",
                (forked_at, forked_at, session),
            )
            connection.execute(
                "INSERT INTO turns (session_id, asked_at, question, ending, text, failure, trace,"
                " shown, answer) SELECT ?, asked_at, question, ending, text, failure, trace,"
                " shown, answer FROM turns WHERE session_id = ? ORDER BY id",
                (made.lastrowid, session),
            )
            assert made.lastrowid is not None  # it was an INSERT
            return made.lastrowid

    def delete(self, session: int, undo: bool = False) -> None:
        """Out of every list; `undo` brings it back until `forget_deleted`."""
        with opened(self._file) as connection:
            connection.execute(
                "UPDATE sessions SET is_deleted = ? WHERE id = ?", (int(not undo), session)
            )

    def forget_deleted(self) -> None:
        """What was deleted is gone for good, its text too."""
        if self._file.exists():
            with opened(self._file) as connection:
                connection.execute(
                    "DELETE FROM sessions WHERE folder = ? AND is_deleted = 1", (self._folder,)
                )

    def export(self, session: int, kind: str) -> Path:
        """Writes the session as "md" or "json"; the file. Raises: UsageError."""
        return write_session(self.read(session), kind, self._exports)


def _escaped(words: str) -> str:
    for special in ("\\", "%", "_"):
        words = words.replace(special, f"\\{special}")
    return words


def _summary(row: tuple[Any, ...]) -> SessionSummary:
    number, title, created_at, updated_at, forked_from, turns, last = row
    return SessionSummary(number, title, created_at, updated_at, turns, last or "", forked_from)


def _turn(row: tuple[Any, ...]) -> Turn:
    number, asked_at, question, ending, text, failure, trace, shown, answer = row
    return Turn(
        *(number, asked_at, question, ending, text, failure),
        trace=unpacked(trace, Trace),
        shown=unpacked(shown, Trace),
        answer=unpacked(answer, Answer),
    )
