"""Kill the program at random moments of indexing and look at what is left.

    python -m tests.indexing.kill_trials --kills 200 [--chroma] [--seed N]

After every kill the index is verified end to end as it lies there, then the folder is changed and
indexed on. Vectors of texts that are gone may still wait to be wiped; anything else is a fault.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from assistant.indexing.database import opened
from assistant.indexing.verifying import Finding, verify
from assistant.paths import Paths
from assistant.settings import ChromaSettings, Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

WORDS = ("memory", "training", "register", "bridge", "firmware", "channel", "timing", "vector")
N_FILES = 40
_CHILD = """
import sys
from pathlib import Path
from assistant.indexing import indexer
from tests.indexing.kill_trials import workspace_of
indexer.COMMIT_SENTENCES = 60
workspace = workspace_of(Path(sys.argv[1]), sys.argv[2] == "True")
print("ready", flush=True)
for event in workspace.index():
    pass
"""

_LIMITED = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
"""


def workspace_of(root: Path, chroma: bool) -> Workspace:
    settings = Settings(chroma=ChromaSettings(enabled=chroma))
    return Workspace(settings, Paths.below(root / "home"), root / "docs", HashingEncoder.load)


class Trials:
    """A folder that changes, a program that is killed at it, and what was found broken."""

    def __init__(self, root: Path, seed: int, chroma: bool = False) -> None:
        self.root = root
        self.chroma = chroma
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []
        self._random = random.Random(seed)
        self._longest_s = 1.0
        (root / "docs").mkdir(parents=True)
        for i in range(N_FILES):
            self._write(f"{i}.md")

    def run(self) -> None:
        """One run that is killed at a random moment, or ends before that."""
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(self.root), str(self.chroma)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()  # past the imports: there is nothing to kill in them
        started = time.monotonic()
        try:
            child.wait(self._random.uniform(0, 1.1 * self._longest_s))
            self._longest_s = time.monotonic() - started
            self.outcomes["ended"] += 1
            if child.returncode:
                self.faults.append(child.stderr.read().decode()[-500:])
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.outcomes["killed"] += 1
        child.stdout.close()
        child.stderr.close()
        self._look()

    def _look(self) -> None:
        self.faults.extend(f.detail for f in self.findings() if not f.ok and not _is_waiting(f))

    def run_on_a_full_disk(self, bytes_left: int) -> str:
        """One run in which no file may grow beyond the bytes given; how it ended."""
        child = subprocess.run(
            [sys.executable, "-c", _LIMITED.format(bytes_left) + _CHILD, str(self.root), "False"],
            capture_output=True,
            text=True,
            check=False,
        )
        self._look()
        return child.stderr

    def settle(self) -> list[Finding]:
        """An undisturbed run; everything that is still wrong after it."""
        documents = 0
        workspace = workspace_of(self.root, self.chroma)
        for event in workspace.index():
            documents = getattr(getattr(event, "report", None), "documents", documents)
        n_files = len(list((self.root / "docs").iterdir()))
        if documents != n_files:
            self.faults.append(f"{documents} documents of {n_files} files")
        if self.chroma and not workspace._index.mirror.is_current(workspace.snapshot()):
            self.faults.append("the vector database is not current")
        return [finding for finding in self.findings() if not finding.ok]

    def findings(self) -> list[Finding]:
        workspace = workspace_of(self.root, self.chroma)
        file = workspace.index_path / "catalogue.db"
        if not file.exists():
            return []
        with opened(file) as database:
            if not database.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone():
                return []  # killed before the first commit: the file is there, and empty
            return list(verify(database, workspace.index_path, workspace.model.dimension))

    def change_folder(self) -> None:
        names = sorted(file.name for file in (self.root / "docs").iterdir())
        for name in self._random.sample(names, min(len(names), 6)):
            file = self.root / "docs" / name
            what = self._random.choice(("edit", "remove", "rename", "new"))
            if what == "remove":
                file.unlink()
            elif what == "rename":
                file.rename(file.with_name(f"{self._random.randrange(10**6)}.md"))
            else:
                self._write(name if what == "edit" else f"{self._random.randrange(10**6)}.md")

    def _write(self, name: str) -> None:
        sentences = [
            " ".join(self._random.choices(WORDS, k=6)).capitalize() + "." for _ in range(12)
        ]
        text = f"# {name}\n\n" + " ".join(sentences) + "\n"
        (self.root / "docs" / name).write_text(text, "utf-8")


def _is_waiting(finding: Finding) -> bool:
    return finding.name == "index rows" and finding.detail.startswith("0 documents")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chroma", action="store_true")
    arguments = parser.parse_args()
    root = Path(tempfile.mkdtemp())
    try:
        trials = Trials(root, arguments.seed, arguments.chroma)
        while trials.outcomes["killed"] < arguments.kills:
            trials.run()
            trials.change_folder()
        left = trials.settle()
    finally:
        shutil.rmtree(root)
    print(dict(trials.outcomes))
    print(f"faults right after a kill: {trials.faults}")
    print(f"faults after the last run: {[finding.detail for finding in left]}")
    return 1 if trials.faults or left else 0


if __name__ == "__main__":
    sys.exit(main())
