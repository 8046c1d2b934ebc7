"""Sessions as a user meets them: resumed with the panel as it was, listed, edited, copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.json_views import comparison_view
from assistant.paths import Paths
from assistant.tui.app import AssistantApp
from assistant.tui.screens.main import MainScreen
from assistant.tui.screens.naming import NamingScreen
from assistant.tui.screens.sessions import SessionsScreen
from assistant.tui.widgets.exchange import Exchange, Sources
from assistant.tui.widgets.prompt import Prompt
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import (
    QUESTION,
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

OTHER = "How is a base address register sized?"
Steps = Callable[[Pilot[None]], Awaitable[None]]
Open = Callable[[], AssistantApp]


@pytest.fixture
def opening(tmp_path: Path, home_with_model: Path) -> Open:
    """The same folder and home, as often as the program is started."""
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    return lambda: open_app(folder, home_with_model)


@pytest.fixture
def direct(tmp_path: Path, home_with_model: Path) -> Workspace:
    load: Any = HashingEncoder.load
    return Workspace(settings_for(), Paths.below(home_with_model), tmp_path / "docs", load=load)


def going(app: AssistantApp, steps: Steps) -> None:
    async def test() -> None:
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(test)


async def _listed(pilot: Pilot[None]) -> SessionsScreen:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, SessionsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, SessionsScreen)
    await until(
        pilot, lambda: screen.rows.option_count or screen.query_one("#sessions-empty").display
    )
    return screen


def _questions(screen: MainScreen) -> list[str]:
    return [exchange.question for exchange in screen.query(Exchange)]


def test_a_session_is_resumed_with_the_panel_as_it_was(opening: Open, direct: Workspace) -> None:
    before: dict[str, Any] = {}

    async def talk(pilot: Pilot[None]) -> None:
        await ask(pilot)
        screen = await ask(pilot, OTHER)
        screen.set_mode("bm25")
        await until(pilot, lambda: screen.trace and screen.trace.mode == "bm25")
        await until(pilot, lambda: screen.trace and screen.trace.explanation)
        await until(pilot, lambda: not screen.is_busy)
        before["trace"] = screen.trace

    async def resume(pilot: Pilot[None]) -> None:
        await _listed(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        screen = main_screen(pilot)
        await until(pilot, lambda: screen.trace is not None)
        assert _questions(screen) == [QUESTION, OTHER]
        assert screen.trace == before["trace"]
        assert screen.status_bar.mode == "BM25"
        await ask(pilot, QUESTION)
        assert len(direct.sessions.read(1).turns) == 3

    going(opening(), talk)
    going(opening(), resume)


def test_panel_json_and_saved_session_hold_the_same_ranks(opening: Open, direct: Workspace) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await ask(pilot)
        await until(pilot, lambda: screen.trace and screen.trace.explanation)
        await until(pilot, lambda: not screen.is_busy)
        shown = screen.trace
        (turn,) = direct.sessions.read(1).turns
        assert shown is not None and shown.comparison is not None
        assert turn.trace == shown
        asked_anew = direct.explain(direct.compare(direct.retrieve(QUESTION)))
        assert asked_anew.comparison is not None
        views = [comparison_view(t, t.comparison) for t in (shown, turn.trace, asked_anew)]  # type: ignore[union-attr,arg-type]
        for view in views:
            view.pop("timings")
        assert views[0] == views[1] == views[2]

    going(opening(), steps)


def test_an_answer_that_was_cut_by_a_kill_says_so(
    opening: Open, direct: Workspace, home_with_model: Path
) -> None:
    list(direct.sessions.recorder().recorded(QUESTION, direct.ask(QUESTION)))
    with sqlite3.connect(Paths.below(home_with_model).sessions_file) as connection:
        connection.execute("UPDATE turns SET ending = '', text = 'Half an answer.', answer = NULL")

    async def steps(pilot: Pilot[None]) -> None:
        await _listed(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        screen = main_screen(pilot)
        # The ranks of every pooling were not kept: they are made now.
        await until(pilot, lambda: screen.trace and screen.trace.comparison)
        assert "Half an answer." in shown_text(pilot)
        assert "The program ended while this was being written." in shown_text(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(screen.query(Exchange)) == 2)

    going(opening(), steps)


def test_a_new_session_begins_empty_and_the_old_one_is_kept(
    opening: Open, direct: Workspace
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await ask(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not screen.query(Exchange))
        assert screen.trace is None
        await ask(pilot, OTHER)
        assert [s.title for s in direct.sessions.summaries()] == [OTHER, QUESTION]

    going(opening(), steps)


def test_a_question_is_edited_in_its_place(opening: Open, direct: Workspace) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await ask(pilot)
        await ask(pilot, "How is it sized?")
        await pilot.press("ctrl+g")
        await pilot.pause()
        prompt = screen.query_one(Prompt)
        assert prompt.text == "How is it sized?"
        await pilot.press("escape")
        await pilot.pause()
        assert (prompt.text, prompt.border_title) == ("", "")
        await pilot.press("ctrl+g")
        await pilot.pause()
        prompt.text = OTHER
        await pilot.press("enter")
        await until(pilot, lambda: _questions(screen) == [QUESTION, OTHER])
        await until(pilot, lambda: not screen.is_busy)
        assert [t.question for t in direct.sessions.read(1).turns] == [QUESTION, OTHER]

    going(opening(), steps)


def test_answer_and_source_are_copied_without_control_characters(opening: Open) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+t")  # nothing yet
        screen = await ask(pilot)
        await pilot.press("ctrl+t")
        await pilot.pause()
        copied = pilot.app.clipboard
        assert "MR3, MR6, MR5" in copied
        assert "[1] “The DDR4 mode registers" in copied
        assert "(memory.md:5)" in copied
        screen.query_one(Sources).focus()
        await pilot.press("down", "y")
        await pilot.pause()
        assert pilot.app.clipboard.startswith("“")

    going(opening(), steps)


def test_the_list_searches_renames_forks_deletes_and_exports(
    opening: Open, direct: Workspace
) -> None:
    for question in (QUESTION, OTHER):
        list(direct.sessions.recorder().recorded(question, direct.ask(question)))

    async def steps(pilot: Pilot[None]) -> None:
        screen = await _listed(pilot)
        assert screen.rows.option_count == 2
        await pilot.press("slash", *"which")
        await until(pilot, lambda: screen.rows.option_count == 1)
        await pilot.press("escape")
        await until(pilot, lambda: screen.rows.option_count == 2)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamingScreen))
        pilot.app.screen.query_one(Input).value = "Registers"
        await pilot.press("enter")
        await until(pilot, lambda: direct.sessions.summaries("Registers"))
        await pilot.press("f")
        await until(pilot, lambda: screen.rows.option_count == 3)
        await pilot.press("d")
        await until(pilot, lambda: screen.rows.option_count == 2)
        await pilot.press("u")
        await until(pilot, lambda: screen.rows.option_count == 3)
        await pilot.press("d")
        await until(pilot, lambda: screen.rows.option_count == 2)
        await pilot.press("e", "j")
        await until(pilot, lambda: len(list(direct.paths.reports.glob("session-*"))) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        await until(pilot, lambda: len(direct.sessions.summaries()) == 2)

    going(opening(), steps)


def test_the_session_in_use_is_not_deleted(opening: Open, direct: Workspace) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await ask(pilot)
        await _listed(pilot)
        await pilot.press("d")
        await until(pilot, lambda: any("in use" in n.message for n in pilot.app._notifications))
        assert len(direct.sessions.summaries()) == 1

    going(opening(), steps)


# ── pictures ──


@pytest.fixture
def same_times(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    minutes = iter(range(100))
    monkeypatch.setattr(
        "assistant.sessions.recording.now",
        lambda: f"2026-11-24T10:{next(minutes) // 10:02}:00+00:00",
    )
    monkeypatch.setattr("assistant.tui.screens.sessions._when", lambda stamp: stamp[:16])
    yield


async def _empty(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await _listed(pilot)


async def _full(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot, "模式寄存器按什么顺序写入？")
    await pilot.press("ctrl+n")
    await until(pilot, lambda: not main_screen(pilot).query(Exchange))
    await ask(pilot)
    await ask(pilot, OTHER)
    await _listed(pilot)
    pilot.app.clear_notifications()


async def _editing(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot)
    await pilot.press("ctrl+g")
    await pilot.pause()


@pytest.mark.usefixtures("same_times")
@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(_empty, (80, 24), id="empty"),
        pytest.param(_full, (120, 36), id="full"),
        pytest.param(_full, (80, 24), id="narrow"),
        pytest.param(_editing, (80, 24), id="editing"),
    ],
)
def test_screen(snap_compare: Any, opening: Open, steps: Steps, size: tuple[int, int]) -> None:
    assert snap_compare(opening(), terminal_size=size, run_before=steps)
