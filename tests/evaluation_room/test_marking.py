"""Sentences into a question file and out of it: nothing that stood there is ever lost."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.evaluation.marking import mark, unmark
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import Relevant

LOCK = Relevant("smm.md", "The lock is set.")
FAN = Relevant("a/风扇.md", "风扇\n转动。")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "questions.jsonl"


def test_a_new_question_becomes_a_line_that_eval_reads(file: Path) -> None:
    marked = mark(file, "  What is\tlocked? ", LOCK)
    (question,) = read_questions(file)
    assert (question.question, question.relevant) == ("What is locked?", (LOCK,))
    assert (marked.question_id, marked.n_relevant, marked.is_new) == (question.id, 1, True)
    assert file.read_bytes().endswith(b"}\n")


def test_the_same_question_on_another_sentence_has_both(file: Path) -> None:
    mark(file, "What is locked?", LOCK)
    assert mark(file, "What is  locked?", FAN).n_relevant == 2
    (question,) = read_questions(file)
    assert question.relevant == (LOCK, FAN)


def test_the_same_sentence_again_is_told_and_writes_nothing(file: Path) -> None:
    mark(file, "What is locked?", LOCK)
    before = file.stat().st_mtime_ns, file.read_bytes()
    again = mark(file, "What is locked?", LOCK)
    assert (again.is_new, again.n_relevant) == (False, 1)
    assert (file.stat().st_mtime_ns, file.read_bytes()) == before
    unmark(again)  # there is nothing to take back
    assert file.read_bytes() == before[1]


def test_damaged_lines_stay_byte_for_byte_and_are_told(file: Path) -> None:
    file.parent.mkdir()
    kept = b'{"id": "x", "question": "q", "relevant": [], "note": "ours", "n": 1.50}'
    damaged = [b"{torn", b'\xff\xfe{"id": 3}', b'{"id": "1", "question": "", "relevant": []}']
    file.write_bytes(b"\n".join([kept, damaged[0], b"", damaged[1], damaged[2]]))
    marked = mark(file, "What is locked?", LOCK)
    assert marked.damaged_lines == (2, 4, 5)
    lines = file.read_bytes().split(b"\n")
    assert lines[:5] == [kept, damaged[0], b"", damaged[1], damaged[2]]
    assert json.loads(lines[5])["question"] == "What is locked?"


def test_other_fields_of_a_question_are_kept(file: Path) -> None:
    file.parent.mkdir()
    line = {"id": "1", "question": "q?", "relevant": [], "kind": "plain", "note": {"a": [1]}}
    file.write_text(json.dumps(line), "utf-8-sig")
    mark(file, "q?", FAN)
    found = json.loads(file.read_text("utf-8"))
    assert found == {**line, "relevant": [{"document": FAN.document, "quote": FAN.quote}]}


def test_an_id_that_is_taken_is_not_given_again(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"id": "marked-2", "question": "other", "relevant": []}\n')
    assert mark(file, "q?", LOCK).question_id == "marked-3"


@pytest.mark.parametrize("text", ["", '{"id": "1", "question": "q?", "relevant": []}\n', "{torn\n"])
def test_undoing_in_turn_leads_back_to_the_file_as_it_was(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    marks = [mark(file, "q?", LOCK), mark(file, "q?", FAN), mark(file, "other?", LOCK)]
    for marked in reversed(marks):
        unmark(marked)
    assert file.read_text("utf-8") == text


def test_a_line_that_was_edited_since_is_not_undone(file: Path) -> None:
    marked = mark(file, "q?", LOCK)
    edited = file.read_text("utf-8").replace("marked-1", "mine")
    file.write_text(edited, "utf-8")
    with pytest.raises(UsageError, match="changed since"):
        unmark(marked)
    assert file.read_text("utf-8") == edited


def test_what_cannot_be_written_leaves_what_was_there(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(file, "q?", LOCK)
    before = file.read_bytes()

    def fails(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(UsageError, match="No space left") as raised:
        mark(file, "q?", FAN)
    assert raised.value.hint
    assert file.read_bytes() == before
    assert {f.name for f in file.parent.iterdir()} == {file.name, f"{file.name}.lock"}


def test_marks_from_many_sides_at_once_are_all_kept(file: Path) -> None:
    entries = [Relevant("a.md", f"sentence {i}") for i in range(24)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda entry: mark(file, f"q{entry.quote[-1]}?", entry), entries))
    found = {entry for question in read_questions(file) for entry in question.relevant}
    assert found == set(entries)


def test_an_empty_question_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="question is empty"):
        mark(file, " \n", LOCK)
    assert not file.exists()
