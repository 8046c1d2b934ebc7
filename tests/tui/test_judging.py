"""Marking answers, evaluating a folder and what follows from it, through the keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.evaluation.questions import read_questions
from assistant.evaluation.records import Run
from assistant.records import Hit
from assistant.tui.app import AssistantApp
from assistant.tui.messages import SentenceMarked
from assistant.tui.screens.evaluate import EvaluateScreen
from assistant.tui.screens.main import MainScreen
from assistant.tui.screens.question_file import QuestionFileScreen
from assistant.tui.widgets.missed_list import MissedList
from assistant.tui.widgets.panel.matches import Matches
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

Steps = Callable[[Pilot[None]], Awaitable[None]]
LINES = """\
{"id": "1", "question": "mode registers order", "relevant": [{"document": "memory.md", "quote": \
"The DDR4 mode registers are written in the order MR3, MR6, MR5, MR4, MR2, MR1 and MR0."}]}
{"id": "2", "question": "zugzwang [b]xylophone[/b]", "relevant": [{"document": "pci.md", "quote": \
"A base address register is sized by writing ones and reading back the mask."}]}
"""


@pytest.fixture
def folder(tmp_path: Path, home_with_model: Path) -> Path:
    written = write_documents(tmp_path / "docs")
    index_now(written, home_with_model)
    return written


def going(folder: Path, home: Path, steps: Steps, size: tuple[int, int] = (120, 36)) -> None:
    app = open_app(folder, home)

    async def body() -> None:
        async with app.run_test(size=size) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(body)


def own_questions(app: AssistantApp) -> Path:
    screen = app.screen_stack[1]
    assert isinstance(screen, MainScreen) and screen._opened is not None
    return screen._opened.workspace.evaluations.own_questions


async def mark(pilot: Pilot[None], hit: Hit, question: str = QUESTION) -> None:
    said_before = len(pilot.app._notifications)
    main_screen(pilot).post_message(SentenceMarked(question, hit.place, hit.sentence))
    await until(pilot, lambda: len(pilot.app._notifications) > said_before)


async def evaluating(pilot: Pilot[None]) -> EvaluateScreen:
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(pilot.app.screen, EvaluateScreen))
    screen = pilot.app.screen
    assert isinstance(screen, EvaluateScreen)
    await until(pilot, lambda: is_at_rest(screen))
    return screen


async def evaluated(pilot: Pilot[None]) -> EvaluateScreen:
    screen = await evaluating(pilot)
    await pilot.press("r")
    await until(pilot, lambda: "Kept:" in said(screen, "evaluate-state"))
    return screen


def told(pilot: Pilot[None]) -> str:
    """All toasts so far; a test app draws none."""
    return "\n".join(f"{n.title}\n{n.message}" for n in pilot.app._notifications)


def is_at_rest(screen: EvaluateScreen) -> bool:
    return all(w.is_finished for w in screen.workers if w.node is screen)


def said(screen: EvaluateScreen, part: str) -> str:
    return str(screen.query_one(f"#{part}", Static).visual)


def test_marked_sentences_are_kept_outside_of_the_folder(
    folder: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        trace = (await ask(pilot)).trace
        assert trace is not None
        first, second = trace.hits[:2]
        await mark(pilot, first)
        assert "Answer kept" in told(pilot)
        await mark(pilot, second)
        await mark(pilot, first)
        assert "marked before" in told(pilot)
        (question,) = read_questions(own_questions(pilot.app))
        assert question.question == QUESTION
        assert [entry.quote for entry in question.relevant] == [first.sentence, second.sentence]

    before = {file: file.read_bytes() for file in folder.iterdir()}
    going(folder, home_with_model, steps)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_the_newest_mark_is_taken_back_first(folder: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        trace = (await ask(pilot)).trace
        assert trace is not None
        for hit in trace.hits[:2]:
            await mark(pilot, hit)
        main_screen(pilot).query_one(Matches).focus()
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "No longer an answer" in told(pilot))
        (question,) = read_questions(own_questions(pilot.app))
        assert [entry.quote for entry in question.relevant] == [trace.hits[0].sentence]
        await pilot.press("ctrl+z")
        await until(pilot, lambda: not own_questions(pilot.app).read_bytes())
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Nothing was marked" in told(pilot))

    going(folder, home_with_model, steps)


def test_a_damaged_line_is_told_by_its_number(folder: Path, home_with_model: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        trace = (await ask(pilot)).trace
        assert trace is not None
        file = own_questions(pilot.app)
        file.parent.mkdir(parents=True)
        file.write_text("\n{torn\n")
        await mark(pilot, trace.hits[0])
        assert "lines 2" in told(pilot)
        assert file.read_text().startswith("\n{torn\n{")

    going(folder, home_with_model, steps)


def test_without_a_question_file_the_screen_says_what_to_press(
    folder: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = await evaluating(pilot)
        text = said(screen, "evaluate-empty")
        assert "press A" in text and "questions.jsonl" in text and "F names" in text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))

    going(folder, home_with_model, steps)


def test_a_run_scores_every_way_and_a_second_one_is_held_against_it(
    folder: Path, home_with_model: Path
) -> None:
    (folder / "questions.jsonl").write_text(LINES)

    async def steps(pilot: Pilot[None]) -> None:
        screen = await evaluated(pilot)
        assert screen.runs.option_count == 32
        assert "The first run" in said(screen, "evaluate-state")
        await pilot.press("r")
        await until(pilot, lambda: "ways better" in said(screen, "evaluate-state"))
        assert "2 questions unchanged" in said(screen, "evaluate-state")
        assert "▲ 0 ways better, ▼ 0 worse" in said(screen, "evaluate-state")

    going(folder, home_with_model, steps)
    kept = list((home_with_model / "data/folders").glob("*/evaluations/*.json"))
    assert len(kept) == 2


def test_the_last_run_is_shown_when_the_screen_opens_again(
    folder: Path, home_with_model: Path
) -> None:
    (folder / "questions.jsonl").write_text(LINES)

    async def steps(pilot: Pilot[None]) -> None:
        await evaluated(pilot)
        await pilot.press("escape")
        screen = await evaluating(pilot)
        await until(pilot, lambda: screen.runs.option_count == 32)
        assert "The run of" in said(screen, "evaluate-state")

    going(folder, home_with_model, steps)


def test_a_cancelled_run_stays_on_the_screen_as_partial_and_is_not_kept(
    folder: Path, home_with_model: Path
) -> None:
    line = LINES.splitlines()[0]
    many = [line.replace('"1"', f'"{i}"').replace("mode", f"{i} mode") for i in range(60)]
    (folder / "questions.jsonl").write_text("\n".join(many))

    async def steps(pilot: Pilot[None]) -> None:
        screen = await evaluating(pilot)
        await pilot.press("r")
        await until(pilot, lambda: screen.runs.option_count)
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelled" in said(screen, "evaluate-state"))
        n_shown = screen.runs.option_count
        assert n_shown
        assert "of 32 ways are complete" in said(screen, "evaluate-state")
        await until(pilot, lambda: is_at_rest(screen))
        assert screen.runs.option_count == n_shown
        assert isinstance(pilot.app.screen, EvaluateScreen)

    going(folder, home_with_model, steps)
    assert not list((home_with_model / "data/folders").glob("*/evaluations/*.json"))


def test_a_missed_question_is_looked_into_in_the_lab(folder: Path, home_with_model: Path) -> None:
    (folder / "questions.jsonl").write_text(LINES)

    async def steps(pilot: Pilot[None]) -> None:
        screen = await evaluated(pilot)
        rows = screen.runs._rows
        at = next(i for i, row in enumerate(rows) if row.run == Run("bm25", "mean"))
        screen.runs.highlighted = at
        await pilot.pause()
        await pilot.press("enter")
        missed = screen.query_one(MissedList)
        assert missed.has_focus and missed.option_count == 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        main = main_screen(pilot)
        await until(pilot, lambda: main.trace is not None and not main.is_busy)
        assert main.trace is not None
        assert (main.trace.question, main.trace.mode) == ("zugzwang [b]xylophone[/b]", "bm25")
        assert main.conversation.prompt.text == main.trace.question
        assert not main.query("Exchange")  # the chat model was not asked

    going(folder, home_with_model, steps)


def test_a_way_becomes_the_folder_s_default_and_the_settings_come_back(
    folder: Path, home_with_model: Path
) -> None:
    (folder / "questions.jsonl").write_text(LINES)

    async def choose(pilot: Pilot[None]) -> None:
        screen = await evaluated(pilot)
        rows = screen.runs._rows
        screen.runs.highlighted = next(
            i for i, row in enumerate(rows) if row.run == Run("sentence", "max")
        )
        await pilot.pause()
        await pilot.press("d")
        await until(pilot, lambda: "searched by Sentence · Max" in told(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        await pilot.pause()
        assert (main_screen(pilot).status_bar.mode, main_screen(pilot)._pooling) == (
            "Sentence",
            "max",
        )

    async def forget(pilot: Pilot[None]) -> None:
        assert main_screen(pilot).status_bar.mode == "Sentence"  # read when the folder opens
        await evaluating(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "searched by Late" in told(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))
        await pilot.pause()
        assert main_screen(pilot).status_bar.mode == "Late"

    going(folder, home_with_model, choose)
    going(folder, home_with_model, forget)
    assert not list((home_with_model / "data/folders").glob("*/preferences.json"))


def test_a_typed_path_and_a_file_that_is_none(folder: Path, home_with_model: Path) -> None:
    bad = folder.parent / "bad.jsonl"
    bad.write_text('{"id": "1", "question": "q", "relevant": []}\n[b]{torn')

    async def steps(pilot: Pilot[None]) -> None:
        screen = await evaluating(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen, QuestionFileScreen))
        pilot.app.screen.query_one(Input).value = "nowhere.jsonl"
        await pilot.press("enter")
        await until(pilot, lambda: "there is no file nowhere.jsonl" in shown_text(pilot))
        pilot.app.screen.query_one(Input).value = str(bad)
        await pilot.press("enter")
        await until(pilot, lambda: "bad.jsonl:2:" in said(screen, "evaluate-empty"))

    going(folder, home_with_model, steps)


def test_the_palette_gives_the_lesson_step_by_step(folder: Path, home_with_model: Path) -> None:
    from assistant.tui.screens.lesson import LessonScreen

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"dilution")
        await until(pilot, lambda: "Demo: what dilution costs" in shown_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        await until(pilot, lambda: screen.is_ready, seconds=60)
        assert "1/6" in shown_text(pilot)
        await pilot.press("enter", "right")
        await pilot.pause()
        assert "3/6" in shown_text(pilot)
        await pilot.press("left")
        await pilot.pause()
        assert "(0.36, 0.54," in shown_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MainScreen))

    going(folder, home_with_model, steps)
