"""The side panel: five views of one trace, drawn when they are looked at."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import get_current_worker

from assistant.embedding.poolings import MAXSIM
from assistant.errors import IndexDamaged
from assistant.paths import Paths
from assistant.records import Trace
from assistant.tui.app import AssistantApp
from assistant.tui.widgets.panel import TABS
from assistant.tui.widgets.panel.dilution import BAR, rank_bar
from assistant.tui.widgets.panel.matches import Matches
from assistant.tui.widgets.panel.poolings import RankMatrix
from assistant.tui.widgets.prompt import Prompt
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.ollama_server import OllamaServer, Reply
from tests.tui.support import (
    QUESTION,
    ask,
    index_now,
    main_screen,
    open_app,
    run,
    settings_for,
    shown_text,
    until,
    until_indexed,
    write_documents,
)

CHINESE = "如何写入模式寄存器？"
Steps = Callable[[Pilot[None]], Awaitable[None]]
WIDE, NARROW = (120, 36), (80, 24)


@pytest.fixture
def app(tmp_path: Path, home_with_model: Path) -> AssistantApp:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    return open_app(folder, home_with_model)


def tab(name: str, *keys: str, question: str = QUESTION) -> Steps:
    """Asked, and gone to that tab."""

    async def steps(pilot: Pilot[None]) -> None:
        await until_indexed(pilot)
        await ask(pilot, question)
        for _ in range(list(TABS).index(name)):
            await pilot.press("f4")
            await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.pause()

    return steps


def unasked(name: str) -> Steps:
    async def steps(pilot: Pilot[None]) -> None:
        await until_indexed(pilot)
        for _ in range(list(TABS).index(name)):
            await pilot.press("f4")
            await pilot.pause()

    return steps


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(unasked("poolings"), WIDE, id="poolings-empty"),
        pytest.param(unasked("dilution"), WIDE, id="dilution-empty"),
        pytest.param(unasked("tokens"), WIDE, id="tokens-empty"),
        pytest.param(tab("dilution"), WIDE, id="dilution"),
        pytest.param(tab("dilution"), NARROW, id="dilution-narrow"),
        pytest.param(tab("tokens"), WIDE, id="tokens"),
        pytest.param(tab("tokens"), NARROW, id="tokens-narrow"),
        pytest.param(tab("tokens", question=CHINESE), WIDE, id="tokens-chinese"),
        pytest.param(tab("prompt"), WIDE, id="prompt-nothing-sent"),
        pytest.param(tab("poolings", "s", "b"), WIDE, id="poolings-sorted-bars"),
        pytest.param(tab("poolings"), NARROW, id="poolings-narrow"),
        pytest.param(tab("poolings", question=CHINESE), WIDE, id="poolings-chinese"),
        pytest.param(tab("dilution", question=CHINESE), WIDE, id="dilution-chinese"),
    ],
)
def test_tab(snap_compare: Any, app: AssistantApp, steps: Steps, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=steps)


@pytest.mark.parametrize("name", ["matches", "poolings", "dilution", "tokens"])
def test_tab_of_a_trace_that_could_not_be_compared(
    snap_compare: Any, app: AssistantApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(workspace: Workspace, trace: Trace) -> Iterator[Trace]:
        raise IndexDamaged("the vectors cannot be read: sentence.cls.f32", "Ctrl+R asks again")
        yield trace

    monkeypatch.setattr(Workspace, "comparing", fails)
    monkeypatch.setattr(Workspace, "explaining", fails)
    assert snap_compare(app, terminal_size=WIDE, run_before=tab(name))


@pytest.mark.parametrize("name", ["matches", "poolings", "dilution", "tokens"])
def test_tab_of_a_trace_that_is_being_compared(
    snap_compare: Any, app: AssistantApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()

    def lasts(workspace: Workspace, trace: Trace) -> Iterator[Trace]:
        started.set()
        while not get_current_worker().is_cancelled:
            time.sleep(0.01)
        yield trace

    async def steps(pilot: Pilot[None]) -> None:
        await unasked(name)(pilot)
        screen = main_screen(pilot)
        screen.query_one(Prompt).focus()
        screen.query_one(Prompt).text = QUESTION
        await pilot.press("enter")
        await until(pilot, lambda: started.is_set() and not screen.conversation.is_answering)
        await pilot.pause()

    monkeypatch.setattr(Workspace, "comparing", lasts)
    monkeypatch.setattr(Workspace, "explaining", lasts)
    assert snap_compare(app, terminal_size=WIDE, run_before=steps)


def test_one_selection_is_spoken_of_in_every_tab(app: AssistantApp) -> None:
    async def body() -> None:
        async with app.run_test(size=WIDE) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            screen.query_one(Matches).focus()
            await pilot.press("down", "down")
            await pilot.press("f4")
            await pilot.pause()
            assert screen.query_one(RankMatrix).highlighted == 2
            await pilot.press("up", "f4")
            await pilot.pause()
            assert screen.trace is not None
            assert screen.trace.hits[1].sentence[:30] in shown_text(pilot)
            await pilot.press("f4")
            await pilot.pause()
            assert "Sentence 2" in shown_text(pilot)

    run(body)


def test_tabs_are_gone_round_in_both_directions(app: AssistantApp) -> None:
    async def body() -> None:
        async with app.run_test(size=WIDE) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            await pilot.press("shift+f4")
            await pilot.pause()
            assert "Nothing was sent to a model" in shown_text(pilot)
            await pilot.press("f4")
            await pilot.pause()
            assert screen.focused is screen.query_one(Matches)

    run(body)


def test_the_panel_the_json_and_a_direct_call_hold_the_same_trace(
    tmp_path: Path,
    home_with_model: Path,
) -> None:
    async def body() -> None:
        folder = write_documents(tmp_path / "docs")
        app = open_app(folder, home_with_model)
        async with app.run_test(size=WIDE) as pilot:
            await until_indexed(pilot)
            shown = (await ask(pilot)).trace
        direct = Workspace(
            settings_for(), Paths.below(home_with_model), folder, load=HashingEncoder.load
        )
        trace = direct.explain(direct.compare(direct.retrieve(QUESTION)))
        assert shown is not None and shown.comparison and shown.explanation
        assert (shown.hits, shown.comparison) == (trace.hits, trace.comparison)
        assert shown.explanation == trace.explanation
        from assistant.json_views import comparison_view

        told = json.loads(json.dumps(comparison_view(trace, shown.comparison)))
        for hit, compared, sentence in zip(
            shown.hits, shown.comparison.sentences, told["sentences"], strict=True
        ):
            assert sentence["sentence"] == hit.sentence
            assert sentence["ranks"] == compared.ranks
            assert sentence["mode_ranks"] == compared.mode_ranks

    run(body)


def test_the_alignment_that_is_shown_adds_up_to_the_score(app: AssistantApp) -> None:
    async def body() -> None:
        async with app.run_test(size=(160, 60)) as pilot:
            await until_indexed(pilot)
            screen = await ask(pilot)
            assert screen.trace is not None and screen.trace.comparison
            score = screen.trace.comparison.sentences[0].scores[MAXSIM]
            assert f"= {score:.2f}" in str(screen.query_one("#match-why-text", Static).content)

    run(body)


def test_the_prompt_that_was_sent_stands_in_its_tab(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            folder = write_documents(tmp_path / "docs")
            app = open_app(folder, home_with_model, settings_for(server.url))
            async with app.run_test(size=(120, 60)) as pilot:
                await until_indexed(pilot)
                await ask(pilot)
                await pilot.press("shift+f4")
                await pilot.pause()
                shown = shown_text(pilot)
                assert "tokens: about" in shown
                assert "system" in shown and "user" in shown
                assert main_screen(pilot).focused is not None

    run(body)


@pytest.mark.parametrize(
    ("size", "question"),
    [(WIDE, QUESTION), (NARROW, QUESTION), (WIDE, "固件按照什么顺序写入模式寄存器？")],
    ids=["wide", "narrow", "chinese"],
)
def test_the_prompt_tab(
    snap_compare: Any, tmp_path: Path, home_with_model: Path, size: tuple[int, int], question: str
) -> None:
    folder = write_documents(tmp_path / "docs")
    index_now(folder, home_with_model)
    with OllamaServer() as server:
        settings = settings_for(server.url)
        few = msgspec.structs.replace(settings.chat, passages=2)
        app = open_app(folder, home_with_model, msgspec.structs.replace(settings, chat=few))
        steps = tab("prompt", question=question)
        assert snap_compare(app, terminal_size=size, run_before=steps)


@pytest.mark.parametrize("name", ["matches", "prompt"])
def test_a_question_that_could_not_be_searched(
    snap_compare: Any, app: AssistantApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> Trace:
        raise IndexDamaged("the vectors cannot be read: sentence.cls.f32", "F5 indexes it again")

    monkeypatch.setattr(Workspace, "retrieve", fails)
    assert snap_compare(app, terminal_size=WIDE, run_before=tab(name))


@pytest.mark.parametrize("name", ["matches", "prompt"])
def test_a_question_that_is_being_searched(
    snap_compare: Any, app: AssistantApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()

    def lasts(*_: object, **__: object) -> Trace:
        started.set()
        while not get_current_worker().is_cancelled:
            time.sleep(0.01)
        raise IndexDamaged("nobody waits for it any more", "")

    async def steps(pilot: Pilot[None]) -> None:
        await unasked(name)(pilot)
        screen = main_screen(pilot)
        screen.query_one(Prompt).focus()
        screen.query_one(Prompt).text = QUESTION
        await pilot.press("enter")
        await until(pilot, started.is_set)
        await pilot.pause()

    monkeypatch.setattr(Workspace, "retrieve", lasts)
    assert snap_compare(app, terminal_size=WIDE, run_before=steps)


def test_a_prompt_that_the_server_cut_is_marked(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        with OllamaServer() as server:
            server.script(Reply(final={"prompt_eval_count": 12}))
            app = open_app(
                write_documents(tmp_path / "docs"), home_with_model, settings_for(server.url)
            )
            async with app.run_test(size=(120, 60)) as pilot:
                await until_indexed(pilot)
                await ask(pilot)
                assert "✂ context 12" in shown_text(pilot)

    run(body)


@pytest.mark.parametrize("of", [1, 2, 10, 100_000])
def test_a_rank_s_bar_is_full_for_the_first_and_never_grows_downwards(of: int) -> None:
    bars = [rank_bar(rank, of) for rank in sorted({1, 2, max(1, of // 2), of}) if rank <= of]
    assert bars[0] == "█" * BAR
    lengths = [len(bar.replace("·", "")) for bar in bars]
    assert lengths == sorted(lengths, reverse=True)
    assert all(len(bar) == BAR for bar in bars)
