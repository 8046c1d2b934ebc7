"""The Ollama backend against every case of the wire contract."""

from __future__ import annotations

import itertools
import json
import threading
import time

import pytest

from assistant.answering.asking import open_chat
from assistant.answering.backends.chat_backend import ChatModel, choose_model
from assistant.answering.backends.ollama import OllamaBackend
from assistant.errors import ChatUnavailable
from assistant.records import AnswerFinished, StageStarted, ThinkingProduced, TokenProduced
from assistant.settings import ChatSettings
from tests.answering.builders import PASSAGES, answer_of, ask, passage, raw_text, settings_for
from tests.ollama_server import FakeModel, OllamaServer, Reply

THINKER = FakeModel("deep:latest", ("completion", "thinking"))


def failure_of(server: OllamaServer, **changes: object) -> ChatUnavailable:
    with pytest.raises(ChatUnavailable) as caught:
        list(ask(server, **changes))  # type: ignore[arg-type]
    assert "\n" not in caught.value.message + caught.value.hint
    return caught.value


# -- a good answer


def test_an_answer_streams_and_ends_with_its_citations(server: OllamaServer) -> None:
    events = list(ask(server))
    assert isinstance(events[0], StageStarted)
    assert raw_text(events) == "The lock bit is set before boot [1]. It stays set [2]."
    answer = answer_of(iter(events))
    assert [c.quote for c in answer.citations] == [s.text for s in PASSAGES[0].sentences]
    assert (answer.backend, answer.chat_model) == ("ollama", "tiny:latest")
    assert (answer.stopped, answer.notes, answer.uncited) == ("", (), ())
    assert answer.prompt_eval_count


def test_every_request_bounds_window_and_answer(server: OllamaServer) -> None:
    chat = open_chat(settings_for(server))
    for length in (1, 40):
        list(ask(server, [passage(1, "word " * length)], chat=chat))
    first, second = (body["options"] for body in server.chats)
    assert first["num_ctx"] == second["num_ctx"] == 8192
    assert first["num_predict"] == 1024
    assert server.chats[0]["keep_alive"] == "10m"
    assert server.chats[0]["truncate"] is False
    assert "think" not in server.chats[0]


def test_the_window_is_no_larger_than_the_model() -> None:
    with OllamaServer([FakeModel(context_length=2048)]) as server:
        answer = answer_of(ask(server))
    assert server.chats[0]["options"] == {
        "num_ctx": 2048,
        "num_predict": 682,
        "temperature": 0.1,
    }
    assert answer.prompt.num_ctx == 2048


@pytest.mark.parametrize(("setting", "sent"), [("300", 300.0), ("-1", -1.0), ("5m", "5m")])
def test_keep_alive_seconds_go_as_a_number(
    server: OllamaServer, setting: str, sent: object
) -> None:
    list(ask(server, keep_alive=setting))
    assert server.chats[0]["keep_alive"] == sent


