"""Sessions on the disk: what is kept, what a kill leaves, what comes out again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ChatUnavailable, SessionFault, UsageError
from assistant.json_views import comparison_view
from assistant.paths import Paths
from assistant.records import (
    AnswerEvent,
    AnswerFinished,
    EvidenceFound,
    StageStarted,
    TokenProduced,
    Trace,
)
from assistant.sessions.store import FolderSessions
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import QUESTION, index_now, settings_for, write_documents

Events = Generator[AnswerEvent, None, None]


@pytest.fixture
def workspace(tmp_path: Path, home_with_model: Path) -> Workspace:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    load: Any = HashingEncoder.load
    return Workspace(settings_for(), Paths.below(home_with_model), folder, load=load)


@pytest.fixture
def sessions(workspace: Workspace) -> FolderSessions:
    return workspace.sessions


def ask(workspace: Workspace, question: str = QUESTION, session: int | None = None) -> int:
    """The session that keeps it."""
    recorder = workspace.sessions.recorder(session)
    for _ in recorder.recorded(question, workspace.ask(question)):
        pass
    assert recorder.session is not None
    return recorder.session


def streamed(*texts: str) -> Events:
    yield StageStarted("answering")
    for text in texts:
        yield TokenProduced(text)


def events_of(workspace: Workspace) -> tuple[EvidenceFound, AnswerFinished]:
    found = list(workspace.ask(QUESTION))
    evidence = next(e for e in found if isinstance(e, EvidenceFound))
    return evidence, next(e for e in found if isinstance(e, AnswerFinished))


# ── what is kept ──


def test_an_answer_is_kept_with_its_trace_as_they_were(workspace: Workspace) -> None:
    recorder = workspace.sessions.recorder()
    passed = list(recorder.recorded(QUESTION, workspace.ask(QUESTION)))
    trace = next(e.trace for e in passed if isinstance(e, EvidenceFound))
    answer = next(e.answer for e in passed if isinstance(e, AnswerFinished))
    assert recorder.session is not None
    (turn,) = workspace.sessions.read(recorder.session).turns
    assert (turn.question, turn.ending, turn.text) == (QUESTION, "finished", answer.text)
    assert (turn.trace, turn.answer, turn.shown) == (trace, answer, None)


def test_the_kept_trace_and_the_json_hold_the_same_ranks(workspace: Workspace) -> None:
    recorder = workspace.sessions.recorder()
    for _ in recorder.recorded(QUESTION, workspace.ask(QUESTION)):
        pass
    compared = workspace.explain(workspace.compare(workspace.retrieve(QUESTION)))
    recorder.keep_trace(compared)
    assert recorder.session is not None
    (turn,) = workspace.sessions.read(recorder.session).turns
    assert turn.trace == compared
    written = json.loads(workspace.sessions.export(recorder.session, "json").read_text("utf-8"))
    assert compared.comparison is not None
    expected = json.loads(json.dumps(comparison_view(compared, compared.comparison)))
    assert written["turns"][0]["trace"] == expected


def test_another_mode_that_was_shown_is_kept_beside_the_answers_own(workspace: Workspace) -> None:
    recorder = workspace.sessions.recorder()
    for _ in recorder.recorded(QUESTION, workspace.ask(QUESTION)):
        pass
    recorder.keep_trace(shown := workspace.compare(workspace.retrieve(QUESTION, "bm25")))
    assert recorder.session is not None
    (turn,) = workspace.sessions.read(recorder.session).turns
    assert turn.shown == shown
    assert turn.trace is not None and turn.trace.mode != "bm25"
    recorder.keep_trace(workspace.compare(workspace.retrieve(QUESTION)))
    assert workspace.sessions.read(recorder.session).turns[0].shown is None


def test_a_trace_of_another_question_is_not_kept_as_this_ones(workspace: Workspace) -> None:
    recorder = workspace.sessions.recorder()
    for _ in recorder.recorded(QUESTION, workspace.ask(QUESTION)):
        pass
    assert recorder.session is not None
    before = workspace.sessions.read(recorder.session).turns
    recorder.keep_trace(workspace.retrieve("How is a base address register sized?"))
    assert workspace.sessions.read(recorder.session).turns == before


def test_a_stopped_answer_keeps_what_was_said(sessions: FolderSessions) -> None:
    recorder = sessions.recorder()
    events = recorder.recorded("Q?", streamed("First. ", "Sec", "ond. ", "Thi"))
    for _ in range(5):
        next(events)
    events.close()
    assert recorder.session is not None
    (turn,) = sessions.read(recorder.session).turns
    assert (turn.text, turn.ending, turn.answer) == ("First. Second. Thi", "stopped", None)


def test_a_failure_is_kept_and_raised(sessions: FolderSessions) -> None:
    def failing() -> Events:
        yield TokenProduced("Some ")
        raise ChatUnavailable("the server went away", "start it")

    recorder = sessions.recorder()
    with pytest.raises(ChatUnavailable):
        list(recorder.recorded("Q?", failing()))
    assert recorder.session is not None
    (turn,) = sessions.read(recorder.session).turns
    assert (turn.ending, turn.text) == ("failed", "Some ")
    assert turn.failure == "the server went away\nstart it"


def test_a_question_in_other_words_takes_the_place_of_the_newest(sessions: FolderSessions) -> None:
    recorder = sessions.recorder()
    for question, replaces in (("One?", False), ("Two?", False), ("Three?", True)):
        list(recorder.recorded(question, streamed("A."), replaces))
    assert recorder.session is not None
    assert [t.question for t in sessions.read(recorder.session).turns] == ["One?", "Three?"]


# ── a kill ──

_WRITER = """
import sys, time
from pathlib import Path
from assistant.records import TokenProduced
from assistant.sessions.store import FolderSessions

