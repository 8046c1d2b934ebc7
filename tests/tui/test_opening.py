"""Opening folders, indexing beside the chat, and what goes wrong there."""

from __future__ import annotations

import threading
from pathlib import Path

from textual.widgets import Input, Static

from assistant.tui.screens.folder import FolderScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.side_panel import SidePanel
from tests.fakes import HashingEncoder
from tests.tui.support import (
    ask,
    main_screen,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)


def test_without_a_folder_one_is_asked_for(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        folder = write_documents(tmp_path / "docs")
        app = open_app((), home_with_model)
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, FolderScreen))
            app.screen.query_one(Input).value = str(tmp_path / "nowhere")
            await pilot.press("enter")
            error = app.screen.query_one("#folder-error", Static)
            await until(pilot, lambda: "is no folder" in str(error.content))
            app.screen.query_one(Input).value = str(folder)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            await until_indexed(pilot)

    run(body)


def test_a_folder_that_is_gone_is_an_error_with_a_cure(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(tmp_path / "gone", home_with_model)
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: "does not exist" in " ".join(shown_text(pilot).split()))

    run(body)


def test_an_empty_folder_names_the_next_key(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs", {}), home_with_model)
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: "F5" in shown_text(pilot).split("no readable document")[-1])
            write_documents(tmp_path / "docs")
            await pilot.press("f5")
            await until_indexed(pilot)

    run(body)


def test_files_that_fail_are_told_and_the_rest_is_indexed(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        folder = write_documents(tmp_path / "docs")
        (folder / "binary.md").write_bytes(b"\x7fELF" + bytes(range(256)) * 8)
        app = open_app(folder, home_with_model)
        async with app.run_test(size=(120, 30)) as pilot:
            await until_indexed(pilot)
            await until(pilot, lambda: "1 file not read" in shown_text(pilot))

    run(body)


def test_indexing_can_be_cancelled_asked_meanwhile_and_taken_up_again(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        held = Held(calls=12)
        sentence = "The watchdog of board {} resets after {} milliseconds."
        many = {
            f"{i:02}.md": "\n\n".join(sentence.format(i, j) for j in range(120)) for i in range(30)
        }
        app = open_app(
            write_documents(tmp_path / "docs", many), home_with_model, settings_for(), held.load
        )
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: "files" in shown_text(pilot) and held.is_holding)
            screen = main_screen(pilot)
            await ask(pilot, "watchdog of board 0")
            assert screen.trace is not None
            assert screen.trace.hits
            await pilot.press("escape")
            await until(pilot, lambda: "cancelled" in shown_text(pilot))
            held.release()
            await pilot.press("f5")
            await until_indexed(pilot, documents=30)

    run(body)


def test_a_narrow_terminal_hides_the_panel_until_asked(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await until_indexed(pilot)
            assert not screen.query_one(SidePanel).display
            await pilot.press("ctrl+b")
            await pilot.pause()
            assert screen.query_one(SidePanel).display
            assert not screen.query_one(Prompt).is_on_screen
            await pilot.press("ctrl+b")
            await pilot.pause()
            assert not screen.query_one(SidePanel).display

    run(body)


class Held:
    """Loads an encoder that stops in the middle of the indexing until it is released."""

    def __init__(self, calls: int) -> None:
        self._calls_left = calls
        self._free = threading.Event()

    @property
    def is_holding(self) -> bool:
        return self._calls_left <= 0 and not self._free.is_set()

    def release(self) -> None:
        self._free.set()

    def load(self, *arguments):  # type: ignore[no-untyped-def]
        encoder = HashingEncoder.load(*arguments)
        pool = encoder.pool

        def held_pool(texts, role):  # type: ignore[no-untyped-def]
            if role == "document":  # questions are read all the while
                self._calls_left -= 1
                if self._calls_left <= 0:
                    self._free.wait(20)
            return pool(texts, role)

        encoder.pool = held_pool
        return encoder
