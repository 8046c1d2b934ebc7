"""Command lines run in process with an encoder that needs no model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.__main__ import main
from assistant.paths import Paths
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

DOCUMENTS = {
    "memory.md": """# Memory

## Training

DDR4 memory is initialised by the memory reference code.
Write leveling aligns DQS with CK at each DRAM.
The training result is stored in flash.

## Registers

| Register | Access |
|---|---|
| PCI[3:0] | [RO] |
""",
    "smm.md": """# System management mode

The SMRAM lock bit D_LCK is set before the first option ROM runs.
After that only a reset clears it.
""",
    "zh/memory.md": """# 内存初始化

固件在启动早期初始化DDR4内存。
训练结果保存在闪存中。
""",
}


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout; fails where there is anything else."""
        assert self.out.endswith("\n")
        return json.loads(self.out)


Cli = Callable[..., Outcome]


def write_documents(folder: Path) -> Path:
    for name, text in DOCUMENTS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def run(*argv: str) -> Outcome:
        code = main(argv, HashingEncoder.load)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def docs(tmp_path: Path, home_with_model: Path) -> Path:
    """A folder of documents that is not indexed yet."""
    return write_documents(tmp_path / "docs")


@pytest.fixture(scope="session")
def _indexed_once(shared_folder: Path, model_cache: Path) -> tuple[Path, Path]:
    home, folder = shared_folder / "cli-home", shared_folder / "cli-docs"
    with FileLock(shared_folder / "cli-home.lock"):
        if not home.exists():
            (home / "cache").mkdir(parents=True)
            (home / "cache" / "models").symlink_to(model_cache)
            write_documents(folder)
            paths = Paths.below(home)
            list(Workspace(Settings(), paths, folder, HashingEncoder.load).index())
    return home, folder


@pytest.fixture
def indexed(_indexed_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> str:
    """The documents, indexed once for the session. Tests only read them."""
    home, folder = _indexed_once
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    return str(folder)
