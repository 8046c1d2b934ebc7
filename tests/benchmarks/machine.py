"""What the figures were taken on, and a unit that makes them comparable to another machine's."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

_PACKAGES = ("numpy", "scipy", "onnxruntime", "tokenizers", "rank-bm25", "chromadb")


def machine() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "load": os.getloadavg(),
        "threads": {
            "encoder": os.cpu_count(),
            "blas": os.environ.get("OPENBLAS_NUM_THREADS", "default"),
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "unit_ms": unit_ms(),
    }


def unit_ms(n: int = 100_000, dimension: int = 384) -> float:
    """One float32 matrix-vector product of that size, in memory: the median of 30."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((n, dimension), dtype=np.float32)
    vectors = rng.standard_normal((33, dimension), dtype=np.float32)
    taken = []
    for vector in vectors:
        started = time.perf_counter()
        _ = matrix @ vector
        taken.append((time.perf_counter() - started) * 1000)
    return float(np.median(taken[3:]))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
