"""F1, the menus and the palette."""

from __future__ import annotations

from pathlib import Path

from assistant.settings import Settings, UiSettings
from assistant.tui.screens.choosing import ChoosingScreen
from assistant.tui.screens.help import HelpScreen
from assistant.tui.widgets.panel.poolings import RankMatrix
from assistant.tui.widgets.prompt import Prompt
from assistant.workspace import MODES, POOLINGS
from tests.tui.support import ask, open_app, run, shown_text, until, until_indexed, write_documents


def test_f1_explains_the_focused_part(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 50)) as pilot:
            screen = await until_indexed(pilot)
            await ask(pilot)
            screen.query_one(Prompt).focus()
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            assert "begins a new line" in " ".join(shown_text(pilot).split())
            await pilot.press("escape")
            await pilot.press("f4")
            assert isinstance(screen.focused, RankMatrix)
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            assert "mean_sqrt_len_tokens" in shown_text(pilot)

    run(body)


def test_the_menus_offer_every_mode_and_pooling(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 50)) as pilot:
            await until_indexed(pilot)
            for key, table in (("f2", MODES), ("f3", POOLINGS)):
                await pilot.press(key)
                await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
                for entry in table.values():
                    assert entry.summary[:40] in shown_text(pilot)
                await pilot.press("escape")
                await pilot.pause()

    run(body)


def test_the_palette_sets_a_mode(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 50)) as pilot:
            screen = await until_indexed(pilot)
            await ask(pilot)
            await pilot.press("ctrl+p")
            await pilot.pause()
            await pilot.press(*"mode bm25".replace(" ", ""))
            await until(pilot, lambda: "Mode: BM25" in shown_text(pilot))
            await pilot.press("enter")
            await pilot.press("enter")
            await until(pilot, lambda: screen.trace and screen.trace.mode == "bm25")

    run(body)


def test_every_binding_has_an_id_and_can_be_remapped(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        settings = Settings(ui=UiSettings(keys={"panel": "f9"}))
        app = open_app(write_documents(tmp_path / "docs"), home_with_model, settings)
        async with app.run_test(size=(120, 50)) as pilot:
            screen = await until_indexed(pilot)
            ours = {type(node) for node in (app, screen, *screen.query("*"))}
            bindings = [
                binding
                for kind in ours
                if kind.__module__.startswith("assistant.")
                for binding in kind.__dict__.get("BINDINGS", ())
            ]
            assert len(bindings) > 10
            assert all(binding.id and binding.description for binding in bindings)
            # In the palette one with two keys stands once.
            titles = [command.title for command in app.get_system_commands(screen)]
            assert len(titles) == len(set(titles))
            assert {"Thinking", "Folders"} <= set(titles)
            await pilot.press("f9")
            assert screen.has_class("-panel-toggled")

    run(body)
