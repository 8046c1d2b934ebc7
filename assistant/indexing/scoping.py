"""A scope into the sentences of the documents that are within it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from pathspec import GitIgnoreSpec

from assistant.errors import UsageError
from assistant.records import Scope

LANGUAGES = ("en", "zh")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")
_CHINESE_SHARE = 0.2
"""Of a document's letters. An English text with a few names stays below it; a Chinese one, however
many identifiers it has, is above."""
_LOOKED_AT = 20_000
"""Characters of a document by which its language is told."""


def sentences_within(database: sqlite3.Connection, scope: Scope) -> list[int]:
    """Ids of the sentences of every document within the scope.

    Raises: UsageError where a pattern or a language is none, and where no document is within it.
    """
    is_within = _test_of(database, scope)
    rows = database.execute("SELECT id, path, format FROM documents")
    ids = [document for document, path, kind in rows if is_within(document, path, kind)]
    if not ids:
        raise UsageError(
            f"no indexed document is within: {scope.in_words}",
            "`/only` alone, or no --only, asks all; the list of documents (F8) says what there is",
        )
    found = []
    for document in ids:
        query = "SELECT id FROM sentences WHERE document_id = ?"
        found += [row[0] for row in database.execute(query, (document,))]
    return found


def _test_of(database: sqlite3.Connection, scope: Scope) -> Callable[[int, str, str], bool]:
    for language in scope.languages:
        if language not in LANGUAGES:
            raise UsageError(
                f"no document is known to be in {language!r}", f"choose of {', '.join(LANGUAGES)}"
            )
    try:
        patterns = GitIgnoreSpec.from_lines(scope.paths)
    except ValueError as error:
        raise UsageError(
            f"this is no pattern of paths: {error}", "write it as in .gitignore"
        ) from error

    def is_within(document: int, path: str, kind: str) -> bool:
        return (
            (not scope.collections or path.partition("/")[0] in scope.collections)
            and (not scope.paths or patterns.match_file(path))
            and (
                not scope.formats
                or kind in scope.formats
                or path.lower().endswith(tuple(f".{ending.lower()}" for ending in scope.formats))
            )
            and (not scope.languages or _language(database, document) in scope.languages)
        )

    return is_within


def _language(database: sqlite3.Connection, document: int) -> str:
    query = "SELECT substr(text, 1, ?) FROM texts WHERE document_id = ?"
    row = database.execute(query, (_LOOKED_AT, document)).fetchone()
    text = row[0] if row else ""
    n_letters = len(_LETTER.findall(text))
    return "zh" if n_letters and len(_HAN.findall(text)) / n_letters >= _CHINESE_SHARE else "en"
