"""How often each sentence holds each term, kept so that a commit costs only its new sentences.

Sentence ids are never used twice, so what was counted of one holds as long as it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexDamaged

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TermCounts:
    """Compressed rows: sentence i holds `columns[starts[i]:starts[i + 1]]`, in their order there.

    Terms are numbered by their first appearance, as rank-bm25 meets them: the order in which it
    adds up idf decides the last bit.
    """

    sentence_ids: Integers
    """(n_sentences,)"""
    keys: Integers
    """What repeats of a sentence have in common (n_sentences,): see `repeats`."""
    terms: list[str]
    starts: Integers
    """(n_sentences + 1,)"""
    columns: npt.NDArray[np.int32]
    """Numbers of terms (n_entries,)"""
    counts: npt.NDArray[np.int32]
    """(n_entries,)"""

    @property
    def n_sentences(self) -> int:
        return len(self.sentence_ids)

    def rows(self) -> Integers:
        """The sentence number of each entry (n_entries,)."""
        rows: Integers = np.repeat(np.arange(self.n_sentences), np.diff(self.starts))
        return rows

    def lengths(self) -> Integers:
        """Terms of each sentence, repeats counted (n_sentences,)."""
        before = np.concatenate(([0], np.cumsum(self.counts, dtype=np.int64)))
        lengths: Integers = before[self.starts[1:]] - before[self.starts[:-1]]
        return lengths

    def joined(self, other: TermCounts) -> TermCounts:
        """Both, the other's sentences last."""
        numbers = {term: i for i, term in enumerate(self.terms)}
        renumbered = [numbers.setdefault(term, len(numbers)) for term in other.terms]
        columns = np.array(renumbered, dtype=np.int32)[other.columns] if other.terms else _NO_TERMS
        return TermCounts(
            np.concatenate((self.sentence_ids, other.sentence_ids)),
            np.concatenate((self.keys, other.keys)),
            list(numbers),
            np.concatenate((self.starts, other.starts[1:] + self.starts[-1])),
            np.concatenate((self.columns, columns)),
            np.concatenate((self.counts, other.counts)),
        )

    def ordered(self, sentence_ids: Integers) -> TermCounts:
        """Of these sentences alone, in this order; every one is there."""
        order = np.argsort(self.sentence_ids)
        chosen = order[np.searchsorted(self.sentence_ids, sentence_ids, sorter=order)]
        lengths = np.diff(self.starts)[chosen]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        # Entry k of a chosen sentence lies k behind the start that the sentence had.
        entries = np.arange(starts[-1]) + np.repeat(self.starts[:-1][chosen] - starts[:-1], lengths)
        columns, terms = _by_first_appearance(self.columns[entries], self.terms)
        return TermCounts(
            sentence_ids, self.keys[chosen], terms, starts, columns, self.counts[entries]
        )

    def save(self, file: Path) -> None:
        """Write atomically. Raises: OSError."""
        draft = file.with_suffix(".draft.npz")
        np.savez(
            draft,
            sentence_ids=self.sentence_ids,
            keys=self.keys,
            terms=terms_as_bytes(self.terms),
            starts=self.starts,
            columns=self.columns,
            counts=self.counts,
        )
        draft.replace(file)

    @classmethod
    def load(cls, file: Path) -> TermCounts:
        """Raises: IndexDamaged where the file is not one of `save`."""
        try:
            with np.load(file, allow_pickle=False) as stored:
                return cls(
                    stored["sentence_ids"],
                    stored["keys"],
                    terms_of_bytes(stored["terms"]),
                    stored["starts"],
                    stored["columns"],
                    stored["counts"],
                )
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise IndexDamaged(f"the counted terms cannot be read: {file}: {error}") from error


_NO_TERMS = np.zeros(0, dtype=np.int32)


def counted(
    sentence_ids: Sequence[int], term_lists: Sequence[Sequence[str]], keys: Sequence[int]
) -> TermCounts:
    """Of one list of terms and one key per sentence."""
    numbers: dict[str, int] = {}
    # A Counter keeps the order in which it met the terms, as rank-bm25's dictionaries do.
    frequencies = [Counter(terms) for terms in term_lists]
    entries = (numbers.setdefault(term, len(numbers)) for f in frequencies for term in f)
    columns = np.fromiter(entries, np.int32)
    n_entries = [len(f) for f in frequencies]
    return TermCounts(
        np.array(sentence_ids, dtype=np.int64),
        np.array(keys, dtype=np.int64),
        list(numbers),
        np.concatenate((np.zeros(1, np.int64), np.cumsum(n_entries, dtype=np.int64))),
        columns,
        np.fromiter(chain.from_iterable(f.values() for f in frequencies), np.int32),
    )


def terms_as_bytes(terms: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(terms).encode("utf-8"), dtype=np.uint8)


def terms_of_bytes(stored: npt.NDArray[np.uint8]) -> list[str]:
    text = stored.tobytes().decode("utf-8")
    return text.split("\n") if text else []


def _by_first_appearance(
    columns: npt.NDArray[np.int32], terms: Sequence[str]
) -> tuple[npt.NDArray[np.int32], list[str]]:
    """The columns renumbered, and the terms that are left, in the order in which they appear."""
    used, first, column = np.unique(columns, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(used), dtype=np.int32)
    number[order] = np.arange(len(used))
    renumbered: npt.NDArray[np.int32] = number[column]
    return renumbered, [terms[i] for i in used[order]]