def test_a_proxy_in_the_environment_does_not_catch_the_loopback(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    assert answer_of(ask(server)).citations


def test_the_host_comes_from_the_environment(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", f"0.0.0.0:{server.port}")
    assert open_chat(ChatSettings(backend="ollama")).model is not None


# -- models


def test_models_that_can_chat_are_listed_newest_first() -> None:
    shelf = [
        FakeModel("old:1b", modified_at="2025-01-01T00:00:00Z"),
        FakeModel("embed:latest", ("embedding",), family="nomic-bert"),
        FakeModel("new:4b", modified_at="2026-11-20T00:00:00.1+02:00"),
    ]
    with OllamaServer(shelf) as server:
        models = OllamaBackend(settings_for(server)).models()
    assert [model.name for model in models] == ["new:4b", "old:1b"]
    assert models[0].context_length == 32768
    assert (models[0].parameter_size, models[0].size_bytes) == ("4.0B", 2_500_000_000)


def test_an_old_server_without_capabilities_refuses_nothing_but_encoders() -> None:
    shelf = [
        FakeModel("llama2:7b", None, family="llama"),
        FakeModel("cloudy:latest", None, family="", has_model_info=False),
        FakeModel("all-minilm:latest", None, family="bert"),
    ]
    with OllamaServer(shelf, version="0.5.0") as server:
        models = OllamaBackend(settings_for(server)).models()
        assert {model.name for model in models} == {"llama2:7b", "cloudy:latest"}
        assert answer_of(ask(server, model="cloudy")).citations
    assert server.chats[0]["options"]["num_ctx"] == 8192


def test_capabilities_are_read_where_model_info_is_missing() -> None:
    shelf = [FakeModel("far:cloud", ("completion", "tools"), has_model_info=False)]
    with OllamaServer(shelf) as server:
        (model,) = OllamaBackend(settings_for(server)).models()
    assert model.capabilities == ("completion", "tools")


@pytest.mark.parametrize("body", ['{"models":null}', "[]", "<html>", '{"models":[{}]}', ""])
def test_a_strange_listing_never_crashes(server: OllamaServer, body: str) -> None:
    server.overrides["/api/tags"] = Reply(body=body)
    with pytest.raises(ChatUnavailable):
        open_chat(settings_for(server))


def test_a_model_that_cannot_be_shown_may_still_chat(server: OllamaServer) -> None:
    server.overrides["/api/show"] = Reply(status=500, body="boom")
    assert answer_of(ask(server)).citations


def test_latest_may_be_left_out() -> None:
    models = [ChatModel("tiny:1b"), ChatModel("tiny:latest")]
    assert choose_model("tiny", models).name == "tiny:latest"
    assert choose_model("Tiny:1B", models).name == "tiny:1b"
    assert choose_model("", models).name == "tiny:1b"
    with pytest.raises(ChatUnavailable) as caught:
        choose_model("huge", models)
    assert "ollama pull huge" in caught.value.hint


def test_a_server_without_models_says_what_to_fetch() -> None:
    with OllamaServer([]) as server, pytest.raises(ChatUnavailable) as caught:
        open_chat(settings_for(server))
    assert "ollama pull" in caught.value.hint


def test_an_embedding_model_by_name_is_refused() -> None:
    shelf = [FakeModel("embed:latest", ("embedding",))]
    with OllamaServer(shelf) as server, pytest.raises(ChatUnavailable) as caught:
        open_chat(settings_for(server, model="embed"))
    assert "cannot chat" in caught.value.message


# -- refusals, as statuses, bodies and stream lines

TOO_LITTLE = "model requires more system memory (9.1 GiB) than is available (4.2 GiB)"
KILLED = "an error was encountered while running the model: unexpected EOF"
NESTED = json.dumps({"error": {"code": 500, "message": "cudaMalloc failed: out of memory"}})
# (status, text, word of the message, word of the hint)
REFUSALS = [
    (404, "model 'tiny' not found", "not on the Ollama server", "ollama pull tiny:latest"),
    (404, 'model "tiny" not found, try pulling it first', "not on the", "ollama pull"),
    (400, '"tiny" does not support chat', "cannot chat", "ollama list"),
    (400, "invalid model name", "name of a model", "ollama list"),
    (400, 'time: invalid duration "soon"', "chat.keep_alive", "10m"),
    (401, "unauthorized", "sign in", "ollama signin"),
    (403, "ollama cloud is disabled: remote model is unavailable", "cloud", "local model"),
    (500, TOO_LITTLE, "too little memory", "smaller model"),
    (500, NESTED, "too little memory", "smaller model"),
    (500, "unable to load model: /blobs/sha256-1", "cannot load", "ollama pull"),
    (500, "tensor 'x' offset+size 9 exceeds file size 8", "cannot load", "ollama pull"),
    (500, "llama-server process has terminated: signal: killed", "process ended", "ask again"),
    (500, "timed out waiting for llama-server to start - ", "too long to load", "smaller"),
    (500, 'option "num_ctx" must be of type integer', "num_ctx", "log"),
    (503, "server busy, please try again.  maximum pending requests exceeded", "busy", "ollama ps"),
    (200, KILLED, "process ended", "memory"),
]


@pytest.mark.parametrize(("status", "text", "message", "hint"), REFUSALS)
def test_a_refusal_becomes_one_line_and_its_cure(
    server: OllamaServer, status: int, text: str, message: str, hint: str
) -> None:
    server.script(Reply.failing(status, text))
    error = failure_of(server)
    assert message in error.message
    assert hint in error.hint


BODIES = [
    (404, "404 page not found", "text/plain", "not an Ollama server"),
    (405, "405 method not allowed", "text/plain", "not an Ollama server"),
    (403, "", "text/plain", "refuses to be addressed"),
    (401, '{"error":"unauthorized","signin_url":"https://x"}', "application/json", "sign in"),
    (503, "", "text/plain", "busy"),
    (502, "<html>Bad Gateway</html>", "text/html", "Bad Gateway"),
    (500, '{"error":null}', "application/json", "failed"),
    (500, "[1]", "application/json", "does not answer like Ollama"),
    (200, "<html>hello</html>", "text/html", "does not answer like Ollama"),
    (200, "null", "application/json", "does not answer like Ollama"),
    (200, "", "application/x-ndjson", "before its first word"),
]


@pytest.mark.parametrize(("status", "body", "content_type", "message"), BODIES)
def test_a_body_of_any_kind_becomes_one_line(
    server: OllamaServer, status: int, body: str, content_type: str, message: str
) -> None:
    server.script(Reply(status=status, body=body, content_type=content_type))
    assert message in failure_of(server).message


def test_error_texts_cannot_control_the_terminal(server: OllamaServer) -> None:
    server.script(Reply.failing(500, "boom \x1b]52;c;ZXZpbA==\x07\x9b2J\nline"))
    message = failure_of(server).message
    assert "boom" in message
    assert not any(bad in message for bad in "\x1b\x07\x9b\n")


def test_no_server_says_how_to_start_one() -> None:
    with OllamaServer() as server:
        chat = open_chat(settings_for(server))
    with pytest.raises(ChatUnavailable) as caught:
        list(ask(server, chat=chat))
    assert server.url in caught.value.message
    assert "ollama serve" in caught.value.hint


def test_a_silent_server_runs_into_the_time_limit(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answering.backends.ollama_wire.open_client.__defaults__", (0.1,))
    server.script(Reply(load_s=5))
    assert "did not answer in time" in failure_of(server).message
    assert server.client_gone.wait(2)


def test_after_the_first_byte_the_time_limit_is_the_shorter_one(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answering.backends.ollama_wire.NEXT_BYTE_TIMEOUT_S", 0.15)
    slow_start = Reply(load_s=0.25, tokens=["Set [1]."])
    stalled = Reply(tokens=pauses("One ", "two ", pause_s=5))
    server.script(slow_start, stalled)
    assert answer_of(ask(server)).stopped == ""
    answer = answer_of(ask(server))
    assert (answer.text, answer.stopped) == ("One", "cut off")
    assert "in time" in answer.notes[0]


def pauses(first: str, second: str, pause_s: float) -> list[str]:
    """Two tokens; the server's thread sleeps between them, no test does."""

    class Slow(list[str]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield first
            threading.Event().wait(pause_s)
            yield second

    return Slow()


# -- ends in the middle


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (Reply(error_after=KILLED), "process ended"),
        (Reply(ending="silent"), "in the middle"),
        (Reply(ending="cut"), "was cut"),
    ],
)
def test_what_came_before_a_fault_is_kept(server: OllamaServer, reply: Reply, note: str) -> None:
    server.script(reply)
    answer = answer_of(ask(server))
    assert answer.stopped == "cut off"
    assert [c.marker for c in answer.citations] == [1, 2]
    assert any(note in each for each in answer.notes)


@pytest.mark.parametrize("final", [{"prompt_eval_count": ...}, {"eval_count": None}, {"message": ...}])  # fmt: skip  # noqa: E501
def test_a_last_line_may_lack_fields(server: OllamaServer, final: dict[str, object]) -> None:
    server.script(Reply(final=final))
    answer = answer_of(ask(server))
    assert (answer.stopped, len(answer.citations)) == ("", 2)


def test_the_last_line_may_carry_text(server: OllamaServer) -> None:
    last = {"message": {"role": "assistant", "content": "set [1]."}}
    server.script(Reply(tokens=["It is "], final=last))
    assert answer_of(ask(server)).text == "It is set [1]."


def test_an_answer_at_its_limit_says_so(server: OllamaServer) -> None:
    server.script(Reply(tokens=["word "] * 100))
    answer = answer_of(ask(server, answer_tokens=64))
    assert answer.stopped == "length"
    assert any("answer_tokens" in note for note in answer.notes)


def test_a_model_that_runs_on_is_stopped_by_us(server: OllamaServer) -> None:
    server.script(Reply(tokens=itertools.repeat("loop "), obeys_limit=False))
    answer = answer_of(ask(server, answer_tokens=64, max_context_tokens=4096))
    assert answer.stopped == "length"
    assert len(answer.text.split()) < 200
    assert server.client_gone.wait(2)


def test_an_answer_without_a_word_says_so(server: OllamaServer) -> None:
    server.script(Reply(tokens=[]))
    assert any("without a word" in note for note in answer_of(ask(server)).notes)


# -- cancelling


def test_closing_the_answer_closes_the_connection(server: OllamaServer) -> None:
    server.script(Reply(tokens=["word "] * 500, delay_s=0.02))
    events = ask(server)
    assert any(isinstance(event, TokenProduced) for event in itertools.islice(events, 2))
    events.close()  # type: ignore[attr-defined]
    assert server.client_gone.wait(2)


def test_another_thread_cancels_a_read_that_is_blocked_while_the_model_loads(
    server: OllamaServer,
) -> None:
    server.script(Reply(load_s=30))
    chat = open_chat(settings_for(server))
    answers: list[object] = []
    reader = threading.Thread(target=lambda: answers.extend(ask(server, chat=chat)))
    reader.start()
    assert server.started.wait(5)
    begun = time.monotonic()
    chat.cancel()
    reader.join(5)
    assert time.monotonic() - begun < 1
    last = answers[-1]
    assert isinstance(last, AnswerFinished)
    assert (last.answer.stopped, last.answer.text) == ("cancelled", "")
    assert server.client_gone.wait(2)


def test_a_cancelled_answer_keeps_what_was_there(server: OllamaServer) -> None:
    server.script(Reply(tokens=["Locked [1]. ", *["word "] * 500], delay_s=0.02))
    chat = open_chat(settings_for(server))
    events = ask(server, chat=chat)
    next(event for event in events if isinstance(event, TokenProduced))
    chat.cancel()
    answer = answer_of(events)
    assert answer.stopped == "cancelled"
    assert [c.marker for c in answer.citations] == [1]


def test_a_cancel_before_the_first_event_counts(server: OllamaServer) -> None:
    chat = open_chat(settings_for(server))
    events = ask(server, chat=chat)
    chat.cancel()
    assert answer_of(events).stopped == "cancelled"
    assert not server.chats
    assert answer_of(ask(server, chat=chat)).stopped == ""


# -- thinking


def test_thinking_is_off_unless_asked_for() -> None:
    with OllamaServer([THINKER]) as server:
        server.usual_reply = Reply(thinking=["hm "])
        assert answer_of(ask(server)).thinking == ""
        events = list(ask(server, thinking=True))
    assert [body["think"] for body in server.chats] == [False, True]
    assert ThinkingProduced("hm ") in events
    answer = answer_of(iter(events))
    assert (answer.thinking, len(answer.citations)) == ("hm", 2)
    assert server.chats[1]["options"]["num_predict"] > 1024


@pytest.mark.parametrize("text", ['"tiny" does not support thinking', 'invalid think value: "x"'])
def test_a_model_that_refuses_the_think_option_is_asked_without(text: str) -> None:
    with OllamaServer([THINKER]) as server:
        server.script(Reply.failing(400, text))
        assert answer_of(ask(server, thinking=True)).citations
    assert "think" not in server.chats[1]


def test_raw_thinking_tags_are_kept_apart(server: OllamaServer) -> None:
    server.script(Reply(tokens=["<th", "ink>hm [1]", "</thi", "nk>\n\n", "It is set [2]."]))
    answer = answer_of(ask(server))
    assert (answer.thinking, answer.text) == ("hm [1]", "It is set [2].")
    assert [c.marker for c in answer.citations] == [2]


def test_an_answer_that_ends_in_thinking_says_so() -> None:
    with OllamaServer([THINKER]) as server:
        server.script(Reply(tokens=[], thinking=["hm "] * 5, done_reason="length"))
        answer = answer_of(ask(server, thinking=True))
    assert answer.text == ""
    assert any("thinking" in note for note in answer.notes)


# -- prompts that are too long


@pytest.mark.parametrize("version", ["0.24.0", "0.32.15"])
def test_a_prompt_that_the_server_finds_too_long_is_sent_again_shorter(version: str) -> None:
    with OllamaServer([FakeModel(context_length=4096)], version) as server:
        server.count_tokens = len
        passages = [passage(rank, "word " * 140) for rank in range(1, 7)]
        answer = answer_of(ask(server, passages))
    assert len(server.chats) >= 2
    assert {body["options"]["num_ctx"] for body in server.chats} == {4096}
    assert answer.citations
    assert answer.prompt.left_out
    assert any("passages fit" in note for note in answer.notes)


@pytest.mark.parametrize("version", ["0.24.0", "0.32.15"])
def test_a_prompt_that_was_cut_silently_is_noticed(version: str) -> None:
    with OllamaServer([FakeModel(context_length=4096)], version) as server:
        server.obeys_truncate = False
        server.count_tokens = len
        passages = [passage(rank, "word " * 140) for rank in range(1, 7)]
        chat = open_chat(settings_for(server))
        assert any("cut the prompt" in n for n in answer_of(ask(server, passages, chat=chat)).notes)
        # What was learnt makes the next prompt short enough.
        notes = answer_of(ask(server, passages, chat=chat)).notes
    assert not any("cut the prompt" in note for note in notes)


def test_a_count_far_below_what_was_sent_is_noticed(server: OllamaServer) -> None:
    server.script(Reply(final={"prompt_eval_count": 70}))
    answer = answer_of(ask(server, [passage(1, "word " * 500)]))
    assert any("70 prompt tokens" in note for note in answer.notes)
