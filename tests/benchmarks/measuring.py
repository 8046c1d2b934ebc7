"""One process that asks many questions of one index: its times, its memory, or its profile."""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import resource
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.workspace import MODES, Workspace

N_WARMING = 3
Summary = dict[str, float]


def english_questions(file: Path) -> list[str]:
    """Those that the packaged model can read: on others the vectors' arms have no weight."""
    entries = (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    return [entry["question"] for entry in entries if entry.get("language", "en") == "en"]


def measure(workspace: Workspace, questions: list[str]) -> dict[str, Any]:
    """Milliseconds by what was done, and what the process held at the end."""
    encoder = workspace.encoder()
    for question in questions[:N_WARMING]:
        encoder.pool([question], "query")
    times = {"encode": _summary(_each(questions, lambda q: encoder.pool([q], "query")))}
    firsts: dict[str, float] = {}
    for mode in MODES:
        every = _each(questions, partial(workspace.retrieve, mode=mode))
        firsts[mode] = every[0]
        times[mode] = _summary(every[N_WARMING:])
    times["sentence, encoded before"] = _summary(_each_after_encoding(workspace, questions))
    times["snapshot check"] = _summary(_each(questions, lambda _: workspace.snapshot()))
    compared, evidence, pools = [], [], []
    for question in questions:
        trace = workspace.retrieve(question, "late")
        started = time.perf_counter()
        comparison = workspace.compare(trace).comparison
        compared.append(_ms_since(started))
        assert comparison is not None  # what compare is for
        pools.append(comparison.maxsim_pool)
        started = time.perf_counter()
        workspace.evidence(trace)
        evidence.append(_ms_since(started))
    firsts["compare"] = compared[0]
    times["compare"] = _summary(compared[N_WARMING:])
    times["evidence"] = _summary(evidence)
    return {
        "ms": times,
        "first_ms": firsts,
        "questions": len(questions),
        "maxsim_pool": float(np.median(pools)),
        **memory(),
    }


def memory() -> dict[str, float]:
    """Megabytes: the peak, and what of it was the process's own rather than mapped files."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.is_file() else []
    now = {key: int(rest.split()[0]) / 1024 for key, rest in _fields(lines) if "kB" in rest}
    return {
        "peak_rss_mb": min(peak, now.get("VmHWM", peak)),
        "own_rss_mb": now.get("RssAnon", 0.0),
        "mapped_rss_mb": now.get("RssFile", 0.0),
    }


def profile(workspace: Workspace, questions: list[str], what: str, n_lines: int = 30) -> str:
    """Where the time of a mode, or of compare, goes; everything warm."""
    workspace.compare(workspace.retrieve(questions[0], "late"))
    profiler = cProfile.Profile()
    for question in questions[1:]:
        if what == "compare":
            trace = workspace.retrieve(question, "late")
            profiler.runcall(workspace.compare, trace)
        else:
            profiler.runcall(workspace.retrieve, question, what)
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).strip_dirs()
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(n_lines)
    return f"{what}, {len(questions) - 1} questions\n{out.getvalue()}"


def _each(questions: Iterable[str], act: Callable[[str], object]) -> list[float]:
    taken = []
    for question in questions:
        started = time.perf_counter()
        act(question)
        taken.append(_ms_since(started))
    return taken


def _each_after_encoding(workspace: Workspace, questions: Iterable[str]) -> list[float]:
    """The mode `sentence` without the encoding, which has a row and a target of its own."""
    compared = [list(workspace.side_by_side(question))[-1] for question in questions]
    traces = (trace for found in compared for trace in found.traces if trace.mode == "sentence")
    return [trace.timings["total"] * 1000 for trace in traces]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _summary(ms: list[float]) -> Summary:
    return {"median": float(np.median(ms)), "p95": float(np.percentile(ms, 95)), "n": len(ms)}


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    return [(key, rest) for key, _, rest in (line.partition(":") for line in lines)]
