"""Question files, good and bad: every bad line is one error naming file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import Question, Relevant

GOOD = {
    "id": "1",
    "question": "What locks it?",
    "relevant": [{"document": "a.md", "quote": "lock"}],
}


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_a_line_is_a_question(tmp_path: Path) -> None:
    line = json.dumps({**GOOD, "kind": "paraphrase", "language": "en", "note": "ours"})
    assert read_questions(written(tmp_path, line)) == (
        Question("1", "What locks it?", (Relevant("a.md", "lock"),), "paraphrase", "en"),
    )


def test_blank_lines_and_a_byte_order_mark_are_skipped(tmp_path: Path) -> None:
    file = written(tmp_path, "", "\ufeff".join(["", json.dumps(GOOD)]).lstrip("\ufeff"), " ")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert len(read_questions(file)) == 1


def test_a_line_separator_inside_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    line = json.dumps({**GOOD, "question": "what\u2028locks"}, ensure_ascii=False)
    assert len(read_questions(written(tmp_path, line))) == 1


def test_an_empty_relevant_list_says_that_nothing_answers(tmp_path: Path) -> None:
    file = written(tmp_path, json.dumps({**GOOD, "relevant": []}))
    assert read_questions(file)[0].relevant == ()


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{not json", "malformed"),
        ("[1]", "Expected `object`"),
        (json.dumps({"id": "2", "question": "q"}), "relevant"),
        (json.dumps({**GOOD, "id": 2}), "Expected `str`"),
        (json.dumps({**GOOD, "id": " "}), "the id is empty"),
        (json.dumps({**GOOD, "id": "2", "question": " "}), "the question is empty"),
        (json.dumps({**GOOD, "id": "2", "question": "x" * 10_000}), "10,000 characters"),
        (json.dumps({**GOOD, "id": "2", "relevant": [{"document": "a.md"}]}), "quote"),
        (
            json.dumps({**GOOD, "id": "2", "relevant": [{"document": "a.md", "quote": ""}]}),
            "needs a document and a quote",
        ),
        (json.dumps(GOOD), "twice"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str, complaint: str) -> None:
    file = written(tmp_path, json.dumps(GOOD), "", bad)
    with pytest.raises(UsageError) as raised:
        read_questions(file)
    assert f"{file}:3: " in raised.value.message
    assert complaint in raised.value.message
    assert raised.value.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl"):
        read_questions(tmp_path / "none.jsonl")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(UsageError, match="not UTF-8"):
        read_questions(file)


def test_a_file_without_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no questions"):
        read_questions(written(tmp_path, "", ""))
