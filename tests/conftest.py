"""Every test in a home and an environment of its own, without a network."""

from __future__ import annotations

import gc
import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.embedding.models import DEFAULT_MODEL, resolve_model
from assistant.indexing import indexer
from tests.fakes import IdleReaders

_CLOSED_PORT = "127.0.0.1:1"
"""tcpmux: nothing listens there, so that no test meets the developer's own Ollama."""
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TERM", "TZ")
_KEPT_PREFIXES = (
    "PYTEST_",
    "TEXTUAL_SNAPSHOT",
    "PYTHON",
    "COVERAGE_",
    "COV_CORE_",
    "ASSISTANT_TEST_",
)
MODELS_VARIABLE = "ASSISTANT_TEST_MODELS"
"""A folder for checked models that outlives the session: spares developers the ONNX export."""


_COLLECTOR_THRESHOLDS = (50_000, 20, 100)
"""Of new objects; the usual ones had the collector take two fifths of the screens' tests."""


def pytest_configure() -> None:
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


def pytest_collection_finish() -> None:
    """What is imported until now is no garbage, and need not be walked over in every test."""
    gc.freeze()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    # Numbered here: pytest reads the folder that holds thousands of them for every new one.
    above = tmp_path_factory.mktemp("homes")
    return (above / str(n) for n in itertools.count())


@pytest.fixture(autouse=True)
def home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's home, empty; nothing of the developer's own settings reaches a test."""
    folder = next(_homes)
    folder.mkdir()
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith(_KEPT_PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_HOME", str(folder))
    monkeypatch.setenv("OLLAMA_HOST", _CLOSED_PORT)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _refuse_remote(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _refuse_remote(self, address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


def _refuse_remote(connecting: socket.socket, address: Any) -> None:
    if connecting.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if not (host.startswith("127.") or host in ("::1", "localhost")):
            raise OSError(f"tests have no network: {address}")


@pytest.fixture(scope="session", autouse=True)
def _readers_wait_for_the_next_run() -> Iterator[None]:
    """Each would import every parser anew, 0.25 s for an index that is made in a tenth of that."""
    idle = IdleReaders()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer, "ReadingProcess", idle.reading)
        yield
    idle.close()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the session, the same in every xdist worker."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def model_cache(shared_folder: Path) -> Path:
    """`Paths.models` with the packaged model's hash checked: 90 MB are read once a session."""
    folder = Path(os.environ.get(MODELS_VARIABLE) or shared_folder / "models")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "test-session.lock"):
        resolve_model(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def real_model_cache(model_cache: Path) -> Path:
    """The same with the ONNX export, which loads torch: made once, by the first who asks."""
    from assistant.embedding.encoder import has_quick_runtime, load_encoder

    model = resolve_model(DEFAULT_MODEL, model_cache)
    with FileLock(model_cache / "test-session.lock"):
        if not has_quick_runtime(model, model_cache):
            load_encoder(model, model_cache, threads=2)
    return model_cache


@pytest.fixture
def home_with_model(home: Path, model_cache: Path) -> Path:
    """A home whose model needs no hashing; enough for `HashingEncoder`."""
    return _with_models(home, model_cache)


@pytest.fixture
def home_with_real_model(home: Path, real_model_cache: Path) -> Path:
    """A home whose model is ready in a second; for tests with the marker `model`."""
    return _with_models(home, real_model_cache)


def _with_models(home: Path, models: Path) -> Path:
    (home / "cache").mkdir()
    (home / "cache" / "models").symlink_to(models)
    return home
