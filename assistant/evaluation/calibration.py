"""Strengths of evidence into how well a floor tells questions with an answer from those without.

A question is declined when its strength is below the floor. Over all floors that is a receiver
operating characteristic: the share of unanswerable questions that is declined against the share of
answerable ones that is (Fawcett 2006, section 4). The area under it is the chance that a random
answerable question has more strength than a random unanswerable one, ties counting half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.evaluation.records import Calibration, FloorPoint


def calibrated(
    answerable: Sequence[float], unanswerable: Sequence[float], floor: float
) -> Calibration | None:
    """None where one of the two kinds of questions is missing."""
    if not answerable or not unanswerable:
        return None
    found, not_found = np.array(answerable), np.array(unanswerable)

    def point(at: float) -> FloorPoint:
        return FloorPoint(at, float((found < at).mean()), float((not_found < at).mean()))

    differences = found[:, None] - not_found[None, :]
    area = float((differences > 0).mean() + 0.5 * (differences == 0).mean())
    # A floor is worth a look just above a strength that occurs; below all of them nothing changes.
    floors = [0.0, *np.nextafter(np.unique(np.concatenate([found, not_found])), 2.0).tolist()]
    curve = tuple(point(at) for at in floors)
    # Youden 1950: the most unanswerable ones declined beyond the answerable ones lost.
    best = max(curve, key=lambda p: (p.unanswerable_declined - p.answerable_declined, -p.floor))
    return Calibration(len(found), len(not_found), area, point(floor), best, curve)
