"""What this machine's cores can multiply, and how much of that an encoder's texts need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SIZE = 1024


def product_rates() -> dict[str, float]:
    """GFLOP (int8: GOP) per CPU second and core of a square product, the best of some."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    ones = torch.rand(SIZE, SIZE)
    halves = ones.bfloat16()
    small = torch.randint(-127, 127, (SIZE, SIZE), dtype=torch.int8)
    rates = {
        "float32": _rate(lambda: ones @ ones),
        "bfloat16": _rate(lambda: halves @ halves),
        "int8": _rate(lambda: torch._int_mm(small, small)),
    }
    torch.set_num_threads(threads)
    return rates


def _rate(multiply: Callable[[], Any]) -> float:
    multiply()
    best = 0.0
    for _ in range(12):
        started = time.process_time()
        multiply()
        best = max(best, 2 * SIZE**3 / (time.process_time() - started) / 1e9)
    return best


def flops_of_texts(model: Any, texts: list[str]) -> float:
    """Of one pass over the texts without any padding: products of weights and of attention.

    Two per weight of every matrix and token; per layer four times the length squared times the
    width for the scores and for the weighted sum of the values.
    """
    config = model[0].auto_model.config
    weights = sum(
        parameter.numel()
        for name, parameter in model[0].auto_model.named_parameters()
        if parameter.dim() == 2 and "embeddings" not in name and "pooler" not in name
    )
    lengths = [min(len(ids), model.max_seq_length) for ids in model.tokenizer(texts)["input_ids"]]
    per_layer = 4 * config.hidden_size * config.num_hidden_layers
    return float(sum(2 * weights * n + per_layer * n * n for n in lengths))
