"""What the screen says when the chat server does not do what was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ollama_server import OllamaServer, Reply
from tests.tui.support import ask, open_app, run, settings_for, shown_text, until_indexed
from tests.tui.support import write_documents as written

FAULTS = {
    "busy": (
        Reply.failing(503, "server busy, please try again.  maximum pending requests exceeded"),
        "busy",
    ),
    "no memory": (
        Reply.failing(500, "model requires more system memory (9 GiB) than is available (1 GiB)"),
        "memory",
    ),
    "json in error": (
        Reply.failing(400, '{"error":{"code":400,"message":"bad things","type":"x"}}'),
        "tiny:latest: bad",
    ),
    "error in mid-stream": (Reply(tokens=["partly "], error_after="unexpected EOF"), "partly"),
    "cut": (Reply(tokens=["partly "], ending="cut"), "partly"),
    "silent end": (Reply(tokens=["partly "], ending="silent"), "partly"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_fault_is_told_beside_the_matches(
    tmp_path: Path, home_with_model: Path, fault: str
) -> None:
    reply, told = FAULTS[fault]

    async def body() -> None:
        with OllamaServer() as server:
            server.usual_reply = reply
            app = open_app(written(tmp_path / "docs"), home_with_model, settings_for(server.url))
            async with app.run_test(size=(120, 40)) as pilot:
                await until_indexed(pilot)
                screen = await ask(pilot)
                assert told in shown_text(pilot)
                assert "Traceback" not in shown_text(pilot)
                assert screen.trace is not None
                assert screen.trace.hits

    run(body)


def test_without_a_server_the_error_names_the_command_to_run(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        settings = settings_for("http://127.0.0.1:9")
        app = open_app(written(tmp_path / "docs"), home_with_model, settings)
        async with app.run_test(size=(120, 40)) as pilot:
            await until_indexed(pilot)
            await ask(pilot)
            assert "ollama serve" in shown_text(pilot)

    run(body)
