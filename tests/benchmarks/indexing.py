"""Where the seconds, the memory and the disk of an indexing run go, at several sizes.

python -m tests.benchmarks.indexing --help
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.paths import HOME_VARIABLE, Paths
from tests.benchmarks.folders import folder_of
from tests.benchmarks.indexing_report import lines
from tests.benchmarks.processes import CACHE, CORPUS, child, ran, say

CHILD = "tests.benchmarks.indexing_child"
REAL_EVERY = 50
"""For memory: the model encodes in one of so many calls, which is enough for its largest batch."""


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    bench = Bench(cache / "home-indexing", arguments.threads)
    report: dict[str, Any] = {
        "machine": child("tests.benchmarks.child", "machine"),
        "threads": arguments.threads or "all",
        "folders": {},
        "memory": {},
    }
    bench.export(cache)
    places = _places(arguments, cache)
    for name, docs in places.items():
        n = int(name) if name.isdigit() else 0
        is_real = n <= arguments.real_up_to
        report["folders"][name] = bench.figures(name, docs, arguments.repeats, is_real)
    for name, docs in _memory_places(arguments, cache, places).items():
        say(f"memory: {name}")
        report["memory"][name] = bench.memory(docs)
    print("\n".join(lines(report)))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


class Bench:
    """Runs on fresh indexes, with the settings that a user begins with."""

    def __init__(self, home: Path, threads: int) -> None:
        self._home = home
        settings = Paths.below(home).settings_file
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"[index]\nthreads = {threads}\n", "utf-8")

    def export(self, cache: Path) -> None:
        """The ONNX file is made with the first run of a user's life: not part of these."""
        docs = cache / "one-sentence"
        docs.mkdir(parents=True, exist_ok=True)
        (docs / "one.md").write_text("One sentence is enough.\n", "utf-8")
        command = [sys.executable, "-m", "assistant", "index", str(docs), "--quiet"]
        ran(command, {HOME_VARIABLE: str(self._home)}, says_json=False)

    def figures(self, name: str, docs: Path, repeats: int, is_real: bool) -> dict[str, Any]:
        kinds = {"seeded": ("--seeded",), **({"real": ()} if is_real else {})}
        runs: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        for number in range(repeats):
            for kind, options in kinds.items():
                say(f"{name}: indexing, {kind} vectors, {number + 1} of {repeats}")
                runs[kind].append(self._run(docs, *options))
        say(f"{name}: reading alone")
        return {
            "runs": {kind: _median(each) for kind, each in runs.items()},
            "reading_alone": child(CHILD, "read", *self._at(docs)),
        }

    def memory(self, docs: Path) -> dict[str, Any]:
        run = self._run(docs, "--seeded", "--real-every", str(REAL_EVERY))
        return {name: run[name] for name in ("sentences", "wall_s", "memory_mb", "disk_mb")}

    def _run(self, docs: Path, *options: str) -> dict[str, Any]:
        command = [sys.executable, "-m", CHILD, "index", *self._at(docs), *options]
        done = ran(command, watch_memory=True)
        disk = _disk(Path(done.said["index"]))
        return {**done.said, "memory_mb": done.memory_mb, "disk_mb": disk}

    def _at(self, docs: Path) -> tuple[str, ...]:
        return "--home", str(self._home), "--docs", str(docs)


def _median(runs: Sequence[Any]) -> Any:
    """Number by number; of what is no number the first."""
    first = runs[0]
    if isinstance(first, dict):
        return {name: _median([run[name] for run in runs if name in run]) for name in first}
    return statistics.median(runs) if isinstance(first, int | float) else first


def _disk(index: Path) -> dict[str, float]:
    """Megabytes by what they are for."""
    found: dict[str, float] = {}
    for file in index.rglob("*"):
        if file.is_file():
            top = file.relative_to(index).parts[0]
            kind = "token vectors" if ".tokens." in file.name else top.partition("-")[0]
            found[kind] = found.get(kind, 0.0) + file.stat().st_size / 1e6
    return {**{kind: mb for kind, mb in found.items() if mb >= 0.05}, "all": sum(found.values())}


def _places(arguments: argparse.Namespace, cache: Path) -> dict[str, Path]:
    source = arguments.folder.resolve()
    places = {}
    for size in arguments.sentences:
        say(f"{size:,} sentences: making the folder, or finding it")
        places[str(size)] = folder_of(size, source, cache / f"folder-{size}")
    return {**places, **({source.name: source} if arguments.whole else {})}


def _memory_places(
    arguments: argparse.Namespace, cache: Path, places: dict[str, Path]
) -> dict[str, Path]:
    if not arguments.memory:
        return {}
    largest = str(max(arguments.sentences))
    pages = (1, arguments.pdf_pages)
    pdfs = {f"a PDF of {n:,} page{'s' * (n > 1)}": _pdf(n, cache / f"pdf-{n}") for n in pages}
    return {f"{int(largest):,} sentences": places[largest], **pdfs}


def _pdf(n_pages: int, folder: Path) -> Path:
    from tests.documents.pdf_files import manual

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "manual.pdf"
    if not file.exists():
        file.write_bytes(manual(n_pages))
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--sentences", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N")
    add("--real-up-to", type=int, default=1_000, help="sizes that the model encodes too")
    add("--folder", type=Path, default=CORPUS, help="whose sentences are recombined")
    add("--whole", action="store_true", help="index that folder as it stands, too")
    add("--memory", action="store_true", help="peak memory of the largest size and of a long PDF")
    add("--pdf-pages", type=int, default=3_000, metavar="N")
    add("--threads", type=int, default=0, help="of the encoder; 0 takes all cores")
    add("--cache", type=Path, default=CACHE, help="where folders and the exported model are kept")
    add("--repeats", type=int, default=3, help="of every run; the figures are medians")
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
