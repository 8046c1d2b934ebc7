"""The sparse layout against rank-bm25 itself, to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from assistant.errors import IndexDamaged
from assistant.indexing.lexical import LexicalIndex
from tests.builders import FIRMWARE, corpus

VOCABULARY = [f"t{i}" for i in range(40)]


def random_corpus(seed: int) -> tuple[list[list[str]], list[list[str]]]:
    """Sentences, some of them empty, by a Zipf-like law; and questions with repeats."""
    rng = np.random.default_rng(seed)
    law = 1 / np.arange(1, len(VOCABULARY) + 1)
    law /= law.sum()
    lengths = rng.integers(0, 15, size=int(rng.integers(1, 120)))
    sentences = [list(rng.choice(VOCABULARY, size=n, p=law)) for n in lengths]
    sentences.append([VOCABULARY[0]])  # never only empty ones
    asked = [*VOCABULARY, "unknown"]
    questions = [list(rng.choice(asked, size=int(rng.integers(0, 6)))) for _ in range(8)]
    return sentences, questions


@pytest.mark.parametrize("seed", range(30))
def test_scores_equal_rank_bm25_to_the_last_bit(seed: int) -> None:
    sentences, questions = random_corpus(seed)
    lexical, reference = LexicalIndex.build(sentences), BM25Okapi(sentences)
    for question in questions:
        expected = reference.get_scores(question)
        assert lexical.scores(question).tobytes() == expected.tobytes()


@pytest.mark.parametrize("seed", range(10))
def test_contributions_are_of_the_terms_a_sentence_holds_and_sum_to_its_score(seed: int) -> None:
    sentences, questions = random_corpus(seed)
    lexical = LexicalIndex.build(sentences)
    for question in questions:
        scores = lexical.scores(question)
        for number, sentence in enumerate(sentences):
            shares = lexical.contributions(question, number)
            assert set(shares) == set(question) & set(sentence)
            assert sum(shares.values()) == pytest.approx(scores[number], abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_matching_is_holding_a_term_whatever_its_weight(seed: int) -> None:
    sentences, questions = random_corpus(seed)
    lexical = LexicalIndex.build(sentences)
    for question in questions:
        expected = [bool(set(question) & set(sentence)) for sentence in sentences]
        assert lexical.matching(question).tolist() == expected


def test_a_sentence_that_matches_with_negative_weight_still_matches() -> None:
    lexical = LexicalIndex.build([["a", "b"], ["a"], ["a", "c"]])
    assert lexical.scores(["a"])[1] < 0
    assert lexical.matching(["a"]).tolist() == [True, True, True]


@pytest.mark.parametrize("sentences", [[], [[]], [[], []]])
def test_a_corpus_without_words_finds_nothing(sentences: list[list[str]]) -> None:
    lexical = LexicalIndex.build(sentences)
    assert lexical.scores(["a"]).tolist() == [0.0] * len(sentences)
    assert not lexical.matching(["a"]).any()
    assert all(lexical.contributions(["a"], i) == {} for i in range(len(sentences)))


@pytest.mark.parametrize("sentences", [[["a"]], [["a"], ["b"]], [["a"], ["a"]], [["a", "b"], []]])
def test_tiny_corpora_score_as_rank_bm25_does(sentences: list[list[str]]) -> None:
    lexical, reference = LexicalIndex.build(sentences), BM25Okapi(sentences)
    for question in (["a"], ["b"], ["a", "b", "a"], ["z"]):
        np.testing.assert_array_equal(lexical.scores(question), reference.get_scores(question))


@pytest.mark.parametrize("sentences", [[], [["a", "内存"], [], ["b"]]])
def test_saved_and_loaded_it_is_the_same(tmp_path: Path, sentences: list[list[str]]) -> None:
    lexical = LexicalIndex.build(sentences)
    lexical.save(tmp_path / "lexical.npz")
    loaded = LexicalIndex.load(tmp_path / "lexical.npz")
    assert loaded.n_sentences == len(sentences)
    for question in (["a", "内存"], ["b"], ["z"]):
        np.testing.assert_array_equal(loaded.scores(question), lexical.scores(question))
    assert [file.name for file in tmp_path.iterdir()] == ["lexical.npz"]


@pytest.mark.parametrize("kept", [0, 1, 10, 100, 0.5, 0.9, -1])
def test_a_torn_file_is_damage_and_nothing_else(tmp_path: Path, kept: float) -> None:
    file = tmp_path / "lexical.npz"
    LexicalIndex.build([["a", "b"], ["b"]]).save(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept) if 0 < kept < 1 else int(kept)])
    with pytest.raises(IndexDamaged, match="lexical cache") as caught:
        LexicalIndex.load(file)
    assert str(file) in caught.value.message


@pytest.mark.parametrize("kept", [0, 0.5, 0.9])
def test_an_index_with_a_torn_lexical_cache_makes_it_again(tmp_path: Path, kept: float) -> None:
    made = corpus(tmp_path, FIRMWARE)
    expected = made.snapshot().lexical.scores(["ddr4", "memori"])
    (cache,) = made.index.glob("lexical-*.npz")
    whole = cache.read_bytes()
    cache.write_bytes(whole[: int(len(whole) * kept)])
    np.testing.assert_array_equal(made.snapshot().lexical.scores(["ddr4", "memori"]), expected)
    np.testing.assert_array_equal(LexicalIndex.load(cache).scores(["ddr4", "memori"]), expected)


def test_each_commit_has_one_lexical_cache(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    made.snapshot()
    made.write({"new.txt": "Capsules update firmware."})
    made.refresh()
    assert made.snapshot().lexical.matching(["capsul"]).sum() == 1
    assert len(list(made.index.glob("lexical-*"))) == 1


def test_a_term_is_held_by_a_range_when_a_sentence_in_it_has_the_term() -> None:
    lexical = LexicalIndex.build([["a"], ["b"], ["a", "c"], ["d"]])

    def held(*ranges: tuple[int, int]) -> list[bool]:
        first, last = (np.array(ends, dtype=np.int64) for ends in zip(*ranges, strict=True))
        return lexical.held_by(["a", "b", "c", "zz"], first, last)

    assert held((0, 1)) == [True, False, False, False]
    assert held((1, 2), (3, 4)) == [False, True, False, False]
    assert held((1, 3)) == [True, True, True, False]
    assert held((2, 2)) == [False, False, False, False]
