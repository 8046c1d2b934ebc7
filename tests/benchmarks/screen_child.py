"""The process that `screen` starts in a terminal: it uses its own screens, and times them."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from msgspec import structs

from assistant.paths import Paths
from assistant.records import DocumentSummary, DocumentText, Place
from assistant.settings import ChatSettings, load_settings
from assistant.tui import app as program
from assistant.tui.opening import opener
from assistant.tui.screens.main import MainScreen

QUESTION = "How is the memory controller trained after a warm reset?"
_BEAT_S = 0.005
_REST_S = 0.08
"""After a frame, until what followed it is done: five frames of 60 a second."""
_NO_FRAME_S = 0.4
"""Without one it is taken to be at its end, where a short list is most of the time."""


class Watched(program.AssistantApp):
    """Runs `act` when the folder's index is up to date, then ends."""

    CSS_PATH = Path(program.__file__).with_name(str(program.AssistantApp.CSS_PATH))

    def __init__(self, act: Callable[[Watched], Awaitable[Any]], *args: Any) -> None:
        super().__init__(*args)
        self._act = act
        self.figures: Any = None
        self.late: list[float] = []
        self.displayed = asyncio.Event()

    def on_ready(self) -> None:
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._run_act())]

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.displayed.set()

    async def _beat(self) -> None:
        while True:
            due = time.perf_counter() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self.late.append(time.perf_counter() - due)

    async def _run_act(self) -> None:
        while not (isinstance(self.screen, MainScreen) and self.screen.status_bar.counts[0]):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        try:
            self.figures = await self._act(self)
        finally:
            self.exit()

    async def opened(self, show: Callable[[], Any], is_shown: Callable[[], bool]) -> dict[str, Any]:
        """What it takes until something is on the screen."""
        self.late.clear()
        wall, cpu = time.perf_counter(), time.thread_time()
        show()
        while not is_shown():
            await asyncio.sleep(0.001)
        self.displayed.clear()
        await self.displayed.wait()
        took = (time.perf_counter() - wall) * 1000
        await asyncio.sleep(1.0)
        used = (time.thread_time() - cpu) * 1000
        return {"wall_ms": took, "cpu_ms": used, "stall_ms": max(self.late) * 1000}

    async def frames(self, n: int, move: Callable[[int], Any]) -> dict[str, Any]:
        """Of n moves: the drawing thread's time until the next frame, and until it rests."""
        first, whole = [], []
        for i in range(n):
            self.displayed.clear()
            start = time.thread_time()
            move(i)
            try:
                async with asyncio.timeout(_NO_FRAME_S):
                    await self.displayed.wait()
            except TimeoutError:
                continue  # it was at its end: nothing to draw
            first.append((time.thread_time() - start) * 1000)
            await asyncio.sleep(_REST_S)
            whole.append((time.thread_time() - start) * 1000)
        return {"n": len(first), "frame_ms": _summary(first), "whole_ms": _summary(whole)}


def _summary(ms: list[float]) -> dict[str, float]:
    if not ms:
        raise SystemExit("no move drew a frame")
    return {"p50": float(np.median(ms)), "p99": float(np.percentile(ms, 99)), "max": max(ms)}


async def _scrolled(app: Watched, widget: Any, n: int = 100) -> dict[str, Any]:
    """Pages, lines by key, and jumps to anywhere, as with the scroll bar."""
    rng = np.random.default_rng(7)
    widget.focus()
    jumps = rng.integers(0, max(1, widget.max_scroll_y), size=n)
    moves = {
        "a page down": lambda _: widget.scroll_page_down(animate=False),
        "a line down": lambda _: widget.scroll_relative(y=1, animate=False),
        "a jump": lambda i: widget.scroll_to(y=int(jumps[i]), animate=False),
        "the cursor, a line": lambda _: widget.action_cursor_down(),
    }
    measured = {}
    for name, move in moves.items():
        widget.scroll_home(animate=False)  # each from the top: a short list is soon at its end
        await asyncio.sleep(_REST_S)
        measured[name] = await app.frames(n, move)
    return measured


