"""What the screen says when the chat server does not do what was asked.

Opening an app takes a second, so each test asks one app again and again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from assistant.settings import Settings
from assistant.tui.widgets.panel.matches import Matches
from tests.ollama_server import FakeModel, OllamaServer, Reply
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
)
from tests.tui.support import write_documents as written

Steps = Callable[[Pilot[None]], Awaitable[None]]
_WIRE = "assistant.answering.backends.ollama_wire"
SIZE = (99, 30)
"""One column less than brings the panel beside the chat: rows are then the chat's own."""


def going(folder: Path, home: Path, settings: Settings, steps: Steps) -> None:
    async def test() -> None:
        app = open_app(written(folder / "docs"), home, settings)
        async with app.run_test(size=SIZE) as pilot:
            await until_indexed(pilot)
            await steps(pilot)

    run(test)


def newest_text(pilot: Pilot[None]) -> str:
    """What is shown of the newest exchange, as one line."""
    return " ".join(shown_text(pilot).rpartition(QUESTION)[2].split())


async def answered(pilot: Pilot[None]) -> str:
    """What is shown when the answer, and not yet every pooling's ranks, is there."""
    await until(pilot, lambda: not main_screen(pilot).conversation.is_answering)
    return newest_text(pilot)


async def asked(pilot: Pilot[None]) -> str:
    """What is shown for the question, asked without a key: the pilot waits long with each."""
    conversation = main_screen(pilot).conversation
    await conversation.log_view.clear()  # a long log takes long to lay out
    await conversation.ask(QUESTION)
    return await answered(pilot)


def missing(text: str, *words: str) -> list[str]:
    """Which of the words are not shown; a traceback counts as one."""
    absent = [each for each in words if each not in text]
    return [*absent, text] if absent or "Traceback" in text else []


# ── errors in place of an answer ──

RETRY = "Ctrl+R asks again, Ctrl+L chooses another model."
KILLED = "an error was encountered while running the model: unexpected EOF"
NESTED = '{"error":{"code":400,"message":"bad things","type":"x"}}'
DAMAGED = 'tensor "output.weight" offset+size 72133600 exceeds file size 70778880'
LITTLE = "model requires more system memory (9.1 GiB) than is available (4.2 GiB)"
BUSY = "server busy, please try again.  maximum pending requests exceeded"


def plain(status: int, text: str) -> Reply:
    return Reply(status=status, body=text, content_type="text/plain; charset=utf-8")


def first_line(error: str) -> Reply:
    """As servers before 0.12.6 failed."""
    line = json.dumps({"error": error}) + "\n"
    return Reply(body=line, content_type="application/x-ndjson")


# What the server sends -> (what failed, what to do)
REFUSALS: dict[str, tuple[Reply, str, str]] = {
    "missing model": (
        Reply.failing(404, "model 'tiny:latest' not found"),
        "the chat model is not on the Ollama server",
        "ollama pull tiny:latest",
    ),
    "file gone, 0.32": (
        Reply.failing(404, 'model "tiny:latest" not found, try pulling it first'),
        "the chat model is not on the Ollama server",
        "ollama pull tiny:latest",
    ),
    "file gone, 0.24; embedding model, 0.32": (
        Reply.failing(400, '"tiny:latest" does not support chat'),
        "the model cannot chat: tiny:latest",
        "ollama list",
    ),
    "not signed in": (
        Reply(status=401, body='{"error":"unauthorized","signin_url":"https://ollama.com/x"}'),
        "Ollama asks you to sign in",
        "ollama signin",
    ),
    "cloud off": (
        Reply.failing(403, "ollama cloud is disabled: remote model is unavailable"),
        "cloud, which is switched off",
        "local model",
    ),
    "host refused": (plain(403, ""), "refuses to be addressed by this name", "IP address"),
    "damaged file": (Reply.failing(500, DAMAGED), "cannot load the model", "ollama pull tiny"),
    "option": (
        Reply.failing(500, 'option "num_ctx" must be of type integer'),
        'option "num_ctx" must be of type integer',
        "ollama serve",
    ),
    "busy": (Reply.failing(503, BUSY), "the Ollama server is busy", "ollama ps"),
    "no memory": (Reply.failing(500, LITTLE), "too little memory", "a smaller model"),
    "json in the error": (Reply.failing(400, NESTED), "tiny:latest: bad things", "log"),
    "no such path": (plain(404, "404 page not found"), "not an Ollama server", "chat.host"),
    "wrong method": (plain(405, "405 method not allowed"), "not an Ollama server", "chat.host"),
    "a web page": (
        Reply(body="<html>hello</html>", content_type="text/html"),
        "does not answer like Ollama",
        "chat.host",
    ),
    "error as the first line": (first_line(KILLED), "process ended", "a smaller model"),
    "nothing": (Reply(tokens=[], ending="silent"), "before its first word", "another model"),
}


