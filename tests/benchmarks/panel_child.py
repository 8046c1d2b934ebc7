"""The process that `panel` starts in a terminal: it asks, and times each tab of the side panel."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs

from assistant.paths import Paths
from assistant.records import Trace
from assistant.settings import ChatSettings, load_settings
from assistant.tui.opening import opener
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.panel import TABS
from assistant.tui.widgets.panel.tab import PanelTab
from tests.benchmarks.measuring import memory
from tests.benchmarks.screen_child import Watched

NEEDS: dict[str, Callable[[Trace], object]] = {
    "matches": lambda trace: trace.hits,
    "poolings": lambda trace: trace.comparison,
    "dilution": lambda trace: trace.comparison,
    "tokens": lambda trace: trace.explanation,
    "prompt": lambda trace: trace.hits,
}
"""Tab -> what of the trace it cannot be filled without."""


async def measured(app: Watched, questions: list[str], mode: str) -> dict[str, Any]:
    """Milliseconds from the trace until the tab that is looked at stands filled on the screen, and
    what the program holds after all of it.
    """
    screen = app.screen
    assert isinstance(screen, MainScreen)
    figures: dict[str, Any] = {}
    for name in TABS:
        tab = screen.query_one(f"#{name}-pane PanelTab", PanelTab)
        ms = [await _filled(app, screen, tab, question, mode, name) for question in questions]
        ms = ms[1:]  # the first one loads what all others use
        figures[name] = {"p50": float(np.median(ms)), "p95": float(np.percentile(ms, 95))}
        figures[name]["n"] = len(ms)
        screen.panel.go_to_tab(1)
        await asyncio.sleep(0.3)
    return {"tabs": figures, "memory": memory()}


async def _filled(
    app: Watched, screen: MainScreen, tab: PanelTab, question: str, mode: str, name: str
) -> float:
    began = 0.0
    take = screen._take_trace

    def taken(trace: Trace) -> None:
        nonlocal began
        began = time.perf_counter()
        take(trace)

    screen._take_trace = taken  # type: ignore[method-assign]
    try:
        await screen.rank_question(question, mode, screen._pooling)
        while not (began and tab.shown.trace and NEEDS[name](tab.shown.trace)):
            await asyncio.sleep(0.001)
        app.displayed.clear()
        await asyncio.wait_for(app.displayed.wait(), 2)
        ended = time.perf_counter()
        while screen.is_busy:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.1)
        return (ended - began) * 1000
    finally:
        screen._take_trace = take  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("docs", "out", "questions"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--mode", required=True)
    parser.add_argument("--n", type=int, required=True)
    options = parser.parse_args()
    lines = options.questions.read_text("utf-8").splitlines()[: options.n]
    questions = [json.loads(line)["question"] for line in lines]
    paths = Paths.of_user()
    settings = load_settings(paths.settings_file)
    settings = structs.replace(settings, chat=ChatSettings(backend="extractive"))

    async def act(app: Watched) -> Any:
        return await measured(app, questions, options.mode)

    gc.disable()  # as `assistant FOLDER` begins
    app = Watched(act, settings, (options.docs,), opener(settings, paths), paths.settings_file)
    app.run()
    options.out.write_text(json.dumps(app.figures), "utf-8")


if __name__ == "__main__":
    main()
