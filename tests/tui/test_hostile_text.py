"""Text from documents and models is shown as it is: no markup, no escapes, no actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.tui.widgets.panel.matches import Matches
from tests.ollama_server import OllamaServer, Reply
from tests.tui.support import (
    ask,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

HOSTILE = [
    "PCI[3:0] = [RO]",
    "[/etc/passwd]",
    "[@click=app.quit]x[/]",
    "[bold red]y[/bold red] [/",
    "\\x1b is written \x1b]52;c;ZXZpbA==\x07 here",
    "clear \x1b[2J screen \x9b31m and \u202etxt.exe",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_documents_are_harmless_text(
    tmp_path: Path, home_with_model: Path, text: str
) -> None:
    async def body() -> None:
        # As code, so that no parser may take the brackets for its own.
        document = f"# Attributes\n\nThe watchdog line reads `{text}` in the register log.\n"
        app = open_app(
            write_documents(tmp_path / "docs", {"hostile.md": document}), home_with_model
        )
        async with app.run_test(size=(120, 40)) as pilot:
            await until_indexed(pilot, documents=1)
            screen = await ask(pilot, "watchdog register log")
            assert_harmless(shown_text(pilot))
            await pilot.press("f4")
            assert_harmless(shown_text(pilot))
            screen.query_one(Matches)
            await pilot.press("enter")
            await pilot.pause()
            assert_harmless(shown_text(pilot))
            if "\x1b" not in text:
                assert text in " ".join(shown_text(pilot).split())
            assert app.is_running

    run(body)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_harmless_text(
    tmp_path: Path, home_with_model: Path, text: str
) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            server.usual_reply = Reply(tokens=["It reads ", *text, " and more [1]."])
            app = open_app(
                write_documents(tmp_path / "docs"), home_with_model, settings_for(server.url)
            )
            async with app.run_test(size=(120, 40)) as pilot:
                await until_indexed(pilot)
                await ask(pilot)
                await until(pilot, lambda: "It reads" in shown_text(pilot))
                assert_harmless(shown_text(pilot))
                assert app.is_running

    run(body)


def assert_harmless(shown: str) -> None:
    for character in ("\x1b", "\x9b", "\x07", "\u202e"):
        assert character not in shown
