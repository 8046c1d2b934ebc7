"""Estimates, against rough counts of vocabularies of 128,000 to 150,000 entries."""

from __future__ import annotations

import pytest

from assistant.answering.token_estimate import TokenCalibration, estimate_tokens, fewest_tokens

# (text, about how many tokens the Llama 3 and Qwen 2 families make of it; not measured here)
COUNTED = [
    ("The quick brown fox jumps over the lazy dog.", 10),
    ("The register must be locked before the boot loader hands over control.", 13),
    ("0xFED1C000", 8),
    ("DDR4-3200", 6),
    ("EFI_NOT_READY", 4),
    ("该寄存器必须在内存启用之前写入。", 10),
    ("if (Status != EFI_SUCCESS) {\n  return Status;\n}\n", 16),
]


@pytest.mark.parametrize(("text", "counted"), COUNTED)
def test_usual_counts_lie_between_the_estimates(text: str, counted: int) -> None:
    assert fewest_tokens(text) <= counted <= estimate_tokens(text)


def test_estimates_add_up_over_lines() -> None:
    lines = ["The lock bit is set.", "| a | 0x10 |", "锁定位。"]
    whole = estimate_tokens("\n".join(lines))
    assert whole <= sum(estimate_tokens(line) + 1 for line in lines)


def test_nothing_counts_nothing() -> None:
    assert estimate_tokens("") == fewest_tokens("") == 0


def test_calibration_follows_the_highest_late_count() -> None:
    calibration = TokenCalibration()
    assert calibration.ratio == 1.0
    calibration.learn(1000, 800)
    assert calibration.ratio == pytest.approx(0.84)
    calibration.learn(1000, 3000)
    assert calibration.ratio == pytest.approx(3.15)
    for _ in range(4):
        calibration.learn(1000, 100)
    assert calibration.ratio == 0.6
