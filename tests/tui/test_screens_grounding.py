"""How an answer's checked sentences look, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Collapsible

from assistant.tui.screens.document import DocumentScreen
from assistant.tui.widgets.grounding import Grounding, SupportList
from tests.ollama_server import OllamaServer, Reply
from tests.tui.support import (
    ask,
    index_now,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

ANSWER = (
    "The DDR4 mode registers are written in the order MR3, MR6, MR5, MR4, MR2, MR1 and MR0 [1]. "
    "ZQ calibration does not start when the last mode register has been written [2]. "
    "Each write takes 48 nCK [1]. "
    "The bridge shines in the morning."
)
Compare = Callable[..., bool]


async def opened_list(pilot: Pilot[None]) -> SupportList:
    screen = await ask(pilot)
    grounding = screen.query_one(Grounding)
    grounding.query_one(Collapsible).collapsed = False
    listed = grounding.query_one(SupportList)
    listed.focus()
    await pilot.press("end")
    await pilot.pause()
    return listed


def test_enter_on_a_checked_sentence_opens_what_it_rests_on(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            server.script(Reply(tokens=[ANSWER]))
            folder = write_documents(tmp_path / "docs")
            app = open_app(folder, home_with_model, settings_for(server.url))
            async with app.run_test(size=(120, 36)) as pilot:
                await until_indexed(pilot)
                await opened_list(pilot)
                shown = shown_text(pilot)
                assert "✗ 48 nCK" in shown or "48 nCK does not occur" in shown
                await pilot.press("home", "enter")
                await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
                assert "mode registers" in shown_text(pilot)

    run(body)


def test_quotes_need_no_check(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            assert not screen.query_one(Grounding).display

    run(body)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["wide", "narrow"])
def test_an_answer_with_its_sentences_checked(
    snap_compare: Any, tmp_path: Path, home_with_model: Path, size: tuple[int, int]
) -> None:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    with OllamaServer() as server:
        server.script(Reply(tokens=[ANSWER]))

        async def before(pilot: Pilot[None]) -> None:
            await until_indexed(pilot)
            await opened_list(pilot)

        app = open_app(folder, home_with_model, settings_for(server.url))
        assert snap_compare(app, terminal_size=size, run_before=before)
