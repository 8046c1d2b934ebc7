"""What is counted once and rearranged against counting everything anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from assistant.errors import IndexDamaged
from assistant.indexing.lexical import LexicalIndex
from assistant.indexing.term_counts import TermCounts, counted
from tests.builders import FIRMWARE, corpus

TERMS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=12)


@given(sentences=TERMS, data=st.data())
def test_a_sentence_more_or_less_scores_as_if_all_were_counted_anew(
    sentences: list[list[str]], data: st.DataObject
) -> None:
    ids = list(range(100, 100 + len(sentences)))
    kept = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1))
    n_known = data.draw(st.integers(0, len(ids)))
    parts = [
        counted(ids[some], sentences[some], ids[some])
        for some in (slice(n_known), slice(n_known, None))
    ]
    made = parts[0].joined(parts[1]).ordered(np.array(kept, dtype=np.int64))
    chosen = [sentences[ids.index(i)] for i in kept]
    assert made.keys.tolist() == kept
    assert LexicalIndex.of_counts(made) == LexicalIndex.build(chosen)
    if any(chosen):
        expected = BM25Okapi(chosen).get_scores(["a", "c", "h"])
        assert LexicalIndex.of_counts(made).scores(["a", "c", "h"]).tobytes() == expected.tobytes()


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    made = counted([7, 9], [["a", "内存", "a"], []], [1, 2])
    made.save(tmp_path / "terms.npz")
    loaded = TermCounts.load(tmp_path / "terms.npz")
    assert (loaded.terms, loaded.sentence_ids.tolist()) == (["a", "内存"], [7, 9])
    assert loaded.lengths().tolist() == [3, 0]
    (tmp_path / "terms.npz").write_bytes(b"torn")
    with pytest.raises(IndexDamaged, match="counted terms"):
        TermCounts.load(tmp_path / "terms.npz")


def test_an_edited_file_is_counted_and_the_others_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = corpus(tmp_path, FIRMWARE)
    made.snapshot()
    asked: list[str] = []
    real = "assistant.indexing.words.indexed_terms"
    from assistant.indexing.words import indexed_terms

    def watched(text: str, context: str, heading_path: list[str]) -> list[str]:
        asked.append(text)
        return indexed_terms(text, context, heading_path)

    monkeypatch.setattr(real, watched)
    (made.folder / "added.md").write_text("# Fans\n\nThe fan turns at full speed.\n", "utf-8")
    made.refresh()
    found = made.snapshot()
    assert asked == ["The fan turns at full speed."]
    assert found.lexical.matching(["fan"]).sum() == 1
    made.index.joinpath(next(made.index.glob("terms-*")).name).write_bytes(b"torn")
    for cache in (*made.index.glob("lexical-*"), *made.index.glob("repeats-*")):
        cache.unlink()
    assert made.snapshot().lexical == found.lexical
    assert len(asked) == 1 + found.n_sentences
