"""Choosing, fetching and deleting chat models, and a server that does not play along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.tui.screens.chat_models import ChatModelsScreen
from assistant.tui.screens.chat_options import ChatOptionsScreen
from assistant.tui.screens.confirming import ConfirmingScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.screens.naming import NamingScreen
from tests.ollama_server import FakeModel, OllamaServer, Reply
from tests.tui.support import (
    ask,
    index_now,
    main_screen,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

MODELS = (
    FakeModel("tiny:latest", is_loaded=True),
    FakeModel("deep:8b", ("completion", "thinking"), modified_at="2026-10-01T10:00:00Z"),
    FakeModel("old:7b", None, None, modified_at="2026-09-01T10:00:00Z"),
    FakeModel("vectors:latest", ("embedding",), modified_at="2026-08-01T10:00:00Z"),
)
Steps = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(MODELS, port=0) as playing:
        yield playing


def going(tmp_path: Path, home: Path, url: str, steps: Steps) -> None:
    async def test() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home, settings_for(url))
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(test)


async def listed(pilot: Pilot[None]) -> ChatModelsScreen:
    await pilot.press("ctrl+l")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChatModelsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ChatModelsScreen)
    empty = screen.query_one("#models-empty", Static)
    await until(pilot, lambda: screen.rows.option_count or "Asking" not in str(empty.render()))
    return screen


def told(pilot: Pilot[None], words: str) -> bool:
    return any(words in f"{n.title} {n.message}" for n in pilot.app._notifications)


def test_what_each_model_is_and_can(
    tmp_path: Path, home_with_model: Path, server: OllamaServer
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await listed(pilot)
        rows = [str(option.prompt) for option in screen.rows.options]
        assert "tiny:latest  loaded" in rows[0]
        assert "2.5 GB · 4.0B · context 32,768" in rows[0]
        assert "thinking" in rows[1]
        assert "too old to say" in rows[2]
        assert "cannot chat" in rows[3]
        await pilot.press("end", "enter")
        assert told(pilot, "cannot chat")

    going(tmp_path, home_with_model, server.url, steps)


def test_the_chosen_model_answers_with_the_options_of_this_sitting(
    tmp_path: Path, home_with_model: Path, server: OllamaServer
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await listed(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChatOptionsScreen))
        pilot.app.screen.query_one("#option-temperature", Input).value = "9"
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be used" in shown_text(pilot))
        pilot.app.screen.query_one("#option-temperature", Input).value = "0.7"
        pilot.app.screen.query_one("#option-seed", Input).value = "42"
        pilot.app.screen.query_one("#option-instructions", Input).value = "Answer in German."
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChatModelsScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        await ask(pilot)
        sent = server.chats[-1]
        assert sent["model"] == "deep:8b"
        assert (sent["options"]["temperature"], sent["options"]["seed"]) == (0.7, 42)
        assert sent["messages"][0]["content"].endswith("Answer in German.")

    going(tmp_path, home_with_model, server.url, steps)


def test_a_model_is_fetched_with_progress(
    tmp_path: Path, home_with_model: Path, server: OllamaServer
) -> None:
    server.script(Reply(delay_s=0.05))

    async def steps(pilot: Pilot[None]) -> None:
        screen = await listed(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
        await pilot.press(*"new", "enter")
        await until(pilot, lambda: "pulling 2eaf" in shown_text(pilot))
        await until(pilot, lambda: told(pilot, "Fetched"))
        await until(pilot, lambda: screen.rows.option_count == 5)

    going(tmp_path, home_with_model, server.url, steps)


def test_a_stalled_download_says_so_is_stopped_and_goes_on(
    tmp_path: Path, home_with_model: Path, server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.tui.screens.chat_models._STALLED_S", 0.5)
    server.script(Reply(delay_s=0.03, ending="silent"))

    async def steps(pilot: Pilot[None]) -> None:
        await listed(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
        await pilot.press(*"new", "enter")
        await until(pilot, lambda: "nothing for" in shown_text(pilot))
        await pilot.press("escape")
        await until(pilot, server.client_gone.is_set)
        assert told(pilot, "what was fetched is kept, p goes on with it")
        assert isinstance(pilot.app.screen, ChatModelsScreen)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
        await pilot.press(*"new", "enter")
        await until(pilot, lambda: told(pilot, "Fetched"))

    going(tmp_path, home_with_model, server.url, steps)


NO_NETWORK = (
    'pull model manifest: Get "https://registry.ollama.ai/v2/library/nope/manifests/latest": '
    "dial tcp: lookup registry.ollama.ai on 127.0.0.53:53: no such host"
)
# What the server sends, errors with status 200 -> (what failed, what to do)
PULL_FAULTS = (
    (
        Reply(error_after="pull model manifest: file does not exist"),
        "the model library has no such model: nope",
        "ollama.com/library",
    ),
    (Reply(error_after=NO_NETWORK), "cannot reach the model library", "HTTPS_PROXY"),
    (
        Reply(error_after="max retries exceeded: unexpected EOF"),
        "the download broke off: nope",
        "goes on from where it stopped",
    ),
    (Reply.failing(400, "invalid model name"), "cannot be the name of a model", "qwen3:4b"),
    (Reply(body="", content_type="application/x-ndjson"), "before the model was whole", "again"),
)


def test_a_download_that_fails_names_the_cause_and_goes_on_when_asked_again(
    tmp_path: Path, home_with_model: Path, server: OllamaServer
) -> None:
    async def fetch(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
        pilot.app.screen.query_one(Input).value = "nope"
        await pilot.press("enter")

    async def steps(pilot: Pilot[None]) -> None:
        screen = await listed(pilot)
        for reply, failed, cure in PULL_FAULTS:
            server.script(reply)
            await fetch(pilot)
            await until(pilot, lambda failed=failed: told(pilot, failed))
            assert told(pilot, cure)
            assert not screen.query_one("#pulling").display
        await fetch(pilot)
        await until(pilot, lambda: told(pilot, "Fetched"))
        await until(pilot, lambda: screen.rows.option_count == 5)

    going(tmp_path, home_with_model, server.url, steps)


def test_a_model_is_deleted_only_after_a_yes(
    tmp_path: Path, home_with_model: Path, server: OllamaServer
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await listed(pilot)
        await pilot.press("end", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmingScreen))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert len(server.models) == 4
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmingScreen))
        await pilot.press("y")
        await until(pilot, lambda: "vectors:latest" not in server.models)
        await until(pilot, lambda: screen.rows.option_count == 3)

    going(tmp_path, home_with_model, server.url, steps)


def test_without_a_server_it_says_what_to_start_and_tries_again(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await listed(pilot)
        assert "ollama serve" in shown_text(pilot)
        assert "F5 tries again" in shown_text(pilot)
        await pilot.press("f5", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        await ask(pilot)
        assert "Ctrl+R asks again" in shown_text(pilot)
        assert main_screen(pilot).trace is not None

    going(tmp_path, home_with_model, "http://127.0.0.1:9", steps)


# ── pictures ──


async def _full(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    screen = await listed(pilot)
    screen.query_one("#models-title", Static).update("Chat models of http://127.0.0.1:11434")


async def _options(pilot: Pilot[None]) -> None:
    await _full(pilot)
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChatOptionsScreen))
    pilot.app.screen.query_one(Input).cursor_blink = False


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(_full, (80, 24), id="full"),
        pytest.param(_options, (100, 30), id="options"),
    ],
)
def test_screen(
    snap_compare: Any,
    tmp_path: Path,
    home_with_model: Path,
    server: OllamaServer,
    steps: Steps,
    size: tuple[int, int],
) -> None:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    app = open_app(folder, home_with_model, settings_for(server.url))
    assert snap_compare(app, terminal_size=size, run_before=steps)
