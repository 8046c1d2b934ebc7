"""Text into the number of tokens a chat model will make of it, without its tokenizer.

The estimate is meant to be too high rather than too low: a prompt that is too long loses its
beginning on the server without a word. What the server counted afterwards corrects it.
"""

from __future__ import annotations

import re
from collections import deque
from math import ceil

_RUNS = re.compile(
    r"(?P<word>[A-Z]?[a-z]+)|(?P<capitals>[A-Z]+)|(?P<digits>[0-9]+)"
    r"|(?P<cjk>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)"
    r"|(?P<letters>[^\W\d_a-zA-Z]+)"
    r"|(?P<line>\n+)|(?P<space>\s+)|(?P<mark>([!-/:-@\[-`{-~])\9*)|(?P<other>.)",
    re.DOTALL,
)
# Tokens per character of a run, (high, low). High: vocabularies of 32,000 entries, which split
# digits one by one and know few ideographs. Low: vocabularies of 150,000 and more.
_RATES = {
    "word": (0.25, 0.14),
    "capitals": (0.5, 0.2),
    "digits": (1.0, 0.33),
    "cjk": (1.3, 0.4),
    "letters": (0.7, 0.15),
    "line": (0.5, 0.0),
    "space": (0.2, 0.0),
    "mark": (0.35, 0.05),
    "other": (1.5, 0.2),
}
# A run is at least one token, except a single space, which belongs to the word after it.
_LEAST = {"word": 1.0, "capitals": 1.0, "digits": 1.0, "mark": 1.0, "line": 1.0}

MIN_RATIO, MAX_RATIO = 0.6, 8.0


def estimate_tokens(text: str) -> int:
    """The most tokens that a usual vocabulary makes of the text."""
    return ceil(
        sum(
            max(_LEAST.get(kind, 0.0), _RATES[kind][0] * n_characters)
            for kind, n_characters in _runs(text)
        )
    )


def fewest_tokens(text: str) -> int:
    """The fewest tokens that a large vocabulary makes of the text."""
    return int(sum(_RATES[kind][1] * n_characters for kind, n_characters in _runs(text)))


def _runs(text: str) -> list[tuple[str, int]]:
    return [
        (run.lastgroup or "other", run.end() - run.start())
        for run in _RUNS.finditer(text)
        if run.group() != " "
    ]


class TokenCalibration:
    """What one model's counts say about our estimates of its prompts."""

    def __init__(self) -> None:
        self._ratios: deque[float] = deque(maxlen=4)

    @property
    def ratio(self) -> float:
        """Real tokens per estimated token: the highest of late, and 5 % for safety."""
        if not self._ratios:
            return 1.0
        return min(MAX_RATIO, max(MIN_RATIO, 1.05 * max(self._ratios)))

    def learn(self, estimated: int, counted: int) -> None:
        if estimated > 0 and counted > 0:
            self._ratios.append(counted / estimated)
