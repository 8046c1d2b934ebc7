"""What an index says in words: its lexical matrix and its repeats, cached by generation.

The catalogue has all that they are made of, so a file that is missing or torn is made anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexDamaged
from assistant.indexing.analyser import ANALYSER_VERSION, terms_of
from assistant.indexing.database import generation
from assistant.indexing.lexical import LexicalIndex
from assistant.indexing.repeats import (
    Integers,
    first_of_each,
    load_repeats,
    repetition_key,
    save_repeats,
)

TEXT_WEIGHT = 3
"""A sentence's own words against those of its headings, which else make the shortest sentence of a
section its best: nDCG@10 of BM25 rose from 0.485 to 0.500 on the development questions."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    lexical: LexicalIndex
    repeats: Integers
    """For each sentence the number of the first one that says the same (n_sentences,)."""


def load_words(database: sqlite3.Connection, index: Path, commit: int, n_sentences: int) -> Words:
    """Of the commit that the connection sees."""
    lexical_file = index / f"lexical-{commit}-{ANALYSER_VERSION}.npz"
    repeats_file = index / f"repeats-{commit}-{ANALYSER_VERSION}.npy"
    lexical = _cached_lexical(lexical_file, n_sentences)
    repeats = load_repeats(repeats_file, n_sentences)
    if lexical is not None and repeats is not None:
        return Words(lexical, repeats)
    terms, keys = _terms_and_keys(database)
    lexical, repeats = LexicalIndex.build(terms), first_of_each(keys)
    try:
        lexical.save(lexical_file)
        save_repeats(repeats_file, repeats)
        older = {*index.glob("lexical-*"), *index.glob("repeats-*")}
        for file in older - {lexical_file, repeats_file}:
            file.unlink(missing_ok=True)
    except OSError:
        pass  # a read-only index is searched all the same
    return Words(lexical, repeats)


def cached_words_agree(database: sqlite3.Connection, index: Path) -> bool | None:
    """Whether the cached words are those of the commit's sentences; None where none are cached."""
    stem = f"{generation(database)}-{ANALYSER_VERSION}"
    lexical_file, repeats_file = index / f"lexical-{stem}.npz", index / f"repeats-{stem}.npy"
    if not lexical_file.exists():
        return None
    terms, keys = _terms_and_keys(database)
    lexical, repeats = (
        _cached_lexical(lexical_file, len(terms)),
        load_repeats(repeats_file, len(keys)),
    )
    if lexical is None or repeats is None:
        return False
    same_repeats = bool((repeats == first_of_each(keys)).all())
    return same_repeats and lexical == LexicalIndex.build(terms)


def forget_cached_words(index: Path) -> None:
    """The next question makes them anew."""
    for file in (*index.glob("lexical-*"), *index.glob("repeats-*")):
        file.unlink(missing_ok=True)


def _cached_lexical(file: Path, n_sentences: int) -> LexicalIndex | None:
    try:
        cached = LexicalIndex.load(file)
    except IndexDamaged:
        return None
    return cached if cached.n_sentences == n_sentences else None


def _terms_and_keys(database: sqlite3.Connection) -> tuple[list[list[str]], list[int]]:
    rows = database.execute(
        "SELECT s.text, s.context, c.heading_path FROM sentences s"
        " JOIN documents d ON d.id = s.document_id JOIN sections c ON c.id = s.section_id"
        " ORDER BY d.path, s.start"
    )
    terms, keys = [], []
    for text, context, heading_path in rows:
        terms.append(indexed_terms(text, context, json.loads(heading_path)))
        keys.append(repetition_key(text, context))
    return terms, keys


def indexed_terms(text: str, context: str, heading_path: Sequence[str]) -> list[str]:
    """The terms that the lexical arm counts for a sentence: its own and those around it."""
    around = [term for heading in heading_path for term in terms_of(heading)]
    return [*terms_of(text) * TEXT_WEIGHT, *terms_of(context), *around]
