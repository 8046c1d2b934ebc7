"""MaxSim against the double loop that its definition is."""

from __future__ import annotations

import numpy as np

from assistant.embedding.maxsim import maxsim_scores
from assistant.embedding.poolings import Floats, normalised


def tokens(rng: np.random.Generator, n: int) -> Floats:
    return normalised(rng.standard_normal((n, 5)))[0]


def double_loop(question: Floats, sentence: Floats) -> float:
    total = 0.0
    for q in question.tolist():
        cosines = [sum(a * b for a, b in zip(q, s, strict=True)) for s in sentence.tolist()]
        total += max(cosines, default=0.0)
    return total


def test_maxsim_equals_the_double_loop() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        question = tokens(rng, int(rng.integers(1, 7)))
        sentences = [tokens(rng, int(n)) for n in rng.integers(0, 6, size=9)]
        expected = [double_loop(question, sentence) for sentence in sentences]
        np.testing.assert_allclose(maxsim_scores(question, sentences), expected, atol=1e-5)


def test_an_empty_side_scores_zero_and_disturbs_no_neighbour() -> None:
    rng = np.random.default_rng(0)
    question, sentence, nothing = tokens(rng, 3), tokens(rng, 4), np.zeros((0, 5), np.float32)
    assert maxsim_scores(nothing, [sentence, nothing]).tolist() == [0.0, 0.0]
    assert maxsim_scores(question, []).shape == (0,)
    surrounded = maxsim_scores(question, [nothing, sentence, nothing, sentence])
    alone = maxsim_scores(question, [sentence])[0]
    assert surrounded.tolist() == [0.0, alone, 0.0, alone]


def test_a_sentence_of_the_question_s_own_tokens_scores_their_number() -> None:
    question = tokens(np.random.default_rng(1), 6)
    np.testing.assert_allclose(maxsim_scores(question, [question[::-1]]), [6.0], atol=1e-5)
