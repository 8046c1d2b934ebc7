"""The compare screen: what its columns show, and where it leads."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import get_current_worker

from assistant.errors import IndexDamaged
from assistant.records import SideBySide
from assistant.tui.app import AssistantApp
from assistant.tui.joining import joined, key_of
from assistant.tui.screens.compare import CompareScreen
from assistant.tui.screens.document import DocumentScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.comparing.answers import ModeAnswer
from assistant.tui.widgets.comparing.bump_chart import BumpChart, RankLine
from assistant.tui.widgets.comparing.mode_column import ModeColumn
from assistant.workspace import MODES, Workspace
from tests.tui.support import (
    QUESTION,
    ask,
    index_now,
    main_screen,
    open_app,
    run,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

SIZE = (120, 40)
Steps = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture
def app(tmp_path: Path, home_with_model: Path) -> AssistantApp:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    return open_app(folder, home_with_model)


def going(app: AssistantApp, steps: Steps) -> None:
    async def test() -> None:
        async with app.run_test(size=SIZE) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(test)


async def compared(pilot: Pilot[None], question: str = QUESTION) -> CompareScreen:
    await ask(pilot, question)
    return await opened(pilot)


def _is_pointed(screen: CompareScreen) -> bool:
    return any(row.startswith("▶") for column in screen.columns for row in _rows(column, 0))


async def opened(pilot: Pilot[None]) -> CompareScreen:
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CompareScreen)
    await until(pilot, lambda: _is_whole(screen) and _is_pointed(screen))
    return screen


def _is_whole(screen: CompareScreen) -> bool:
    return all(_rows(column, 0) or "nothing" in _head(column) for column in screen.columns)


def _head(column: ModeColumn) -> str:
    return str(column.query(Static).first().render())


def _rows(column: ModeColumn, which: int) -> list[str]:
    ranked = column.lists[which]
    return [str(option.prompt) for option in ranked.options]


def test_a_column_per_mode_with_its_own_hits(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await compared(pilot)
        workspace = main_screen_below(app).conversation.workspace
        assert workspace is not None
        assert [column.mode for column in screen.columns] == list(MODES)
        for column in screen.columns:
            hits = workspace.retrieve(QUESTION, column.mode).hits
            rows = _rows(column, 0)
            assert len(rows) == len(hits)
            for row, hit in zip(rows, hits, strict=True):
                assert f"{hit.rank} " in row and hit.sentence[:12] in row

    going(app, steps)


def main_screen_below(app: AssistantApp) -> MainScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, MainScreen))


def test_the_sentence_under_the_cursor_is_pointed_at_in_every_column(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await compared(pilot)
        await pilot.press("down")
        await pilot.pause()
        pointed = {
            row.split("\n", 1)[1]
            for column in screen.columns
            for row in _rows(column, 0)
            if row.startswith("▶")
        }
        assert len(pointed) == 1

    going(app, steps)


def test_right_goes_to_the_next_mode_and_u_goes_on_with_it(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await compared(pilot)
        await pilot.press("right", "right", "u")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await until(pilot, lambda: main_screen(pilot).trace.mode == list(MODES)[2])  # type: ignore[union-attr]

    going(app, steps)


def test_two_answers_stand_side_by_side_and_a_third_replaces_the_older(
    app: AssistantApp,
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await compared(pilot)
        for n, keys in enumerate((["a"], ["right", "a"], ["right", "a"]), start=1):
            await pilot.press(*keys)
            await until(pilot, lambda n=n: _answered(screen) == min(n, 2))  # type: ignore[misc]
        labels = [str(a.query(Static).first().render()) for a in screen.query(ModeAnswer)]
        assert labels == [f"with {MODES[name].label}" for name in list(MODES)[1:3]]

    going(app, steps)


def _answered(screen: CompareScreen) -> int:
    return sum("extractive" in _remarks(answer) for answer in screen.query(ModeAnswer))


def _remarks(answer: ModeAnswer) -> str:
    return str(answer.query_one(".remarks", Static).render())


def test_a_pinned_question_lies_beside_the_next_one(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await compared(pilot)
        await pilot.press("p", "escape")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        screen = await compared(pilot, "How is a base address register sized?")
        assert QUESTION in str(screen.query_one("#compare-title", Static).render())
        assert all(column.lists[1].display for column in screen.columns)
        await pilot.press("p")
        await pilot.pause()
        assert not any(column.lists[1].display for column in screen.columns)

    going(app, steps)


def test_enter_opens_the_sentence_in_its_document(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await compared(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen))

    going(app, steps)


def test_without_a_question_it_says_what_to_do(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert app.screen.query_one("#compare-empty").display
        await pilot.press("a", "t", "p", "escape")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))

    going(app, steps)


def test_another_model_needs_its_own_index(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await compared(pilot)
        await pilot.press("o")
        await until(pilot, lambda: any("one model" in n.message for n in app._notifications))

    going(app, steps)


def test_the_chart_names_every_sentence_and_column(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        chart = (await compared(pilot)).query_one(BumpChart)
        chart.draw_lines(["One", "Two"], [RankLine("Q", (1, 40)), RankLine("Z", (None, 2))])
        drawn = chart.plt.build()
        for shown in ("Q", "Z", "One", "Two"):
            assert shown in drawn

    going(app, steps)


def test_letters_join_what_two_or_more_have(tmp_path: Path, home_with_model: Path) -> None:
    found = _found(tmp_path, home_with_model)
    joins = joined(found.traces)
    for key in {key_of(hit) for trace in found.traces for hit in trace.hits}:
        n_columns = sum(key in {key_of(hit) for hit in trace.hits} for trace in found.traces)
        assert (key in joins) == (n_columns > 1)
    assert len({join.letter for join in joins.values()}) == len(joins)


def _found(tmp_path: Path, home: Path) -> SideBySide:
    from assistant.paths import Paths
    from tests.fakes import HashingEncoder
    from tests.tui.support import settings_for

    folder = write_documents(tmp_path / "docs")
    index_now(folder, home)
    load: Any = HashingEncoder.load
    workspace = Workspace(settings_for(), Paths.below(home), folder, load=load)
    *_, found = workspace.side_by_side(QUESTION)
    return found


@pytest.fixture
def same_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that pictures are alike: 10 ms for the first mode, 20 for the second, ..."""
    searched = Workspace.side_by_side

    def timed(self: Workspace, question: str, pooling: str = "") -> Iterator[SideBySide]:
        for found in searched(self, question, pooling):
            traces = tuple(
                dataclasses.replace(trace, timings={"total": n / 100})
                for n, trace in enumerate(found.traces, start=1)
            )
            yield dataclasses.replace(found, traces=traces)

    monkeypatch.setattr(Workspace, "side_by_side", timed)


