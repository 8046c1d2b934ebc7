"""A document opened at a sentence: its other hits, a search within, and the file itself."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.errors import UsageError
from assistant.paths import Paths
from assistant.tui.editors import editor_command
from assistant.tui.screens.document import DocumentScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.widgets.panel.matches import Matches
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import (
    ask,
    open_app,
    run,
    settings_for,
    until,
    until_indexed,
    write_documents,
)

Steps = Callable[[Pilot[None], DocumentScreen], Awaitable[None]]


def going(tmp_path: Path, home: Path, steps: Steps) -> None:
    async def test() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home)
        async with app.run_test(size=(100, 30)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            if not screen.panel.display:
                await pilot.press("ctrl+b")
            screen.query_one(Matches).focus()
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
            document = pilot.app.screen
            assert isinstance(document, DocumentScreen)
            await until(pilot, lambda: document.selected_text)
            await steps(pilot, document)

    run(test)


def standing(screen: DocumentScreen) -> str:
    return str(screen.query_one("#document-standing", Static).render())


def test_hits_are_gone_through_round(tmp_path: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentScreen) -> None:
        first = screen.selected_text
        assert "hit 1 of 4" in standing(screen)
        seen = []
        for _ in range(4):
            await pilot.press("n")
            seen.append(screen.selected_text)
        assert len(set(seen)) == 4
        assert seen[-1] == first
        await pilot.press("p")
        assert screen.selected_text == seen[-2]
        await pilot.press("s")
        assert screen.selected_text == first

    going(tmp_path, home_with_model, steps)


def test_words_are_found_within_and_escape_ends_that_first(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentScreen) -> None:
        first = screen.selected_text
        await pilot.press("slash", *"WRITE", "space", *"lev", "enter")
        assert screen.selected_text == "Write lev"
        assert "found 1 of 2" in standing(screen)
        await pilot.press("n")
        assert "found 2 of 2" in standing(screen)
        await pilot.press("slash")
        screen.query_one(Input).value = "zirconium"
        await pilot.press("enter")
        assert "not in this document" in standing(screen)
        await pilot.press("escape")
        assert screen.selected_text == first
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))

    going(tmp_path, home_with_model, steps)


def test_the_file_is_opened_at_the_line_of_the_sentence(
    tmp_path: Path, home_with_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "noted"
    script = f"import sys; open({str(noted)!r}, 'w').write(' '.join(sys.argv[1:]))"
    monkeypatch.setenv("EDITOR", f'{sys.executable} -c "{script}"')

    @contextmanager
    def suspended(app: App[Any]) -> Iterator[None]:
        yield

    monkeypatch.setattr(App, "suspend", suspended)

    async def steps(pilot: Pilot[None], screen: DocumentScreen) -> None:
        await pilot.press("o")
        await until(pilot, noted.is_file)
        assert noted.read_text("utf-8") == f"+5 {tmp_path / 'docs' / 'memory.md'}"

    going(tmp_path, home_with_model, steps)


def test_without_an_editor_it_says_what_to_set(tmp_path: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None], screen: DocumentScreen) -> None:
        await pilot.press("o")
        assert any("no editor is set" in (n.title or "") for n in pilot.app._notifications)

    going(tmp_path, home_with_model, steps)


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+7", "/d/a.md"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/d/a.md"]),
        ("code --wait", ["code", "--wait", "--goto", "/d/a.md:7"]),
    ],
)
def test_editors_are_told_the_line(editor: str, command: list[str]) -> None:
    assert editor_command(Path("/d/a.md"), 7, {"EDITOR": editor}) == command
    assert editor_command(Path("/d/a.md"), 7, {"VISUAL": editor, "EDITOR": "ed"}) == command


def test_only_files_below_the_folder_are_opened(tmp_path: Path, home_with_model: Path) -> None:
    folder = write_documents(tmp_path / "docs")
    (tmp_path / "outside.md").write_text("not ours", "utf-8")
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    load: Any = HashingEncoder.load
    workspace = Workspace(settings_for(), Paths.below(home_with_model), folder, load=load)
    assert workspace.source_file("pci.md") == folder / "pci.md"
    for path in ("../outside.md", "link.md", "gone.md"):
        with pytest.raises(UsageError, match="no longer in the folder"):
            workspace.source_file(path)
