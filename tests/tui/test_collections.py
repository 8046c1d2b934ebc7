"""Several folders asked as one: the screen that chooses them, and what the chat does then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, SelectionList

from assistant.tui.screens.collections import CollectionsScreen
from assistant.tui.screens.naming import NamingScreen
from assistant.tui.widgets.prompt import Prompt
from tests.tui.support import (
    DOCUMENTS,
    ask,
    index_now,
    main_screen,
    open_app,
    panel_trace,
    run,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

SPECS = {"memory.md": DOCUMENTS["memory.md"]}
NOTES = {"pci.md": DOCUMENTS["pci.md"], "zh.md": DOCUMENTS["zh.md"]}
SIZES = [(120, 36), (80, 24)]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    specs = write_documents(tmp_path / "specs", SPECS)
    return specs, write_documents(tmp_path / "notes", NOTES)


def asked_documents(pilot: Pilot[None]) -> set[str]:
    trace = panel_trace(main_screen(pilot))
    assert trace is not None
    return {hit.place.document.partition("/")[0] for hit in trace.hits}


async def to_folders(pilot: Pilot[None]) -> CollectionsScreen:
    await pilot.press("shift+f8")
    await until(pilot, lambda: isinstance(pilot.app.screen, CollectionsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CollectionsScreen)
    return screen


def test_both_are_one_index_and_one_of_them_can_be_asked_alone(
    folders: tuple[Path, Path], home_with_model: Path
) -> None:
    app = open_app(folders, home_with_model)

    async def steps() -> None:
        async with app.run_test(size=(140, 40)) as pilot:
            screen = await until_indexed(pilot)
            assert screen.status_bar.folder == "notes + specs"
            await ask(pilot)
            assert asked_documents(pilot) == {"specs", "notes"}
            await to_folders(pilot)
            await pilot.press("down", "space", "enter")  # not the second, specs
            await until(pilot, lambda: asked_documents(pilot) == {"notes"})
            assert screen.status_bar.scope == "in notes"
            await to_folders(pilot)
            assert pilot.app.screen.query_one(SelectionList).selected == ["notes"]
            await pilot.press("space", "enter")
            assert "No folder is ticked" in shown_text(pilot)
            await pilot.press("space", "down", "space", "enter")
            await until(pilot, lambda: asked_documents(pilot) == {"specs", "notes"})
            assert screen.status_bar.scope == ""

    run(steps)


def test_a_folder_is_added_and_left_out_again(
    folders: tuple[Path, Path], home_with_model: Path
) -> None:
    specs, notes = folders
    app = open_app(specs, home_with_model)

    async def steps() -> None:
        async with app.run_test(size=(140, 40)) as pilot:
            await until_indexed(pilot, 1)
            await to_folders(pilot)
            await pilot.press("a")
            await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
            pilot.app.screen.query_one(Input).value = str(notes)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, CollectionsScreen))
            assert pilot.app.screen.query_one(SelectionList).option_count == 2
            await pilot.press("enter")
            screen = await until_indexed(pilot)
            assert screen.status_bar.folder == "notes + specs"
            await ask(pilot)
            await to_folders(pilot)
            await pilot.press("delete", "enter")  # notes, the first
            screen = await until_indexed(pilot, 1)
            assert screen.status_bar.folder == "specs"
            await to_folders(pilot)
            await pilot.press("delete")
            assert "One folder must stay" in shown_text(pilot)

    run(steps)


@pytest.mark.parametrize("typed", ["/no/such/folder", "~nobody-of-that-name/x", "specs/inner"])
def test_what_cannot_be_added_is_said_and_changes_nothing(
    folders: tuple[Path, Path], home_with_model: Path, typed: str
) -> None:
    specs, _ = folders
    (specs / "inner").mkdir()
    app = open_app(specs, home_with_model)

    async def steps() -> None:
        async with app.run_test(size=(140, 40)) as pilot:
            await until_indexed(pilot, 1)
            screen = await to_folders(pilot)
            screen._add(typed if typed[0] in "/~" else str(specs / "inner"))
            await pilot.pause()
            assert screen.query_one("#collections-fault").display
            assert screen.query_one(SelectionList).option_count == 1
            await pilot.press("escape")
            await until(pilot, lambda: main_screen(pilot).status_bar.folder == "specs")

    run(steps)


def test_a_typed_scope_names_a_collection(
    folders: tuple[Path, Path], home_with_model: Path
) -> None:
    app = open_app(folders, home_with_model)

    async def steps() -> None:
        async with app.run_test(size=(140, 40)) as pilot:
            screen = await until_indexed(pilot)
            await ask(pilot)
            for typed in ("/only in:speks", "/only in:specs"):
                screen.query_one(Prompt).text = typed
                await pilot.press("enter")
                await pilot.pause()
            told = [note.title for note in app._notifications]
            assert told == ["there is no collection speks"]
            await until(pilot, lambda: asked_documents(pilot) == {"specs"})

    run(steps)


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_screen(
    snap_compare: Any, folders: tuple[Path, Path], home_with_model: Path, size: tuple[int, int]
) -> None:
    index_now(folders, home_with_model)  # how long that takes would be in the picture
    app = open_app(folders, home_with_model)
    # A path of the test's own, so that the picture is the same on every machine.

    async def steps(pilot: Pilot[None]) -> None:
        await until_indexed(pilot)
        screen = await to_folders(pilot)
        screen._folders = type(screen._folders)((Path("/specs/uefi"), Path("/work/notes")))
        screen._fill(("notes",))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=steps)


def test_a_letter_jumps_to_any_part(folders: tuple[Path, Path], home_with_model: Path) -> None:
    index_now(folders[0], home_with_model)
    app = open_app(folders[0], home_with_model)

    async def steps() -> None:
        from assistant.tui.screens.jumping import JumpingScreen

        async with app.run_test(size=(140, 40)) as pilot:
            screen = await until_indexed(pilot, 1)
            await ask(pilot)
            screen.query_one(Prompt).focus()
            for wanted in (screen.panel.query_one("#matches"), screen.query_one(Prompt)):
                await pilot.press("ctrl+o")
                await until(pilot, lambda: isinstance(pilot.app.screen, JumpingScreen))
                jumping = pilot.app.screen
                assert isinstance(jumping, JumpingScreen)
                letter = next(k for k, part in jumping._targets.items() if part is wanted)
                await pilot.press(letter)
                await until(pilot, lambda: pilot.app.screen is screen)
                assert screen.focused is wanted
            await pilot.press("ctrl+o", "escape")
            assert screen.focused is screen.query_one(Prompt)

    run(steps)


def test_the_letters_stand_over_the_parts(
    snap_compare: Any, folders: tuple[Path, Path], home_with_model: Path
) -> None:
    index_now(folders[0], home_with_model)
    app = open_app(folders[0], home_with_model)

    async def steps(pilot: Pilot[None]) -> None:
        await until_indexed(pilot, 1)
        await ask(pilot)
        await pilot.press("ctrl+o")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=steps)
