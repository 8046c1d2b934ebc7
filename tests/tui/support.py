"""What the screens' tests share: a small folder, an app on it, and waiting without sleeping."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from assistant.folders import Folders
from assistant.paths import Paths
from assistant.records import Trace
from assistant.settings import ChatSettings, ChromaSettings, Settings
from assistant.tui.app import AssistantApp
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.exchange import Exchange
from assistant.tui.widgets.prompt import Prompt
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder

DOCUMENTS = {
    "memory.md": """\
# Memory initialisation

## Mode registers

The DDR4 mode registers are written in the order MR3, MR6, MR5, MR4, MR2, MR1 and MR0.
ZQ calibration starts when the last mode register has been written.

## Write leveling

Write leveling aligns DQS with the clock at each DRAM device.
The controller raises the delay until the device returns a one.
""",
    "pci.md": """\
# PCI enumeration

The bridge takes its secondary bus number before the devices behind it are scanned.
A base address register is sized by writing ones and reading back the mask.
The attribute line reads `PCI[3:0] = [RO]` and the log says [/etc/passwd].
""",
    "zh.md": """\
# 内存初始化

固件按照 MR3、MR6、MR5、MR4、MR2、MR1、MR0 的顺序写入模式寄存器。
写均衡使 DQS 与时钟对齐。
""",
}
QUESTION = "In which order are the DDR4 mode registers written?"


def write_documents(folder: Path, documents: dict[str, str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (DOCUMENTS if documents is None else documents).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def settings_for(host: str = "", backend: str = "") -> Settings:
    """Quoted answers unless a chat server's address is given."""
    chosen = backend or ("ollama" if host else "extractive")
    chat = ChatSettings(backend=chosen, host=host)  # type: ignore[arg-type]
    # Chroma takes a second to import and has tests of its own.
    return Settings(chat=chat, chroma=ChromaSettings(enabled=False))


def open_app(
    folder: Path | tuple[Path, ...],
    home: Path,
    settings: Settings | None = None,
    load: Callable[..., object] = HashingEncoder.load,
) -> AssistantApp:
    settings = settings or settings_for()
    paths = Paths.below(home)

    def open_folders(chosen: tuple[Path, ...]) -> Workspace:
        return Workspace(settings, paths, Folders.of(*chosen), load=load)  # type: ignore[arg-type]

    folders = (folder,) if isinstance(folder, Path) else folder
    return AssistantApp(settings, folders, open_folders, paths.settings_file)


def index_now(
    folder: Path | tuple[Path, ...],
    home: Path,
    load: Callable[..., HashingEncoder] = HashingEncoder.load,
) -> None:
    """So that the app finds an index that is up to date."""
    folders = (folder,) if isinstance(folder, Path) else folder
    workspace = Workspace(settings_for(), Paths.below(home), Folders.of(*folders), load=load)
    for _ in workspace.index():
        pass


async def until(pilot: Pilot[None], is_true: Callable[[], object], seconds: float = 20) -> None:
    """Let the app work until the claim holds; fail where it never does."""
    async with asyncio.timeout(seconds):
        while not is_true():
            await pilot.pause(0.01)
    await pilot.pause()


def main_screen(pilot: Pilot[None]) -> MainScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MainScreen)
    return screen


async def until_indexed(pilot: Pilot[None], documents: int = 3) -> MainScreen:
    await until(
        pilot,
        lambda: (
            isinstance(pilot.app.screen, MainScreen)
            and pilot.app.screen.status_bar.counts[0] == documents
        ),
    )
    screen = main_screen(pilot)
    screen.query_one(Prompt).cursor_blink = False
    return screen


def panel_trace(screen: MainScreen) -> Trace | None:
    """The trace that the panel shows."""
    return screen.trace


async def ask(pilot: Pilot[None], question: str = QUESTION) -> MainScreen:
    """Type a question, send it, and wait for the answer and every pooling's ranks."""
    screen = main_screen(pilot)
    screen.query_one(Prompt).text = question
    before = len(screen.query(Exchange))
    await pilot.press("enter")
    await until(pilot, lambda: len(screen.query(Exchange)) > before)
    await until(pilot, lambda: not screen.is_busy)
    return screen


def shown_text(pilot: Pilot[None]) -> str:
    """All characters on the screen, row by row."""
    rows: dict[float, list[str]] = {}
    picture = pilot.app.export_screenshot()
    for row, text in re.findall(r'<text [^>]*y="([\d.]+)"[^>]*>(.*?)</text>', picture, re.DOTALL):
        rows.setdefault(float(row), []).append(text)
    lines = ("".join(rows[row]) for row in sorted(rows))
    return html.unescape("\n".join(lines)).replace("\xa0", " ")


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]
