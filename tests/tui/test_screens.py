"""Screens as golden pictures, on documents that are already indexed, without a chat model."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.tui.app import AssistantApp
from assistant.tui.screens.compare import CompareScreen
from assistant.tui.screens.main import MainScreen
from tests.fakes import EnglishEncoder
from tests.tui.support import (
    ask,
    index_now,
    open_app,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

Steps = Callable[[Pilot[None]], Awaitable[None]]
WIDE, NARROW = (120, 36), (80, 24)


@pytest.fixture
def app(tmp_path: Path, home_with_model: Path) -> AssistantApp:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    return open_app(folder, home_with_model)


async def _indexed(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)


async def _asked(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot)


async def _chinese(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot, "模式寄存器按什么顺序写入？")


async def _poolings(pilot: Pilot[None]) -> None:
    await _asked(pilot)
    await pilot.press("f4")
    await pilot.pause()


async def _panel(pilot: Pilot[None]) -> None:
    await _poolings(pilot)  # F4 brings the hidden panel


async def _document(pilot: Pilot[None]) -> None:
    await _poolings(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, MainScreen))
    await pilot.pause()


async def _help(pilot: Pilot[None]) -> None:
    await _asked(pilot)
    await pilot.press("f1")
    await until(pilot, lambda: not isinstance(pilot.app.screen, MainScreen))


async def _modes(pilot: Pilot[None]) -> None:
    await _asked(pilot)
    await pilot.press("f2")
    await until(pilot, lambda: not isinstance(pilot.app.screen, MainScreen))


async def _documents(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await pilot.press("f8")
    await until(pilot, lambda: "zh.md" in shown_text(pilot))


async def _nothing(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot, "xylophone zugzwang")


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(_indexed, WIDE, id="ready"),
        pytest.param(_asked, WIDE, id="matches"),
        pytest.param(_chinese, WIDE, id="chinese"),
        pytest.param(_poolings, WIDE, id="poolings"),
        pytest.param(_asked, NARROW, id="narrow-chat"),
        pytest.param(_panel, NARROW, id="narrow-panel"),
        pytest.param(_document, WIDE, id="document"),
        pytest.param(_help, WIDE, id="help"),
        pytest.param(_modes, WIDE, id="modes"),
        pytest.param(_nothing, WIDE, id="nothing-matches"),
    ],
)
def test_screen(snap_compare: Any, app: AssistantApp, steps: Steps, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=steps)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_documents(
    snap_compare: Any, tmp_path: Path, home_with_model: Path, size: tuple[int, int]
) -> None:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model, EnglishEncoder.load)
    app = open_app(folder, home_with_model, load=EnglishEncoder.load)
    assert snap_compare(app, terminal_size=size, run_before=_documents)


def test_light_theme(snap_compare: Any, app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        pilot.app.theme = "textual-light"
        await _poolings(pilot)

    assert snap_compare(app, terminal_size=WIDE, run_before=steps)


def test_a_chat_server_that_is_not_there(
    snap_compare: Any, tmp_path: Path, home_with_model: Path
) -> None:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    app = open_app(folder, home_with_model, settings_for("http://127.0.0.1:9"))
    assert snap_compare(app, terminal_size=WIDE, run_before=_asked)


REPOSITORY = Path(__file__).parents[2]


PICTURES = ("matches", "poolings", "dilution", "tokens", "compare", "chinese")


@pytest.mark.model
def test_the_readme_s_pictures_come_from_the_running_program(
    home: Path, real_model_cache: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With --snapshot-update they are written anew; else they must be there and be made of this."""
    from assistant.embedding.encoder import load_encoder
    from tests.tui.support import run

    (home / "cache").mkdir()
    (home / "cache" / "models").symlink_to(real_model_cache)
    documents = tmp_path / "docs_corpus"
    documents.mkdir()
    for part in ("memory-initialisation.md", "spi-flash.md"):
        shutil.copy(REPOSITORY / "docs_corpus" / part, documents)
    (documents / "zh").mkdir()
    shutil.copy(REPOSITORY / "docs_corpus/zh/memory-initialisation.md", documents / "zh")

    async def body() -> None:
        app = open_app(documents, home, load=load_encoder)
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            screen = app.screen
            assert isinstance(screen, MainScreen)
            await until(pilot, lambda: screen.status_bar.counts[0] == 3, seconds=120)
            screen.conversation.prompt.cursor_blink = False
            screen.status_bar.show_idle("Index: up to date")
            for name in PICTURES:
                await _shown(pilot, screen, name)
                assert "memory-initialisation.md" in shown_text(pilot), name
                if request.config.getoption("--snapshot-update"):
                    _picture(name).write_text(app.export_screenshot(), "utf-8")

    run(body)
    for name in PICTURES:
        assert "memory-initialisation.md" in _picture(name).read_text("utf-8")


def _picture(name: str) -> Path:
    return REPOSITORY / ".github" / "screenshots" / f"{name}.svg"


async def _shown(pilot: Pilot[None], screen: MainScreen, name: str) -> None:
    """From one picture to the next, in the order of PICTURES."""
    if name == "matches":
        await ask(pilot)
    elif name == "compare":
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        compare = pilot.app.screen
        assert isinstance(compare, CompareScreen)
        await until(pilot, lambda: all(column.lists[0].option_count for column in compare.columns))
    elif name == "chinese":
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("f4", "f4", "f6")
        await ask(pilot, "如何初始化DDR4内存?")
    else:
        await pilot.press("f4")
    await pilot.pause()