def events():
    for text in ("One is ", "whole. ", "Two is whole. ", "Three is n"):
        yield TokenProduced(text)

sessions = FolderSessions(Path(sys.argv[1]), "docs", Path(sys.argv[1]).parent)
for event in sessions.recorder().recorded("Q?", events()):
    if event.text == "Three is n":
        print("ready", flush=True)
        time.sleep(60)
"""


def test_a_kill_loses_at_most_the_sentence_under_way(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    command = [sys.executable, "-c", textwrap.dedent(_WRITER), str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        os.kill(writer.pid, signal.SIGKILL)
    sessions = FolderSessions(file, "docs", tmp_path)
    (summary,) = sessions.summaries()
    (turn,) = sessions.read(summary.id).turns
    assert (turn.text, turn.ending) == ("One is whole. Two is whole. ", "")


# ── faults ──


def test_where_nothing_can_be_kept_the_answer_says_so(workspace: Workspace) -> None:
    workspace.paths.sessions_file.write_bytes(b"no database at all " * 100)
    recorder = workspace.sessions.recorder()
    passed = list(recorder.recorded(QUESTION, workspace.ask(QUESTION)))
    answer = next(e.answer for e in passed if isinstance(e, AnswerFinished))
    assert answer.text
    assert any(note.startswith("not saved: ") for note in answer.notes)
    with pytest.raises(SessionFault):
        workspace.sessions.summaries()


def test_a_file_of_another_version_is_left_alone(workspace: Workspace) -> None:
    ask(workspace)
    file = workspace.paths.sessions_file
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SessionFault, match="another version"):
        workspace.sessions.summaries()


def test_a_trace_of_another_version_is_missing_and_nothing_else_is(workspace: Workspace) -> None:
    session = ask(workspace)
    with sqlite3.connect(workspace.paths.sessions_file) as connection:
        connection.execute("UPDATE turns SET trace = ?", (b"not ours",))
    (turn,) = workspace.sessions.read(session).turns
    assert turn.trace is None
    assert turn.answer is not None


def test_two_writers_at_once_lose_nothing(sessions: FolderSessions) -> None:
    def write(name: str) -> None:
        recorder = sessions.recorder()
        for n in range(10):
            list(recorder.recorded(f"{name} {n}?", streamed("A. ", "B. ")))

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(s.turns for s in sessions.summaries()) == [10, 10]


# ── the list ──


def test_newest_first_and_found_by_name_question_and_answer(sessions: FolderSessions) -> None:
    for question, answer in (("SPD bus?", "It is I2C."), ("100 % of PCI?", "Bus_0.")):
        list(sessions.recorder().recorded(question, streamed(answer)))
    assert [s.title for s in sessions.summaries()] == ["100 % of PCI?", "SPD bus?"]
    assert [s.title for s in sessions.summaries("i2c")] == ["SPD bus?"]
    assert [s.title for s in sessions.summaries("spd")] == ["SPD bus?"]
    assert [s.title for s in sessions.summaries("%")] == ["100 % of PCI?"]
    assert [s.title for s in sessions.summaries("bus_")] == ["100 % of PCI?"]
    sessions.rename(sessions.summaries("spd")[0].id, "  Memory\nnotes ")
    assert [s.title for s in sessions.summaries("memory notes")] == ["Memory notes"]
    with pytest.raises(UsageError):
        sessions.rename(1, " ")


def test_a_folder_has_only_its_own(tmp_path: Path) -> None:
    here, there = (FolderSessions(tmp_path / "s.db", key, tmp_path) for key in "ab")
    list(here.recorder().recorded("Q?", streamed("A.")))
    (own,) = here.summaries()
    assert there.summaries() == []
    with pytest.raises(UsageError, match="gone"):
        there.read(own.id)


def test_a_fork_goes_its_own_way(workspace: Workspace) -> None:
    first = ask(workspace)
    fork = workspace.sessions.fork(first)
    ask(workspace, "How is a base address register sized?", fork)
    kept, forked = workspace.sessions.read(first), workspace.sessions.read(fork)
    assert len(kept.turns) == 1
    assert len(forked.turns) == 2
    assert forked.summary.forked_from == first
    assert forked.turns[0].trace == kept.turns[0].trace


def test_deleted_comes_back_until_it_is_forgotten(
    workspace: Workspace, sessions: FolderSessions
) -> None:
    session = ask(workspace)
    sessions.delete(session)
    assert sessions.summaries() == []
    sessions.delete(session, undo=True)
    assert [s.id for s in sessions.summaries()] == [session]
    sessions.delete(session)
    sessions.forget_deleted()
    sessions.delete(session, undo=True)
    assert sessions.summaries() == []
    with sqlite3.connect(workspace.paths.sessions_file) as connection:
        assert connection.execute("SELECT COUNT(*) FROM turns").fetchone() == (0,)


# ── the exports ──


def test_markdown_has_questions_answers_sources_and_ranks(workspace: Workspace) -> None:
    recorder = workspace.sessions.recorder()
    for _ in recorder.recorded(QUESTION, workspace.ask(QUESTION)):
        pass
    recorder.keep_trace(workspace.compare(workspace.retrieve(QUESTION)))
    list(recorder.recorded("<b>Hostile</b> *question*?", streamed("Half an answer. ", "Ha")))
    assert recorder.session is not None
    text = workspace.sessions.export(recorder.session, "md").read_text("utf-8")
    assert f"## 1. {QUESTION}" in text
    assert "MR3, MR6, MR5, MR4, MR2, MR1 and MR0" in text
    assert "- \\[1\\] **memory.md:5**" in text
    assert "| late | sentence | cls | mean |" in text
    assert "## 2. \\<b\\>Hostile\\</b\\> \\*question\\*?" in text
    assert "Half an answer. Ha" in text


def test_a_trace_without_a_comparison_is_written_too(workspace: Workspace) -> None:
    session = ask(workspace)
    written = json.loads(workspace.sessions.export(session, "json").read_text("utf-8"))
    (turn,) = written["turns"]
    ranks = [hit["rank"] for hit in turn["trace"]["hits"]]
    kept: Trace | None = workspace.sessions.read(session).turns[0].trace
    assert kept is not None
    assert ranks == [hit.rank for hit in kept.hits]
    assert turn["answer"]["citations"]
