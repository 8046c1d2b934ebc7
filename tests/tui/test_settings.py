"""The settings screen and the theme that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.paths import Paths
from assistant.settings import load_settings
from assistant.tui.app import AssistantApp
from tests.tui.support import (
    index_now,
    open_app,
    run,
    shown_text,
    until,
    until_indexed,
    write_documents,
)


@pytest.fixture
def app(tmp_path: Path, home_with_model: Path) -> AssistantApp:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    return open_app(folder, home_with_model)


def file_of(home: Path) -> Path:
    return Paths.below(home).settings_file


def test_a_setting_is_changed_refused_and_taken_out(
    app: AssistantApp, home_with_model: Path
) -> None:
    async def body() -> None:
        async with app.run_test(size=(100, 40)) as pilot:
            await until_indexed(pilot)
            await pilot.press("f10")
            await until(pilot, lambda: "a local folder or Hugging Face name" in shown_text(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.focused, Input))
            await type_over(pilot, "my-model")
            await until(pilot, lambda: "Written" in shown_text(pilot))
            assert load_settings(file_of(home_with_model)).index.model == "my-model"
            await pilot.press("down")
            assert "larger text files are reported, not read" in shown_text(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.focused, Input))
            await type_over(pilot, "none")
            await until(pilot, lambda: "[index] max_file_mb:" in shown_text(pilot))
            await pilot.press("up", "delete")
            await until(pilot, lambda: "Written" in shown_text(pilot))
            assert "my-model" not in file_of(home_with_model).read_text()
            await pilot.press("escape")
            assert len(pilot.app.screen_stack) == 2

    run(body)


async def type_over(pilot: Pilot[None], text: str) -> None:
    focused = pilot.app.focused
    assert isinstance(focused, Input)
    focused.value = text
    await pilot.press("enter")


def test_the_theme_that_is_chosen_is_kept(app: AssistantApp, home_with_model: Path) -> None:
    async def body() -> None:
        async with app.run_test() as pilot:
            await until_indexed(pilot)
            assert not file_of(home_with_model).exists()
            app.theme = "textual-light"
            await until(pilot, file_of(home_with_model).exists)
            assert load_settings(file_of(home_with_model)).ui.theme == "textual-light"

    run(body)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["wide", "narrow"])
def test_screen(snap_compare: Any, app: AssistantApp, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await until_indexed(pilot)
        await pilot.press("f10")
        await pilot.pause()
        told = pilot.app.screen.query_one("#setting-told", Static)
        told.update("settings.toml")  # its folder is another one in every run
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=steps)
