"""Commands typed in place of a question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.tui.screens.chat_models import ChatModelsScreen
from assistant.tui.screens.choosing import ChoosingScreen
from assistant.tui.screens.compare import CompareScreen
from assistant.tui.screens.documents import DocumentsScreen
from assistant.tui.screens.sessions import SessionsScreen
from assistant.tui.screens.settings import SettingsScreen
from assistant.tui.slash_commands import SLASH_COMMANDS, is_command
from assistant.tui.widgets.exchange import Exchange
from assistant.tui.widgets.prompt import Prompt
from tests.tui.support import (
    ask,
    main_screen,
    open_app,
    run,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

SCREENS = {
    "/mode": ChoosingScreen,
    "/pool": ChoosingScreen,
    "/model": ChatModelsScreen,
    "/docs": DocumentsScreen,
    "/sessions": SessionsScreen,
    "/compare": CompareScreen,
    "/settings": SettingsScreen,
}


def going(tmp_path: Path, home: Path, steps: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    async def test() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(test)


async def typed(pilot: Pilot[None], text: str) -> None:
    main_screen(pilot).query_one(Prompt).text = text
    await pilot.press("enter")
    await pilot.pause()


def test_each_leads_where_its_key_leads(tmp_path: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        for command, kind in SCREENS.items():
            await typed(pilot, command)
            await until(pilot, lambda kind=kind: isinstance(pilot.app.screen, kind))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 2)

    going(tmp_path, home_with_model, steps)


def test_a_named_mode_and_pooling_are_used(tmp_path: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await ask(pilot)
        await typed(pilot, "/mode bm25")
        await until(pilot, lambda: screen.trace and screen.trace.mode == "bm25")
        await typed(pilot, "/pool max")
        await until(pilot, lambda: screen.trace and screen.trace.pooling == "max")
        assert len(screen.query(Exchange)) == 1
        for wrong, told in (("/mode best", "hybrid"), ("/pool best", "mean"), ("/x", "/mode")):
            await typed(pilot, wrong)
            assert any(told in note.message for note in pilot.app._notifications), wrong
        await typed(pilot, "/new")
        await until(pilot, lambda: not screen.query(Exchange))

    going(tmp_path, home_with_model, steps)


@pytest.mark.parametrize("question", ["/dev/mem and /proc/iomem?", "What is /mode?", " /mode", "/"])
def test_a_path_is_a_question(question: str) -> None:
    assert not is_command(question)


def test_every_command_says_what_it_does() -> None:
    assert all(command.summary for command in SLASH_COMMANDS.values())


def test_only_some_documents_are_asked_until_all_are_again(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await ask(pilot)

        def documents() -> set[str]:
            return {hit.place.document for hit in screen.trace.hits} if screen.trace else set()

        assert len(documents()) == 3
        await typed(pilot, "/only *.md lang:zh")
        await until(pilot, lambda: documents() == {"zh.md"} and not screen.is_busy)
        assert "only path *.md · language zh" in shown_text(pilot)
        assert screen.trace is not None and screen.trace.comparison is not None
        assert screen.trace.comparison.n_sentences == screen.trace.n_sentences < 9
        await typed(pilot, "/only no-such-file")
        await until(pilot, lambda: "no indexed document is within" in shown_text(pilot))
        await typed(pilot, "/only")
        await until(pilot, lambda: len(documents()) == 3 and not screen.is_busy)
        assert "only path" not in shown_text(pilot)

    going(tmp_path, home_with_model, steps)