def test_a_refusal_is_told_with_its_cure_and_asked_again(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        server.script(Reply.failing(503, BUSY))
        screen = await ask(pilot)
        assert "busy" in newest_text(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "before boot [1]" in newest_text(pilot))
        server.script(*(reply for reply, _, _ in REFUSALS.values()))
        text = await asked(pilot)
        hits = screen.trace.hits if screen.trace else ()
        wrong = {}
        for name, (_, failed, cure) in REFUSALS.items():
            if amiss := missing(text, failed, cure, RETRY):
                wrong[name] = amiss
            assert screen.trace and screen.trace.hits == hits
            text = await asked(pilot)
        assert not wrong
        assert "before boot [1]" in text
        await pilot.press("ctrl+b")
        assert screen.query_one(Matches).option_count == len(hits) > 0
        assert "memory.md:5" in shown_text(pilot)

    with OllamaServer() as server:
        going(tmp_path, home_with_model, settings_for(server.url), steps)


# ── answers that are not whole, and thinking ──

THINKER = FakeModel("tiny:latest", ("completion", "thinking"))
NOT_WHOLE = "This answer is not whole: Ctrl+R asks again"
# What the server sends -> (what is shown, what is not)
ENDINGS: dict[str, tuple[Reply, tuple[str, ...], tuple[str, ...]]] = {
    "error in mid-stream": (
        Reply(tokens=["partly [1]"], error_after=KILLED),
        ("partly [1]", NOT_WHOLE, "process ended", "a smaller model", "memory.md:5"),
        ("thinking",),
    ),
    "no last line": (
        Reply(tokens=["partly [1]"], ending="silent"),
        ("partly [1]", NOT_WHOLE, "ended the answer in the middle"),
        ("thinking",),
    ),
    "connection cut": (
        Reply(tokens=["partly [1]"], ending="cut"),
        ("partly [1]", NOT_WHOLE, "connection to the Ollama server was cut", "ollama serve"),
        ("thinking",),
    ),
    "last line lacking keys": (
        Reply(final=dict.fromkeys(("message", "done_reason", "eval_count"), ...)),
        ("It stays set [2].", "memory.md:6"),
        ("not whole",),
    ),
    "no count": (
        Reply(final={"prompt_eval_count": ...}),
        ("It stays set [2].", "context ~"),
        ("not whole",),
    ),
    "no words": (Reply(tokens=[]), ("without a word: ask again",), ("not whole",)),
    "limit": (
        Reply(tokens=["word "], done_reason="length"),
        ("This answer is not whole", "raise chat.answer_tokens"),
        ("Ctrl+R asks again",),
    ),
    "thinking": (
        Reply(thinking=["deep [1]"], tokens=["It is set [2]."]),
        ("▶ Thinking It is set [2].", "memory.md:6"),
        ("deep", "memory.md:5"),
    ),
    "raw thinking": (
        Reply(tokens=["<think>deep [1]", "</think>", "It is set [2]."]),
        ("▶ Thinking It is set [2].", "memory.md:6"),
        ("deep", "memory.md:5"),
    ),
    "ends in thinking": (
        Reply(thinking=["deep [1]"], tokens=[], done_reason="length"),
        ("▶ Thinking", "used up its answer in thinking: raise chat.answer_tokens"),
        ("memory.md",),
    ),
    "stops in thinking": (
        Reply(thinking=["deep [1]"], tokens=[]),
        ("▶ Thinking", "gave no answer: ask again, or switch chat.thinking off"),
        ("memory.md",),
    ),
}


def test_what_came_of_an_answer_is_kept_and_thinking_is_folded_and_never_cited(
    tmp_path: Path, home_with_model: Path
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        server.script(*(reply for reply, _, _ in ENDINGS.values()))
        text = await asked(pilot)
        wrong = {}
        for name, (_, shown, not_shown) in ENDINGS.items():
            if amiss := missing(text, *shown) or [each for each in not_shown if each in text]:
                wrong[name] = amiss
            text = await asked(pilot)
        assert not wrong

    with OllamaServer([THINKER]) as server:
        settings = settings_for(server.url)
        thinking = replace(settings, chat=replace(settings.chat, thinking=True))
        going(tmp_path, home_with_model, thinking, steps)


# ── silence ──


def test_silence_is_shown_with_its_length_and_broken_off_by_escape(
    tmp_path: Path, home_with_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        server.script(Reply(load_s=30))
        await main_screen(pilot).conversation.ask(QUESTION)
        waiting = r"Waiting for tiny:latest … \d+ s · Esc stops"
        await until(pilot, lambda: re.search(waiting, shown_text(pilot)))
        await pilot.press("escape")
        await until(pilot, server.client_gone.is_set)
        assert not missing(await answered(pilot), "Stopped. Ctrl+R asks again.")
        # Each of its words comes later than the reader waits for a byte.
        server.script(Reply(tokens=["partly [1]", "never"], delay_s=0.7))
        with monkeypatch.context() as patched:
            patched.setattr(f"{_WIRE}.NEXT_BYTE_TIMEOUT_S", 0.3)
            text = await asked(pilot)
        assert not missing(text, "partly [1]", NOT_WHOLE, "did not answer in time", "ollama ps")
        server.script(Reply(load_s=30))
        with monkeypatch.context() as patched:
            patched.setattr(f"{_WIRE}.open_client.__defaults__", (0.1,))
            text = await asked(pilot)
        assert not missing(text, "did not answer in time", "ollama ps", RETRY)
        assert "before boot [1]" in await asked(pilot)

    monkeypatch.setattr("assistant.tui.widgets.exchange._LONG_WAIT_S", 0)
    with OllamaServer() as server:
        going(tmp_path, home_with_model, settings_for(server.url), steps)


# ── prompts that are too long ──


def test_a_prompt_too_long_is_sent_shorter_and_one_that_was_cut_is_marked(
    tmp_path: Path, home_with_model: Path
) -> None:
    refused_0_24 = Reply.failing(400, "the input length exceeds the context length")

    async def steps(pilot: Pilot[None]) -> None:
        for server.version in ("0.24.0", "0.32.15"):
            server.requests.clear()
            main_screen(pilot).answer_with("tiny")  # what was learnt of its tokens is forgotten
            text = await asked(pilot)
            assert len(server.chats) > 1
            assert not missing(text, "passages fit the model's window", "before boot [1]")
        server.obeys_truncate = False
        main_screen(pilot).answer_with("tiny")
        text = await asked(pilot)
        assert not missing(text, "✂ context", "cut by the server", "the answer may miss documents")
        server.script(*[refused_0_24] * 4)
        text = await asked(pilot)
        assert not missing(text, "the prompt is too long", "chat.max_context_tokens", RETRY)

    with OllamaServer([FakeModel(context_length=4096)]) as server:
        server.count_tokens = lambda text: 3 * len(text)
        going(tmp_path, home_with_model, settings_for(server.url), steps)


# ── models, and servers without them ──


def test_a_model_that_cannot_answer_is_told_before_it_is_asked(
    tmp_path: Path, home_with_model: Path
) -> None:
    tags = "/api/tags"

    async def steps(pilot: Pilot[None]) -> None:
        text = await asked(pilot)
        assert not missing(text, "no model that can chat", "ollama pull qwen3:4b", RETRY)
        server.models["vectors:latest"] = FakeModel("vectors:latest", ("embedding",))
        text = await asked(pilot)
        assert not missing(text, "no model that can chat", "ollama pull qwen3:4b", RETRY)
        main_screen(pilot).answer_with("vectors")
        text = await asked(pilot)
        assert not missing(text, "the model cannot chat: vectors:latest", "ollama list", RETRY)
        main_screen(pilot).answer_with("nope")
        text = await asked(pilot)
        assert not missing(text, "not on the Ollama server", "ollama pull nope", RETRY)
        server.overrides[tags] = plain(404, "404 page not found")
        assert not missing(await asked(pilot), "not an Ollama server", "chat.host", RETRY)
        server.overrides[tags] = plain(403, "")
        assert not missing(await asked(pilot), "refuses to be addressed", "IP address", RETRY)
        server.overrides.clear()
        assert not server.chats
        # Servers before 0.6.4 do not say what a model can.
        server.models["old:7b"] = FakeModel("old:7b", None, None, family="llama")
        main_screen(pilot).answer_with("old:7b")
        assert not missing(await asked(pilot), "old:7b", "/ 8.2k", "before boot [1]")
        workspace = main_screen(pilot).conversation.workspace
        assert workspace is not None
        workspace.chats.change(backend="auto")
        server.overrides[tags] = plain(404, "404 page not found")
        text = await asked(pilot)
        assert not missing(text, "this is not an Ollama server", "quoting instead", "chat.host")

    with OllamaServer([], version="0.5.0") as server:
        going(tmp_path, home_with_model, settings_for(server.url), steps)
