"""A floor's curve: laws for all, and a case by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.calibration import calibrated

STRENGTHS = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=12)


def test_by_hand() -> None:
    found = calibrated([0.9, 0.8, 0.5], [0.6, 0.2], floor=0.4)
    assert found is not None
    assert found.area == pytest.approx(5 / 6)  # of six pairs only (0.5, 0.6) is the wrong way
    assert (found.in_use.answerable_declined, found.in_use.unanswerable_declined) == (0, 0.5)
    # Above 0.6: all unanswerable ones for a third of the others, better than half for nothing.
    assert found.best.floor == pytest.approx(0.6)
    assert found.best.floor > 0.6
    assert found.best.unanswerable_declined == 1
    assert found.best.answerable_declined == pytest.approx(1 / 3)


def test_one_kind_of_question_calibrates_nothing() -> None:
    assert calibrated([0.5], [], 0.4) is None
    assert calibrated([], [0.5], 0.4) is None


@given(STRENGTHS, STRENGTHS, st.floats(0, 1))
def test_laws(answerable: list[float], unanswerable: list[float], floor: float) -> None:
    found = calibrated(answerable, unanswerable, floor)
    mirrored = calibrated(unanswerable, answerable, floor)
    assert found is not None
    assert mirrored is not None
    assert found.area + mirrored.area == pytest.approx(1)
    for before, after in zip(found.curve, found.curve[1:], strict=False):
        assert before.floor < after.floor
        assert before.answerable_declined <= after.answerable_declined
        assert before.unanswerable_declined <= after.unanswerable_declined
    assert (found.curve[-1].answerable_declined, found.curve[-1].unanswerable_declined) == (1, 1)
    gain = found.best.unanswerable_declined - found.best.answerable_declined
    in_use = found.in_use.unanswerable_declined - found.in_use.answerable_declined
    assert gain >= in_use
