"""Asking, switching and stopping, as a user sees it."""

from __future__ import annotations

from pathlib import Path

from assistant.paths import Paths
from assistant.tui.screens.document import DocumentScreen
from assistant.tui.widgets.exchange import Exchange, Sources
from assistant.tui.widgets.panel.matches import Matches
from assistant.tui.widgets.panel.poolings import RankMatrix
from assistant.tui.widgets.prompt import Prompt
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.ollama_server import OllamaServer, Reply
from tests.tui.support import (
    QUESTION,
    ask,
    main_screen,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)


def test_a_question_is_answered_with_sources_matches_and_poolings(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            assert screen.trace is not None
            assert screen.trace.hits[0].place.document == "memory.md"
            assert screen.query_one(Matches).option_count == len(screen.trace.hits)
            assert screen.query_one(Sources).option_count >= 1
            assert "MR3, MR6, MR5" in shown_text(pilot)
            await pilot.press("f4")
            await pilot.pause()
            assert screen.query_one(RankMatrix).option_count == len(screen.trace.hits)

    run(body)


def test_the_panel_holds_the_ranks_that_a_direct_call_gives(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        folder = write_documents(tmp_path / "docs")
        app = open_app(folder, home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            direct = Workspace(
                settings_for(), Paths.below(home_with_model), folder, load=HashingEncoder.load
            )
            expected = direct.compare(direct.retrieve(QUESTION))
            assert screen.trace is not None
            assert screen.trace.hits == expected.hits
            assert screen.trace.comparison == expected.comparison

    run(body)


def test_another_mode_or_pooling_ranks_again_without_asking_the_model(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            folder = write_documents(tmp_path / "docs")
            app = open_app(folder, home_with_model, settings_for(server.url))
            async with app.run_test(size=(120, 36)) as pilot:
                await until_indexed(pilot)
                screen = await ask(pilot)
                screen.set_mode("bm25")
                await until(pilot, lambda: screen.trace and screen.trace.mode == "bm25")
                screen.set_pooling("max")
                await until(pilot, lambda: screen.trace and screen.trace.pooling == "max")
                await until(pilot, lambda: not screen.is_busy)
                assert len(server.chats) == 1
                await pilot.press("ctrl+r")
                await until(pilot, lambda: len(server.chats) == 2)
                await until(pilot, lambda: not screen.is_busy)
                assert len(screen.query(Exchange)) == 2

    run(body)


def test_escape_stops_the_answer_and_keeps_what_was_said(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            server.usual_reply = _slow_reply()
            folder = write_documents(tmp_path / "docs")
            app = open_app(folder, home_with_model, settings_for(server.url))
            async with app.run_test(size=(120, 36)) as pilot:
                await until_indexed(pilot)
                screen = main_screen(pilot)
                screen.query_one(Prompt).text = QUESTION
                await pilot.press("enter")
                await until(pilot, lambda: "alpha" in shown_text(pilot))
                await pilot.press("escape")
                await until(pilot, server.client_gone.is_set)
                await until(pilot, lambda: not screen.is_busy)
                assert "alpha" in shown_text(pilot)
                assert "Stopped." in shown_text(pilot)
                assert "omega" not in shown_text(pilot)

    run(body)


def test_enter_opens_a_match_in_its_document_and_escape_comes_back(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            screen.query_one(Matches).focus()
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
            document = pilot.app.screen
            assert isinstance(document, DocumentScreen)
            assert screen.trace is not None
            assert document.selected_text == screen.trace.hits[0].sentence
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)

    run(body)


def test_a_sentence_far_down_is_scrolled_into_view(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        filler = "\n\n".join(f"Filler paragraph number {i} says nothing." for i in range(300))
        long = f"# Long\n\n{filler}\n\nThe zirconium strap selects the boot slot.\n\n{filler}\n"
        app = open_app(write_documents(tmp_path / "docs", {"long.md": long}), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot, documents=1)
            screen = await ask(pilot, "zirconium strap")
            screen.query_one(Matches).focus()
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, DocumentScreen))
            await until(pilot, lambda: "zirconium strap selects" in shown_text(pilot))

    run(body)


def test_only_the_newest_question_reaches_the_panel(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            screen = await until_indexed(pilot)
            prompt = screen.query_one(Prompt)
            prompt.text = "PCI bridge secondary bus number"
            await pilot.press("enter")
            prompt.text = QUESTION
            await pilot.press("enter")
            await until(pilot, lambda: len(screen.query(Exchange)) == 2)
            await until(pilot, lambda: not screen.is_busy and screen.trace)
            assert screen.trace is not None
            assert screen.trace.question == QUESTION

    run(body)


def test_blank_questions_are_not_sent_and_endless_ones_get_an_error(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            screen = await until_indexed(pilot)
            screen.query_one(Prompt).text = "   \n "
            await pilot.press("enter")
            assert not screen.query(Exchange)
            await ask(pilot, "word " * 2000)
            text = " ".join(shown_text(pilot).split())
            assert "at most" in text
            assert "shorten it" in text

    run(body)


def test_up_and_down_recall_questions(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            screen = await until_indexed(pilot)
            await ask(pilot, "first question")
            await ask(pilot, "second question")
            prompt = screen.query_one(Prompt)
            prompt.focus()
            await pilot.press("up", "up")
            assert prompt.text == "first question"
            await pilot.press("down", "down")
            assert prompt.text == ""

    run(body)


def _slow_reply() -> Reply:
    return Reply(tokens=["alpha ", *["beta "] * 400, "omega"], delay_s=0.05)


def test_a_follow_up_is_searched_in_full_and_stays_so_in_another_mode(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def body() -> None:
        app = open_app(write_documents(tmp_path / "docs"), home_with_model)
        async with app.run_test(size=(120, 36)) as pilot:
            await until_indexed(pilot)
            first = (await ask(pilot)).trace
            assert first is not None and not first.rewrites
            screen = await ask(pilot, "And ZQ calibration?")
            trace = screen.trace
            assert trace is not None and trace.question == "And ZQ calibration?"
            (rewrite,) = trace.rewrites
            assert "registers" in rewrite.text and "ZQ" in rewrite.text
            screen.set_mode("bm25")
            await until(pilot, lambda: screen.trace is not None and screen.trace.mode == "bm25")
            assert screen.trace is not None and screen.trace.rewrites == trace.rewrites

    run(body)
