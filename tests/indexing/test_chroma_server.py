"""A real Chroma server on loopback: filled, searched, killed in mid-index, and back again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.indexing import chroma as chroma_module
from assistant.paths import Paths
from assistant.records import IndexFinished, NoticeGiven, StageStarted
from assistant.settings import ChromaSettings, SearchSettings, Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

pytestmark = pytest.mark.xdist_group("chroma")
START_S = 60.0


class Server:
    """`chroma run` on a free port; it can be killed and started again on the same data."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        script = "from chromadb.cli.cli import app; app()"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", script, "run", "--path", str(self._data)),
                *("--host", "127.0.0.1", "--port", str(self.port)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(chroma_module, "RETRY_WAITS_S", (0.01,))
    made = Server(tmp_path / "server")
    made.start()
    yield made
    made.kill()


def opened_on(root: Path, url: str, **chroma: str) -> Workspace:
    docs = root / "docs"
    if not docs.exists():
        docs.mkdir()
        for i in range(30):
            (docs / f"{i}.md").write_text(f"# Part {i}\n\nRegister {i} holds field {i * 7}.\n")
    settings = Settings(
        chroma=ChromaSettings(url=url, **chroma), search=SearchSettings(engine="chroma")
    )
    return Workspace(settings, Paths.below(root / "home"), docs, HashingEncoder.load)


def notices(workspace: Workspace) -> list[str]:
    events = list(workspace.index())
    assert isinstance(events[-1], IndexFinished)
    return [event.text for event in events if isinstance(event, NoticeGiven)]


def test_a_server_holds_the_vectors_and_answers(tmp_path: Path, server: Server) -> None:
    workspace = opened_on(tmp_path, server.url)
    assert notices(workspace) == []
    trace = workspace.retrieve("Register 5 holds which field?", "sentence")
    assert (trace.engine, trace.notes) == ("chroma", ())
    assert not (workspace.index_path / "chroma").exists()
    (tmp_path / "docs" / "5.md").unlink()
    assert notices(workspace) == []
    assert workspace.retrieve("Register 6", "sentence").engine == "chroma"
    workspace.purge(workspace.stored_indexes())
    assert workspace.stored_indexes() == []


def test_a_server_killed_in_mid_index_costs_a_notice_and_is_filled_when_it_is_back(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma_module, "_ADD_BATCH", 4)
    workspace = opened_on(tmp_path, server.url)
    said = []
    for event in workspace.index():
        if isinstance(event, StageStarted) and event.stage.endswith("8 of 30"):
            server.kill()
        if isinstance(event, NoticeGiven):
            said.append(event.text)
    (notice,) = said
    assert notice.startswith("going on without the vector database")
    assert server.url in notice
    trace = workspace.retrieve("Register 5 holds which field?", "sentence")
    assert trace.engine == "exact"
    assert any("exact" in note or "database" in note for note in trace.notes)
    server.start()
    workspace = opened_on(tmp_path, server.url)
    assert notices(workspace) == []
    after = workspace.retrieve("Register 5 holds which field?", "sentence")
    assert after.engine == "chroma"
    assert [hit.sentence for hit in after.hits] == [hit.sentence for hit in trace.hits]


def test_a_server_that_is_away_costs_nothing_but_a_notice(tmp_path: Path, server: Server) -> None:
    server.kill()
    workspace = opened_on(tmp_path, server.url)
    (notice,) = notices(workspace)
    assert "going on without the vector database" in notice
    assert workspace.retrieve("Register 5", "bm25").hits


def test_a_tenant_that_is_not_there_is_named(tmp_path: Path, server: Server) -> None:
    workspace = opened_on(tmp_path, server.url, tenant="nobody")
    (notice,) = notices(workspace)
    assert "nobody" in notice
