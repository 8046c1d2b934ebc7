"""The list of documents: its orders, its filter, what Enter opens, and names that are no markup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import TextArea

from assistant.errors import UsageError
from assistant.records import DocumentSummary, DocumentText
from assistant.settings import Settings, UiSettings
from assistant.tui.app import AssistantApp
from assistant.tui.screens.document import DocumentScreen
from assistant.tui.screens.documents import DocumentsScreen
from assistant.tui.screens.help import HelpScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.document_list import matching
from tests.fakes import EnglishEncoder
from tests.tui.support import (
    DOCUMENTS,
    open_app,
    run,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

WIDE = (120, 36)
Steps = Callable[[Pilot[None], DocumentsScreen], Awaitable[None]]


async def opened(pilot: Pilot[None], documents: int = 3) -> DocumentsScreen:
    """The documents' screen, once it has its rows."""
    await until_indexed(pilot, documents)
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(pilot.app.screen, DocumentsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, DocumentsScreen)
    await until(pilot, lambda: screen.rows.option_count == documents)
    return screen


class Shelf:
    """As many documents as a test likes, in place of a workspace."""

    def __init__(self, n: int) -> None:
        self.summaries = [
            DocumentSummary(f"{i:05}.md", "", "plain", i, 10, 0, 0, 0, "read") for i in range(n)
        ]

    def documents(self) -> list[DocumentSummary]:
        return self.summaries

    def document(self, path: str) -> DocumentText:
        return DocumentText(path, "", "plain", "It is set.", ((0, 1),))

    def source_file(self, path: str) -> Path:
        return Path(path)


async def shelved(pilot: Pilot[None], shelf: Shelf) -> DocumentsScreen:
    screen = DocumentsScreen(shelf)  # type: ignore[arg-type]
    await pilot.app.push_screen(screen)
    await until(pilot, lambda: screen.rows.option_count == len(shelf.summaries))
    return screen


def listed(pilot: Pilot[None], names: list[str]) -> list[str]:
    """The names in the order of their rows."""
    ends = [line.split()[-1:] for line in shown_text(pilot).splitlines()]
    return [end[0] for end in ends if end and end[0] in names]


@pytest.fixture
def app(tmp_path: Path, home_with_model: Path) -> AssistantApp:
    return open_app(write_documents(tmp_path / "docs"), home_with_model, load=EnglishEncoder.load)


def on_the_screen(app: AssistantApp, steps: Steps, documents: int = 3) -> None:
    async def body() -> None:
        async with app.run_test(size=WIDE) as pilot:
            await steps(pilot, await opened(pilot, documents))
            assert app.is_running

    run(body)


