"""A file of JSON lines into the questions of an evaluation.

A line is {"id", "question", "relevant": [{"document", "quote"}]} with an optional "kind" and
"language"; other fields are left alone. An empty "relevant" says that nothing answers it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from assistant.errors import UsageError
from assistant.evaluation.records import Question
from assistant.retrieval.questions import cleaned_question

_FORMAT = '{"id": "1", "question": "...", "relevant": [{"document": "a.md", "quote": "..."}]}'


def read_questions(file: Path) -> tuple[Question, ...]:
    """In the file's order; blank lines are skipped.

    Raises: UsageError naming the file and the line.
    """
    questions: dict[str, Question] = {}
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        question = _question(line, where)
        if question.id in questions:
            raise _bad(where, f'the id "{question.id}" stands there twice')
        questions[question.id] = question
    if not questions:
        raise UsageError(f"the question file has no questions: {file}", f"a line is {_FORMAT}")
    return tuple(questions.values())


def question_of_line(line: str | bytes) -> Question:
    """Raises: ValueError (msgspec's own errors are a kind of it) saying what is wrong."""
    question = msgspec.json.decode(line, type=Question)
    if not question.id.strip():
        raise ValueError("the id is empty")
    try:
        cleaned_question(question.question)
    except UsageError as error:
        raise ValueError(error.message) from error
    for relevant in question.relevant:
        if not relevant.document.strip() or not relevant.quote.strip():
            raise ValueError("a relevant entry needs a document and a quote")
    return question


def _lines(file: Path) -> list[str]:
    try:
        # Not splitlines: U+2028 and form feeds may stand inside a JSON string.
        return file.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the question file is not UTF-8: {file}: byte {error.start}", "save it as UTF-8"
        ) from error
    except OSError as error:
        raise UsageError(
            f"the question file cannot be read: {file}: {error.strerror}", "name a JSON lines file"
        ) from error


def _question(line: str, where: str) -> Question:
    try:
        return question_of_line(line)
    except ValueError as error:
        raise _bad(where, str(error)) from error


def _bad(where: str, what: str) -> UsageError:
    return UsageError(f"this question cannot be used: {where}: {what}", f"a line is {_FORMAT}")
