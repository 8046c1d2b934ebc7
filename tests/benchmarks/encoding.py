"""Encoding beside sentence-transformers' own loop: python -m tests.benchmarks.encoding --help"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding.encoder import Encoder, load_encoder
from assistant.embedding.models import ModelInfo
from assistant.paths import Paths
from assistant.settings import load_settings
from assistant.workspace import Workspace
from tests.benchmarks.machine import machine
from tests.benchmarks.report import table
from tests.benchmarks.roofline import flops_of_texts, product_rates
from tests.benchmarks.texts import sentences_of

REPOSITORY = Path(__file__).parents[2]
N_QUESTIONS = 60
TOP = 10
REFERENCE = "sentence-transformers"


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    encode: Callable[[Sequence[str]], Any]


def main() -> None:
    arguments = _parser().parse_args()
    model = _model(arguments.home)
    texts = sentences_of(arguments.folder.resolve(), arguments.texts)
    report: dict[str, Any] = {"machine": machine(), "texts": len(texts), "threads": {}}
    report["products_gflops"] = product_rates()
    for threads in arguments.threads:
        _say(f"{threads} threads: {len(texts):,} texts, {arguments.rounds} rounds")
        report["threads"][threads] = _measured(model, arguments.home, texts, threads, arguments)
    report["agreement"] = _agreement(model, arguments.home, texts)
    _say("a question while every core is busy")
    report["busy"] = _busy(model, arguments.home, max(arguments.threads))
    print("\n".join(_lines(report)))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


def _model(home: Path) -> ModelInfo:
    paths = Paths.below(home)
    return Workspace(load_settings(paths.settings_file), paths, REPOSITORY / "docs_corpus").model


def _ours(model: ModelInfo, home: Path, threads: int) -> Encoder:
    load_encoder(model, Paths.below(home).models, threads)  # makes the export, the first time
    return load_encoder(model, Paths.below(home).models, threads)


def _reference(model: ModelInfo, threads: int) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    return SentenceTransformer(str(model.folder), device="cpu")


def _measured(
    model: ModelInfo, home: Path, texts: list[str], threads: int, arguments: argparse.Namespace
) -> dict[str, Any]:
    reference = _reference(model, threads)
    ours = _ours(model, home, threads)
    routes = (
        Route(REFERENCE, lambda t: reference.encode(list(t), batch_size=32)),
        Route("assistant, one vector", lambda t: ours.pool(t, "document")),
        Route("assistant, all that is stored", lambda t: ours.encode(t, "document")),
    )
    for route in routes:
        route.encode(texts[:64])
    taken: dict[str, list[tuple[float, float]]] = {route.name: [] for route in routes}
    for _ in range(arguments.rounds):
        for route in routes:
            taken[route.name].append(_timed(route, texts))
    work = flops_of_texts(reference, texts)
    return {name: _figures(runs, len(texts), work) for name, runs in taken.items()}


def _timed(route: Route, texts: list[str]) -> tuple[float, float]:
    wall, used = time.perf_counter(), time.process_time()
    route.encode(texts)
    return time.perf_counter() - wall, time.process_time() - used


def _figures(runs: list[tuple[float, float]], n: int, work: float) -> dict[str, float]:
    wall_s = statistics.median(wall for wall, _ in runs)
    used_s = statistics.median(used for _, used in runs)
    return {
        "texts_per_s": n / wall_s,
        "texts_per_cpu_s": n / used_s,
        "gflops_per_cpu_s": work / used_s / 1e9,
        "wall_s": wall_s,
    }


def _agreement(model: ModelInfo, home: Path, texts: list[str]) -> dict[str, float]:
    reference = _reference(model, 1).encode(texts, batch_size=32, normalize_embeddings=True)
    vectors = _ours(model, home, 1).pool(texts, "document").vectors[model.trained_pooling]
    asked = range(0, len(texts), max(1, len(texts) // N_QUESTIONS))
    shared = [len(_best(reference, reference[i]) & _best(vectors, vectors[i])) / TOP for i in asked]
    return {
        "worst_cosine": float((reference * vectors).sum(axis=1).min()),
        "overlap_at_10": statistics.mean(shared),
    }


def _best(matrix: Any, question: Any) -> set[int]:
    return set(np.argsort(-(matrix @ question), kind="stable")[:TOP].tolist())


def _busy(model: ModelInfo, home: Path, threads: int) -> dict[str, float]:
    """Milliseconds of a question, alone and beside one busy process per core."""
    encoder = _ours(model, home, threads)
    idle = _question_ms(encoder)
    with _every_core_busy():
        busy = _question_ms(encoder)
    return {"idle_ms": idle, "busy_ms": busy, "ratio": busy / idle}


def _question_ms(encoder: Encoder) -> float:
    taken = []
    for i in range(60):
        started = time.perf_counter()
        encoder.pool([f"How is the memory controller {i} trained after a warm reset?"], "query")
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[5:])


@contextmanager
def _every_core_busy() -> Iterator[None]:
    import os

    spin = "import numpy\na = numpy.random.rand(500, 500)\nwhile True: a @ a"
    single = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    busy = [
        subprocess.Popen([sys.executable, "-c", spin], env=single)
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        time.sleep(2)  # until they multiply
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _lines(report: dict[str, Any]) -> Iterator[str]:
    rates = report["products_gflops"]
    said = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
    yield f"one core multiplies matrices at, GFLOP/s: {said}"
    for threads, routes in report["threads"].items():
        yield f"\n{report['texts']:,} texts, threads: {threads}"
        head = ("", "texts/s", "ratio", "texts/CPU s", "ratio", "GFLOP/CPU s", "of float32")
        yield from table([head, *_rows(routes, rates["float32"])])
    agreement, busy = report["agreement"], report["busy"]
    yield f"\nagainst {REFERENCE}: worst cosine {agreement['worst_cosine']:.6f}, overlap of the"
    yield f"ten nearest {agreement['overlap_at_10']:.3f}"
    yield f"a question: {busy['idle_ms']:.1f} ms alone, {busy['busy_ms']:.1f} ms with every core"
    yield f"busy: {busy['ratio']:.1f} times"


def _rows(routes: dict[str, dict[str, float]], peak: float) -> Iterator[tuple[str, ...]]:
    base = routes[REFERENCE]
    for name, figures in routes.items():
        yield (
            name,
            f"{figures['texts_per_s']:.0f}",
            f"{figures['texts_per_s'] / base['texts_per_s']:.2f}",
            f"{figures['texts_per_cpu_s']:.0f}",
            f"{figures['texts_per_cpu_s'] / base['texts_per_cpu_s']:.2f}",
            f"{figures['gflops_per_cpu_s']:.0f}",
            f"{figures['gflops_per_cpu_s'] / peak:.0%}",
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=REPOSITORY / "docs_corpus", help="whose sentences to encode")
    add("--texts", type=int, default=1000, metavar="N")
    add("--threads", type=int, nargs="+", default=[1, 4], metavar="N")
    add("--rounds", type=int, default=3)
    add("--home", type=Path, default=Path("/tmp/assistant-bench/home"))
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
