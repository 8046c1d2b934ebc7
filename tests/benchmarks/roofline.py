"""What this machine's cores can multiply, and how much of that an encoder's texts need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SIZE = 1024


def product_rates() -> dict[str, float]:
    """GFLOP (int8: GOP) per CPU second and core of a square product, the best of some.

    In float32 also the best of three libraries: on an AMD core torch's (MKL) reached 107 where
    onnxruntime's reached 242, and a roof that a program goes through is none.
    """
    import numpy as np
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    ones = torch.rand(SIZE, SIZE)
    plain = np.ascontiguousarray(ones.numpy())
    halves = ones.bfloat16()
    small = torch.randint(-127, 127, (SIZE, SIZE), dtype=torch.int8)
    rates = {
        "float32": max(map(_rate, (lambda: ones @ ones, lambda: plain @ plain, _onnx_product()))),
        "bfloat16": _rate(lambda: halves @ halves),
        "int8": _rate(lambda: torch._int_mm(small, small)),
    }
    torch.set_num_threads(threads)
    return rates


def _onnx_product() -> Callable[[], Any]:
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    shape = [SIZE, SIZE]
    weights = numpy_helper.from_array(np.random.rand(*shape).astype(np.float32), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["texts", "weights"], ["out"])],
        "product",
        [helper.make_tensor_value_info("texts", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    texts = np.random.rand(*shape).astype(np.float32)
    return lambda: session.run(None, {"texts": texts})


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
