"""Whole indexing jobs side by side: this program and others that use the same model.

Each of the others runs in a virtual environment of its own, made here, on the weights that came
with the program. They are given the sentences (and in the second setting the passages too) that
the program makes of the folder, ready cut; the program reads and cuts the files itself.

python -m tests.benchmarks.peers --help
"""

from __future__ import annotations

import argparse
import json
import shutil
import site
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.embedding.models import DEFAULT_MODEL, packaged_folder
from assistant.paths import HOME_VARIABLE, Paths
from tests.benchmarks.folders import folder_of
from tests.benchmarks.peers_report import OURS, lines
from tests.benchmarks.processes import CACHE, CORPUS, Ran, child, ran, say

PEERS: dict[str, tuple[str, ...]] = {
    "sentence-transformers + Chroma": (),
    "LlamaIndex": ("llama-index-core>=0.14", "llama-index-embeddings-huggingface>=0.6"),
    "Haystack": ("haystack-ai>=2.20", "sentence-transformers-haystack>=1"),
    "txtai": ("txtai>=9",),
}
"""Name -> what its environment needs beside torch, transformers, sentence-transformers, chromadb:
those it shares with the environment that this runs in, so that every one has the same."""
SETTINGS = ("sentences", "sentences and passages")
_JOB = Path(__file__).with_name("peer_job.py")


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    docs = arguments.folder.resolve()
    if arguments.sentences:
        docs = folder_of(arguments.sentences, docs, cache / f"folder-{arguments.sentences}")
    report: dict[str, Any] = {
        "machine": child("tests.benchmarks.child", "machine"),
        "threads": arguments.threads or "all",
        "versions": {},
        "missing": {},
    }
    pythons = {}
    for name in arguments.peers:
        say(f"{name}: making its environment, or finding it")
        try:
            pythons[name] = _environment_of(name, cache / "environments")
            report["versions"][name] = _versions(pythons[name], PEERS[name])
        except subprocess.CalledProcessError as error:
            report["missing"][name] = (error.stderr or error.stdout or str(error)).strip()[-500:]
    bench = Bench(docs, cache / "peers", arguments.threads)
    report["texts"] = bench.make_texts()
    report["runs"] = bench.runs(pythons, arguments.repeats)
    print("\n".join(lines(report)))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


class Bench:
    def __init__(self, docs: Path, place: Path, threads: int) -> None:
        self._docs = docs
        self._place = place
        self._threads = threads
        self._home = place / "home"
        settings = Paths.below(self._home).settings_file
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"[index]\nthreads = {threads}\n", "utf-8")

    def make_texts(self) -> dict[str, int]:
        """What the program makes of the folder, to files; how many of each."""
        say("the program's own sentences and passages; its model is exported where it was not")
        self._index(self._docs)
        home = ("--home", str(self._home), "--docs", str(self._docs))
        said = child("tests.benchmarks.peers_child", *home, "--to", str(self._place))
        counts: dict[str, int] = said
        return counts

    def runs(self, pythons: dict[str, Path], repeats: int) -> dict[str, Any]:
        """Setting -> name -> what each of its runs took; the names take turns."""
        taken: dict[str, dict[str, list[Ran]]] = {setting: {} for setting in SETTINGS}
        ours: list[Ran] = []
        starts: list[Ran] = []
        for number in range(repeats):
            say(f"{OURS}, {number + 1} of {repeats}")
            ours.append(self._index(self._docs))
            starts.append(self._index(self._one_sentence()))
            for setting in SETTINGS:
                for name, python in pythons.items():
                    say(f"{name}, {setting}, {number + 1} of {repeats}")
                    taken[setting].setdefault(name, []).append(self._peer(name, python, setting))
        start_s = statistics.median(run.wall_s for run in starts)
        for run in ours:
            run.said = {"spent_s": {"start": start_s, "job": run.wall_s - start_s}}
        return {
            setting: {
                name: [run.record() for run in runs] for name, runs in {OURS: ours, **each}.items()
            }
            for setting, each in taken.items()
        }

    def _index(self, docs: Path) -> Ran:
        shutil.rmtree(Paths.below(self._home).data, ignore_errors=True)
        command = [sys.executable, "-m", "assistant", "index", str(docs), "--quiet"]
        home = {HOME_VARIABLE: str(self._home)}
        return ran(command, home, says_json=False, watch_memory=True)

    def _peer(self, name: str, python: Path, setting: str) -> Ran:
        store = self._place / "store"
        shutil.rmtree(store, ignore_errors=True)
        texts = self._place / f"{setting}.json"
        where = ("--texts", str(texts), "--store", str(store))
        model = ("--model", str(packaged_folder(DEFAULT_MODEL)))
        command = [str(python), str(_JOB), name, *where, *model, "--threads", str(self._threads)]
        # As these libraries run when nothing is set; only that they ask no network.
        return ran(command, {"HF_HUB_OFFLINE": "1"}, watch_memory=True, is_ours=False)

    def _one_sentence(self) -> Path:
        docs = self._place / "one-sentence"
        docs.mkdir(parents=True, exist_ok=True)
        (docs / "one.md").write_text("One sentence is enough.\n", "utf-8")
        return docs


def _environment_of(name: str, place: Path) -> Path:
    """The peer's Python. Raises: CalledProcessError where it cannot be installed."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    folder = place / slug
    python = folder / "bin" / "python"
    mark = folder / "made.json"
    # Without the pin pip may put gigabytes of CUDA libraries in place of a CPU build.
    wanted = [f"torch=={version('torch')}", *PEERS[name]]
    if mark.is_file() and json.loads(mark.read_text("utf-8")) == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _done([sys.executable, "-m", "venv", str(folder)])
    purelib = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    own = Path(_done([str(python), "-c", purelib]).strip())
    # Behind its own packages: what it wants otherwise is installed beside and comes first.
    (own / "shared.pth").write_text("\n".join(site.getsitepackages()) + "\n", "utf-8")
    _done([str(python), "-m", "pip", "install", "--quiet", *wanted])
    mark.write_text(json.dumps(wanted), "utf-8")
    return python


def _versions(python: Path, packages: Sequence[str]) -> dict[str, str]:
    shared = ("torch", "transformers", "sentence-transformers", "chromadb")
    names = [package.partition(">")[0] for package in packages] + list(shared)
    script = (
        "import json, sys; from importlib.metadata import version;"
        " print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    found: dict[str, str] = json.loads(_done([str(python), "-c", script, *names]))
    return found


def _done(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=CORPUS)
    add("--sentences", type=int, default=0, help="recombine the folder's to so many")
    add("--peers", nargs="+", choices=tuple(PEERS), default=tuple(PEERS))
    add("--threads", type=int, default=0, help="of every encoder; 0 takes each one's default")
    add("--cache", type=Path, default=CACHE, help="where environments and stores are kept")
    add("--repeats", type=int, default=3, help="of every job; they take turns")
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
