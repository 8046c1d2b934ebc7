"""Time, memory and disk of a question at many sentences: python -m tests.benchmarks.query --help"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.folders import Folders
from assistant.paths import HOME_VARIABLE, Paths
from tests.benchmarks.processes import CACHE, CORPUS, child, ran, say, summary
from tests.benchmarks.report import lines

CHILD = "tests.benchmarks.child"
FIRST_MODES = ("bm25", "hybrid", "late")
QUESTION = "How is the memory controller trained after a warm reset?"


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    # This process stays small: on Linux a child's peak counts what its parent had in memory.
    report: dict[str, Any] = {"machine": child(CHILD, "machine"), "sizes": {}}
    for size in arguments.sentences:
        say(f"{size:,} sentences: making the index, or finding it")
        bench = Bench(cache, size, arguments.questions)
        bench.make(arguments.folder.resolve(), arguments.token_vectors_gb)
        if arguments.profile:
            for what in arguments.profile:
                print(bench.child("profile", "--value", what)["profile"])
            continue
        report["sizes"][str(size)] = bench.figures(arguments.repeats)
    if not arguments.profile:
        print("\n".join(lines(report)))
        if arguments.json:
            arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


class Bench:
    """One made index and the processes that are measured on it."""

    def __init__(self, cache: Path, size: int, questions: Path) -> None:
        self.home = cache / "home"
        self.docs = cache / f"docs-{size}"
        self._size = size
        self._questions = questions

    def make(self, folder: Path, token_vectors_gb: float) -> None:
        settings = Paths.below(self.home).settings_file
        settings.parent.mkdir(parents=True, exist_ok=True)
        # Chroma is a mirror that exact search does without; filling it takes minutes.
        settings.write_text(
            f"[index]\ntoken_vectors_gb = {token_vectors_gb}\n[chroma]\nenabled = false\n", "utf-8"
        )
        recipe = {
            "sentences": self._size,
            "folder": str(folder),
            "token_vectors_gb": token_vectors_gb,
        }
        self.child("make", "--value", json.dumps(recipe))

    def figures(self, repeats: int) -> dict[str, Any]:
        say("measuring questions in one process")
        measured = self.child("measure")
        memory = {"all modes and compare, peak": measured["peak_rss_mb"]}
        memory["all modes and compare, own at the end"] = measured["own_rss_mb"]
        for mode in FIRST_MODES:
            say(f"measuring first answers in {mode}")
            runs = [self._first(mode) for _ in range(repeats)]
            measured["ms"][f"first answer in {mode}"] = summary([ms for ms, _ in runs])
            memory[f"one answer in {mode}, peak"] = max(found for _, found in runs)
        for name, extra in (("one-shot search", ()), ("one-shot, --no-index", ("--no-index",))):
            say(f"measuring {name}")
            measured["ms"][name] = summary([self._one_shot(extra) for _ in range(repeats)])
        return {**measured, "memory_mb": memory, "disk_mb": self._disk()}

    def _first(self, mode: str) -> tuple[float, float]:
        started = time.time()
        said = self.child("first", "--value", mode, "--question", QUESTION)
        return (said["answered_at"] - started) * 1000, said["peak_rss_mb"]

    def _one_shot(self, extra: Sequence[str]) -> float:
        command = [sys.executable, "-m", "assistant", "search", QUESTION, "--docs", str(self.docs)]
        home = {HOME_VARIABLE: str(self.home)}
        return ran([*command, *extra], home, says_json=False).wall_s * 1000

    def child(self, act: str, *options: str) -> dict[str, Any]:
        places = ("--home", str(self.home), "--docs", str(self.docs))
        return child(CHILD, act, *places, "--questions", str(self._questions), *options)

    def _disk(self) -> dict[str, float]:
        indexes = Paths.below(self.home).indexes_of(Folders.of(self.docs))
        found: dict[str, float] = {}
        for file in sorted(indexes.rglob("*")):
            if file.is_file():
                kind = _kind(file)
                found[kind] = found.get(kind, 0.0) + file.stat().st_size / 1e6
        return {**found, "disk, whole": sum(found.values())}


def _kind(file: Path) -> str:
    if file.parent.name != "vectors":
        return f"disk, {file.name.partition('-')[0].partition('.')[0]}"
    grain, what = file.name.split(".")[:2]
    return f"disk, {grain} {what if what in ('tokens', 'norms') else 'vectors'}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--sentences", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    add("--folder", type=Path, default=CORPUS, help="whose sentences are recombined")
    add("--questions", type=Path, default=CORPUS / "questions.jsonl")
    add("--cache", type=Path, default=CACHE, help="where indexes are kept")
    add("--token-vectors-gb", type=float, default=4.0, help="as the setting of that name")
    add("--repeats", type=int, default=7, help="of everything in a fresh process")
    add("--json", type=Path, help="write all figures there")
    add("--profile", nargs="+", metavar="MODE", help="print profiles of modes, or of compare")
    return parser


if __name__ == "__main__":
    main()
