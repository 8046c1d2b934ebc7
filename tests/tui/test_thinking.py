"""What a model thought before its answer: folded, and unfolded by a key."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.ollama_server import FakeModel, OllamaServer, Reply
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


def test_a_key_unfolds_the_newest_thinking_from_its_first_line_and_folds_it_again(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        with OllamaServer([FakeModel("tiny:latest", ("completion", "thinking"))]) as server:
            server.script(Reply(), Reply(thinking=["The first thought.\n", "and\n" * 60]))
            settings = settings_for(server.url)
            settings = replace(settings, chat=replace(settings.chat, thinking=True))
            app = open_app(write_documents(tmp_path / "docs"), home_with_model, settings)
            async with app.run_test(size=(99, 30)) as pilot:
                screen = await until_indexed(pilot)
                await pilot.press("shift+f6")
                await ask(pilot)
                await pilot.press("f18")  # as most terminals send it
                told = [note.title for note in app._notifications]
                assert told == ["No thinking here"] * 2
                await ask(pilot)
                assert "first thought" not in shown_text(pilot)
                assert screen.focused is screen.conversation.prompt
                await pilot.press("shift+f6")
                await until(pilot, lambda: "The first thought." in shown_text(pilot))
                await pilot.press("f18")
                await until(pilot, lambda: "The first thought." not in shown_text(pilot))
                assert "It stays set [2]" in shown_text(pilot)

    run(body)
