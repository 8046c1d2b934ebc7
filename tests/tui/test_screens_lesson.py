"""The lesson's steps as golden pictures, with an encoder that gives the same numbers everywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.errors import IndexLocked
from assistant.paths import Paths
from assistant.records import IndexProgressed, LessonEvent, LessonFinished
from assistant.settings import Settings
from assistant.tui.screens.lesson import LessonScreen
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import until

WIDE, NARROW = (120, 36), (80, 24)


class Scripted:
    def __init__(self, events: list[LessonEvent], error: Exception | None = None) -> None:
        self._events, self._error = events, error
        self.is_over = threading.Event()

    def lesson(self) -> Iterator[LessonEvent]:
        yield from self._events
        if self._error:
            raise self._error
        if not isinstance(self._events[-1], LessonFinished):
            self.is_over.wait(20)


class Host(App[None]):
    CSS_PATH = Path(__file__).parents[2] / "assistant/tui/assistant.tcss"

    def __init__(self, workspace: Any) -> None:
        super().__init__()
        self.lesson = LessonScreen(workspace)

    def on_mount(self) -> None:
        self.push_screen(self.lesson)


def said(app: Host) -> str:
    return str(app.lesson.query_one("#lesson-text", Static).visual)


@pytest.mark.parametrize(
    ("step", "size"),
    [(1, WIDE), (3, WIDE), (3, NARROW), (4, NARROW), (5, WIDE)],
    ids=["toy", "ranks", "ranks-narrow", "models-narrow", "modes"],
)
def test_step(
    snap_compare: Any, home_with_model: Path, tmp_path: Path, step: int, size: tuple[int, int]
) -> None:
    workspace = Workspace(Settings(), Paths.below(home_with_model), tmp_path, HashingEncoder.load)
    app = Host(Scripted([list(workspace.lesson())[-1]]))

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.lesson.is_ready)
        await pilot.press(*["enter"] * step)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=steps)


def test_preparing(snap_compare: Any) -> None:
    workspace = Scripted([IndexProgressed(2, 6, 210, 60.0, 8.0)])
    app = Host(workspace)

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "Indexing 2/6" in said(app))
        workspace.is_over.set()

    assert snap_compare(app, terminal_size=WIDE, run_before=steps)


def test_an_index_that_another_program_writes(snap_compare: Any) -> None:
    error = IndexLocked("another program is writing this index: process 7", "wait for it")
    app = Host(Scripted([], error))

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "another program" in said(app))

    assert snap_compare(app, terminal_size=WIDE, run_before=steps)