def test_the_orders_follow_one_another(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        names = list(DOCUMENTS)
        assert listed(pilot, names) == ["zh.md", "memory.md", "pci.md"]
        await pilot.press("s")
        assert "Sorted: by path" in shown_text(pilot)
        assert listed(pilot, names) == ["memory.md", "pci.md", "zh.md"]
        await pilot.press("s")
        assert listed(pilot, names) == ["memory.md", "pci.md", "zh.md"]
        assert "most sentences first" in shown_text(pilot)
        await pilot.press("s")
        assert listed(pilot, names)[0] == "zh.md"
        assert screen.rows.highlighted == 0

    on_the_screen(app, steps)


def test_a_document_that_the_encoder_cannot_read_is_said_to_be_one(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        await until(pilot, lambda: "The encoder cannot read it" in shown_text(pilot))
        assert "The encoder cannot read 1 document" in shown_text(pilot)
        await pilot.press("down")
        await until(
            pilot, lambda: "The encoder reads it (unknown tokens: 0.0%)" in shown_text(pilot)
        )

    on_the_screen(app, steps)


def test_enter_opens_the_document_and_esc_leads_back_step_by_step(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
        assert pilot.app.screen.query_one(TextArea).text.startswith("Memory initialisation")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.rows.highlighted == 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))

    on_the_screen(app, steps)


def test_the_filter_keeps_what_has_every_word_and_esc_clears_it(app: AssistantApp) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        await pilot.press("slash", *"PCI enum")
        await until(pilot, lambda: listed(pilot, list(DOCUMENTS)) == ["pci.md"])
        assert "1 of 3 shown" in shown_text(pilot)
        await pilot.press(*"xx")
        await until(pilot, lambda: "Esc clears the filter" in shown_text(pilot))
        await pilot.press("enter", "enter")  # there is no row to open
        await pilot.press("escape")
        await until(pilot, lambda: screen.rows.option_count == 3)
        assert pilot.app.screen is screen
        await pilot.press("s")  # the list has the focus again
        assert "Sorted: by path" in shown_text(pilot)
        await pilot.press("slash", *"pci", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
        assert "PCI enumeration" in pilot.app.screen.query_one(TextArea).text

    on_the_screen(app, steps)


def test_a_document_that_is_gone_by_now_is_told_and_the_list_stays(app: AssistantApp) -> None:
    class Shrinking(Shelf):
        def document(self, path: str) -> DocumentText:
            self.summaries = self.summaries[1:]
            raise UsageError(f"this document is no longer in the index: {path}", "ask again")

    async def body() -> None:
        async with app.run_test(size=WIDE, notifications=True) as pilot:
            screen = await shelved(pilot, Shrinking(3))
            await pilot.press("enter")
            await until(pilot, lambda: "no longer in" in shown_text(pilot))
            assert app.screen is screen
            await pilot.press("f5")
            await until(pilot, lambda: screen.rows.option_count == 2)

    run(body)


def test_an_index_without_documents_names_the_next_key(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs", {}), home_with_model)
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: "no readable document" in shown_text(pilot))
            await pilot.press("f8")
            await until(pilot, lambda: "F5 looks again, Esc goes back" in shown_text(pilot))
            await pilot.press("s", "enter", "slash", "x", "escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, MainScreen))

    run(body)


@pytest.mark.parametrize(
    "name",
    [
        "[@click=app.quit]x.md",
        "[bold red]y [.md",
        "PCI[3:0] = [RO].md",
        "\u5185\u5b58" * 30 + ".md",
        "$text-error %s {0} \\[.md",
    ],
)
def test_hostile_names_are_text_and_take_one_row(
    tmp_path: Path, home_with_model: Path, name: str
) -> None:
    text = "# [@click=app.quit]Title[/]\n\nIt is set.\n"
    documents = {name: text, "z.md": text}
    app = open_app(write_documents(tmp_path / "docs", documents), home_with_model)

    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        lines = [line for line in shown_text(pilot).splitlines() if line.strip()]
        at = next(i for i, line in enumerate(lines) if line.rstrip().endswith(" z.md"))
        assert name[:12] in lines[at - 1] + lines[at + 1]
        assert "[@click=app.quit]Title[/]" in shown_text(pilot)
        await pilot.click("#documents-list", offset=(52, 0))
        await pilot.pause()
        assert pilot.app.is_running

    on_the_screen(app, steps, documents=2)


def test_ten_thousand_documents_are_listed_and_filtered(app: AssistantApp) -> None:
    async def body() -> None:
        async with app.run_test(size=WIDE) as pilot:
            screen = await shelved(pilot, Shelf(10_000))
            await pilot.press("end")
            await until(pilot, lambda: "09999.md" in shown_text(pilot))
            await pilot.press("slash", *"0777")
            await until(pilot, lambda: screen.rows.option_count == 11)
            await pilot.press("enter", "enter")
            await until(pilot, lambda: isinstance(app.screen, DocumentScreen))

    run(body)


def test_words_are_looked_for_in_path_and_title_in_any_case() -> None:
    one = DocumentSummary("zh/Flash.md", "SPI \u95ea\u5b58", "markdown", 1, 1, 0, 0, 0, "read")
    two = DocumentSummary("smm.html", "System management", "html", 1, 1, 0, 0, 0, "read")
    assert matching([one, two], "") == [one, two]
    assert matching([one, two], " flash spi ") == [one]
    assert matching([one, two], "\u95ea\u5b58") == [one]
    assert matching([one, two], "mdspi") == []


def test_the_key_is_in_the_help_and_the_action_in_the_palette(app: AssistantApp) -> None:
    async def body() -> None:
        async with app.run_test(size=(120, 50)) as pilot:
            await until_indexed(pilot)
            await pilot.press("f1")
            await until(pilot, lambda: "What it does" in shown_text(pilot))
            keys = app.screen.query_one(VerticalScroll)

            def is_named_below() -> bool:
                keys.scroll_relative(y=5, animate=False)
                return "How each document was read" in shown_text(pilot)

            await until(pilot, is_named_below)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            await pilot.press("ctrl+p")
            await until(pilot, lambda: isinstance(app.screen, CommandPalette))
            await pilot.press(*"documents")
            await until(pilot, lambda: "How each document was read" in shown_text(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, DocumentsScreen))
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await until(pilot, lambda: "Every indexed document" in shown_text(pilot))

    run(body)


def test_every_binding_of_the_list_has_an_id_and_can_be_remapped(
    tmp_path: Path, home_with_model: Path
) -> None:
    settings = Settings(ui=UiSettings(keys={"list.sort": "f9"}))
    app = open_app(write_documents(tmp_path / "docs"), home_with_model, settings)

    async def steps(pilot: Pilot[None], screen: DocumentsScreen) -> None:
        bindings = [b for node in (screen, screen.rows) for b in type(node).BINDINGS]
        assert all(b.id and b.tooltip for b in bindings)
        await pilot.press("f9")
        await until(pilot, lambda: "Sorted: by path" in shown_text(pilot))

    on_the_screen(app, steps)
