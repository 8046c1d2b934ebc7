"""Work that several threads share."""

from __future__ import annotations

import threading

import pytest

from assistant.embedding.in_threads import for_each


@pytest.mark.parametrize("n", [0, 1, 2, 7, 500])
def test_every_piece_is_worked_on_once(n: int) -> None:
    done: list[int] = []
    for_each(range(n), done.append)
    assert sorted(done) == list(range(n))


@pytest.mark.parametrize("bad", [0, 40, 99])
def test_what_a_piece_raises_reaches_the_caller(bad: int) -> None:
    def work(piece: int) -> None:
        if piece == bad:
            raise ValueError(piece)

    with pytest.raises(ValueError, match=str(bad)):
        for_each(range(100), work)


def test_a_piece_that_waits_for_more_pieces_does_not_wait_for_ever() -> None:
    done: list[tuple[int, int]] = []

    def outer(a: int) -> None:
        for_each(range(20), lambda b: done.append((a, b)))

    caller = threading.Thread(target=for_each, args=(range(20), outer), daemon=True)
    caller.start()
    caller.join(10)
    assert not caller.is_alive()
    assert len(done) == 400