async def stream(app: Watched, options: argparse.Namespace) -> dict[str, Any]:
    from assistant.tui.widgets.exchange import Exchange

    screen = app.screen
    assert isinstance(screen, MainScreen)
    arrived: list[float] = []
    take = Exchange.add_token

    async def taken(exchange: Exchange, text: str) -> None:
        arrived.append(time.perf_counter())
        await take(exchange, text)

    Exchange.add_token = taken  # type: ignore[method-assign]
    await screen.conversation.ask(QUESTION)
    while not arrived:
        await asyncio.sleep(0.001)
    app.late.clear()
    cpu = time.thread_time()
    last = f"word{options.tokens - 1}"
    answer = screen.query(Exchange).last()
    while last not in answer._answer.source:
        await asyncio.sleep(0.001)
    app.displayed.clear()
    await app.displayed.wait()
    shown = time.perf_counter()
    while screen.conversation.is_answering:
        await asyncio.sleep(0.001)
    checked = time.perf_counter()
    gap_s = 1 / options.per_second  # the server waits before each token, also the first
    return {
        "tokens": options.tokens,
        "per_second": options.per_second,
        "arrived": len(arrived),
        "sent_s": arrived[-1] - arrived[0] + gap_s,
        "shown_s": shown - arrived[0] + gap_s,
        "checked_s": checked - arrived[0] + gap_s,
        "loop_cpu_s": time.thread_time() - cpu,
        "p99_ms": float(np.percentile(app.late, 99)) * 1000,
        "max_ms": max(app.late) * 1000,
    }


async def matches(app: Watched, options: argparse.Namespace) -> dict[str, Any]:
    from assistant.tui.widgets.panel.matches import Matches

    screen = app.screen
    assert isinstance(screen, MainScreen)
    workspace = screen.conversation.workspace
    assert workspace is not None  # the index is up to date, so it was opened
    trace = await asyncio.to_thread(workspace.retrieve, QUESTION, "hybrid")
    n = len(trace.hits)
    hits = [replace(trace.hits[i % n], rank=i + 1) for i in range(options.rows)]
    widget = screen.query_one(Matches)
    screen.panel.show_trace(trace)
    await asyncio.sleep(0.5)
    long = replace(trace, hits=tuple(hits))
    opened = await app.opened(
        lambda: screen.panel.show_trace(long), lambda: widget.option_count == options.rows
    )
    return {
        "size": f"{options.rows:,} matches",
        "opened": opened,
        "moves": await _scrolled(app, widget),
    }


async def documents(app: Watched, options: argparse.Namespace) -> dict[str, Any]:
    from assistant.tui.screens.documents import DocumentsScreen
    from assistant.tui.widgets.document_list import DocumentList

    rows = [_summary_of(i) for i in range(options.rows)]
    screen = DocumentsScreen(SimpleNamespace(documents=lambda: rows))  # type: ignore[arg-type]

    def is_shown() -> bool:
        lists = list(screen.query(DocumentList))
        return bool(lists) and lists[0].option_count == options.rows

    opened = await app.opened(lambda: app.push_screen(screen), is_shown)
    moves = await _scrolled(app, screen.query_one(DocumentList))
    return {"size": f"{options.rows:,} documents", "opened": opened, "moves": moves}


def _summary_of(i: int) -> DocumentSummary:
    return DocumentSummary(
        *(f"folder-{i % 40}/document-{i:05}.md", f"Document {i}", "markdown", 40 + i % 90),
        *(900 + i, i % 50, i % 7, i % 3, "read", 0, 5000, 5000, 0, ()),
    )


async def text(app: Watched, options: argparse.Namespace) -> dict[str, Any]:
    from textual.widgets import TextArea

    from assistant.tui.screens.document import DocumentScreen

    lines = (
        f"Line {i}: the memory controller of channel {i % 4} is trained once more"
        f" after every {'warm ' * (i % 23)}reset.\n"
        for i in range(options.characters)
    )
    written, size = [], 0
    for line in lines:
        written.append(line)
        size += len(line)
        if size >= options.characters:
            break
    whole = "".join(written)
    middle = whole.index("\n", len(whole) // 2) + 1
    place = Place("long.txt", middle, middle + 60, len(written) // 2, None, ())
    document = DocumentText("long.txt", "A long text", "plain", whole, ((0, 1),))
    screen = DocumentScreen(document, place)
    opened = await app.opened(
        lambda: app.push_screen(screen),
        lambda: bool(screen.query(TextArea)) and bool(screen.selected_text),
    )
    moves = await _scrolled(app, screen.query_one(TextArea))
    return {"size": f"{len(whole):,} characters", "opened": opened, "moves": moves}


ACTS = {"stream": stream, "matches": matches, "documents": documents, "text": text}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    for name in ("rows", "characters", "tokens", "per-second"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--host", default="", help="of a chat server, for `stream`")
    options = parser.parse_args()
    paths = Paths.of_user()
    settings = load_settings(paths.settings_file)
    chat = ChatSettings(backend="extractive")
    if options.host:
        chat = ChatSettings(backend="ollama", host=options.host)
    _run(structs.replace(settings, chat=chat), paths, options)


def _run(settings: Any, paths: Paths, options: argparse.Namespace) -> None:
    async def act(app: Watched) -> Any:
        return await ACTS[options.act](app, options)

    gc.disable()  # as `assistant FOLDER` begins
    app = Watched(act, settings, (options.docs,), opener(settings, paths), paths.settings_file)
    app.run()
    options.out.write_text(json.dumps(app.figures), "utf-8")


if __name__ == "__main__":
    main()