async def _wide(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await _without_chart(pilot)


async def _without_chart(pilot: Pilot[None], question: str = QUESTION) -> None:
    """Plotext spaces its ticks by what it drew before: its pictures are not alike."""
    screen = await compared(pilot, question)
    screen.query_one(BumpChart).styles.visibility = "hidden"
    workers = [worker for worker in screen.workers if worker.group != "watch"]
    await until(pilot, lambda: all(worker.is_finished for worker in workers))


async def _answers(pilot: Pilot[None]) -> None:
    await _wide(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, CompareScreen)
    await pilot.press("a")
    await until(pilot, lambda: _answered(screen) == 1)
    await pilot.press("right", "a")
    await until(pilot, lambda: _answered(screen) == 2)


async def _poolings(pilot: Pilot[None]) -> None:
    await _wide(pilot)
    await pilot.press("t")


async def _numbers(pilot: Pilot[None]) -> None:
    await _wide(pilot)
    await pilot.press("right", "t")


async def _chinese(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await _without_chart(pilot, "模式寄存器按什么顺序写入？")


async def _empty(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))


async def _asked_only(pilot: Pilot[None]) -> None:
    await until_indexed(pilot)
    await ask(pilot)
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CompareScreen)
    screen.query_one(BumpChart).styles.visibility = "hidden"
    await pilot.pause()


def test_screen_while_the_modes_are_searched(
    snap_compare: Any, app: AssistantApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lasts(workspace: Workspace, question: str, pooling: str = "") -> Iterator[SideBySide]:
        while not get_current_worker().is_cancelled:
            time.sleep(0.01)
        yield from ()

    monkeypatch.setattr(Workspace, "side_by_side", lasts)
    assert snap_compare(app, terminal_size=(120, 36), run_before=_asked_only)


def test_screen_of_a_question_that_could_not_be_compared(
    snap_compare: Any, app: AssistantApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(workspace: Workspace, question: str, pooling: str = "") -> Iterator[SideBySide]:
        raise IndexDamaged("the vectors cannot be read: sentence.cls.f32", "F7 tries again")
        yield from ()

    async def steps(pilot: Pilot[None]) -> None:
        await _asked_only(pilot)
        await until(pilot, lambda: "cannot be read" in shown_text(pilot))

    monkeypatch.setattr(Workspace, "side_by_side", fails)
    assert snap_compare(app, terminal_size=(120, 36), run_before=steps)


@pytest.mark.usefixtures("same_times")
@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(_wide, (140, 44), id="wide"),
        pytest.param(_wide, (80, 24), id="narrow"),
        pytest.param(_numbers, (80, 24), id="narrow-numbers"),
        pytest.param(_answers, (140, 44), id="answers"),
        pytest.param(_poolings, (120, 36), id="poolings"),
        pytest.param(_chinese, (120, 36), id="chinese"),
        pytest.param(_empty, (80, 24), id="empty"),
    ],
)
def test_screen(snap_compare: Any, app: AssistantApp, steps: Steps, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=steps)
