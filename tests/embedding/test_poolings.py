"""Each pooling against sentence-transformers' own module, and against its own parts."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding.poolings import POOLINGS, Floats, Mask, Windows, normalised

DIM = 8


def random_states(seed: int, n_texts: int = 6, n_tokens: int = 9) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n_texts, n_tokens, DIM)).astype(np.float32)


def right_padded(lengths: list[int], n_tokens: int) -> Mask:
    return np.arange(n_tokens)[None, :] < np.array(lengths)[:, None]


def left_padded(lengths: list[int], n_tokens: int) -> Mask:
    return right_padded(lengths, n_tokens)[:, ::-1].copy()


@pytest.mark.model
@pytest.mark.xdist_group("torch")
@pytest.mark.parametrize("padded", [right_padded, left_padded])
@pytest.mark.parametrize("name", POOLINGS)
def test_pooling_equals_that_of_sentence_transformers(name: str, padded: object) -> None:
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling

    reference = Pooling(DIM, pooling_mode=name)
    for seed in range(5):
        states = random_states(seed)
        mask: Mask = padded([9, 1, 4, 2, 7, 3], 9)  # type: ignore[operator]
        features = {
            "token_embeddings": torch.from_numpy(states),
            "attention_mask": torch.from_numpy(mask.astype(np.int64)),
        }
        if name == "weightedmean" and padded is left_padded:
            # The library weighs by place in the padded row, which makes a text's vector depend on
            # its neighbours in the batch; ours counts from the text's own first token.
            pooled = POOLINGS[name].pool(states, mask)
            alone = [POOLINGS[name].pool(s[m][None], m[m][None])[0] for s, m in zip(states, mask)]  # noqa: B905
            np.testing.assert_allclose(pooled, alone, atol=1e-6)
            continue
        expected = reference(features)["sentence_embedding"].numpy()
        np.testing.assert_allclose(POOLINGS[name].pool(states, mask), expected, atol=1e-5)


@pytest.mark.parametrize("padded", [right_padded, left_padded])
@pytest.mark.parametrize("name", POOLINGS)
def test_what_stands_in_the_padding_changes_nothing(name: str, padded: object) -> None:
    states = random_states(1)
    mask: Mask = padded([9, 1, 4, 2, 7, 3], 9)  # type: ignore[operator]
    noisy = np.where(mask[:, :, None], states, np.float32(1e6))
    zeroed = np.where(mask[:, :, None], states, np.float32(0))
    pool = POOLINGS[name].pool
    np.testing.assert_allclose(pool(noisy, mask), pool(zeroed, mask), rtol=1e-5, atol=1e-5)


def test_all_poolings_of_one_token_are_that_token() -> None:
    states = random_states(2, n_texts=1, n_tokens=1)
    for pooling in POOLINGS.values():
        np.testing.assert_allclose(pooling.pool(states, np.ones((1, 1), bool)), states[0])


def test_mean_and_max_ignore_the_order_of_tokens_and_the_others_do_not() -> None:
    states = random_states(3)
    mask = np.ones(states.shape[:2], bool)
    for name, pooling in POOLINGS.items():
        same = np.allclose(pooling.pool(states, mask), pooling.pool(states[:, ::-1], mask), 1e-4)
        assert same == (name in {"mean", "max"}), name


def test_weightedmean_of_two_tokens_by_hand() -> None:
    states = np.array([[[3.0, 0.0], [0.0, 3.0]]], dtype=np.float32)
    pooled = POOLINGS["weightedmean"].pool(states, np.ones((1, 2), bool))
    np.testing.assert_allclose(pooled, [[1.0, 2.0]])  # (1*3, 2*3) / (1 + 2)


@pytest.mark.parametrize("name", POOLINGS)
def test_join_equals_pooling_over_all_token_states_in_a_row(name: str) -> None:
    rng = np.random.default_rng(4)
    for window_lengths in ([[3]], [[4, 4, 1]], [[1], [2, 5], [7, 1, 1, 3], [2]]):
        windows = [
            [rng.standard_normal((n, DIM)).astype(np.float32) for n in text]
            for text in window_lengths
        ]
        flat = [window for text in windows for window in text]

        def pooled(pooling: str, flat: list[Floats] = flat) -> Floats:
            pool = POOLINGS[pooling].pool
            return np.concatenate([pool(w[None], np.ones((1, len(w)), bool)) for w in flat])

        starts = np.cumsum([0, *(len(text) for text in window_lengths)])[:-1]
        joined = POOLINGS[name].join(Windows(pooled, np.array([len(w) for w in flat]), starts))
        for row, text in zip(joined, windows, strict=True):
            whole = np.concatenate(text)
            expected = POOLINGS[name].pool(whole[None], np.ones((1, len(whole)), bool))[0]
            np.testing.assert_allclose(row, expected, atol=1e-5)


def test_normalised_gives_unit_vectors_with_their_lengths_and_leaves_zero_alone() -> None:
    units, lengths = normalised(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    np.testing.assert_allclose(units, [[0.6, 0.8], [0.0, 0.0]], atol=1e-7)
    np.testing.assert_allclose(lengths, [5.0, 0.0])
    assert units.dtype == lengths.dtype == np.float32
