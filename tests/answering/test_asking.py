"""The door of the room: which backend answers, and what it says of itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.answering.asking import open_chat
from assistant.answering.backends import CHAT_BACKENDS
from assistant.errors import ChatUnavailable
from assistant.settings import ChatSettings
from tests.answering.builders import answer_of, ask, passage, settings_for
from tests.ollama_server import FakeModel, OllamaServer, Reply


def test_auto_takes_ollama_where_it_works(server: OllamaServer) -> None:
    chat = open_chat(settings_for(server, backend="auto"))
    assert chat.name == "ollama"
    assert chat.model and chat.model.name == "tiny:latest"
    assert chat.notes == ()


def test_auto_quotes_where_there_is_no_server_and_says_why() -> None:
    with OllamaServer() as server:
        pass
    chat = open_chat(settings_for(server, backend="auto"))
    assert (chat.name, chat.model) == ("extractive", None)
    (note,) = chat.notes
    assert f"no Ollama server at {server.url}: quoting instead" in note
    assert "`ollama serve`" in note


@pytest.mark.parametrize("models", [[], [FakeModel("embed:latest", ("embedding",))]])
def test_auto_quotes_where_no_model_can_chat(models: list[FakeModel]) -> None:
    with OllamaServer(models) as server:
        chat = open_chat(settings_for(server, backend="auto"))
    assert chat.name == "extractive"
    assert "ollama pull" in chat.notes[0]


def test_a_backend_asked_for_is_never_replaced() -> None:
    with OllamaServer() as server:
        pass
    with pytest.raises(ChatUnavailable):
        open_chat(settings_for(server))


def test_every_backend_of_the_table_can_be_chosen_in_the_settings(server: OllamaServer) -> None:
    for name, entry in CHAT_BACKENDS.items():
        assert entry.name == name and entry.label
        chat = open_chat(settings_for(server, backend=name))
        assert chat.name == name
        assert answer_of(ask(server, [], chat=chat)).declined


def test_without_evidence_no_model_is_asked(server: OllamaServer) -> None:
    assert answer_of(ask(server, [])).declined
    assert not server.chats


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not answer this.",
        "The provided sentences don't mention the DDR5 timing. They cover flash.",
        "文档没有回答这个问题。",
    ],
)
def test_a_decline_is_recognised_and_not_blamed_for_citing_nothing(
    server: OllamaServer, text: str
) -> None:
    server.script(Reply(tokens=[text]))
    answer = answer_of(ask(server))
    assert answer.declined
    assert answer.uncited == ()


def test_an_answer_with_citations_is_no_decline(server: OllamaServer) -> None:
    server.script(Reply(tokens=["The documents do not mention a reset, the bit stays set [2]."]))
    assert not answer_of(ask(server)).declined


def test_invented_markers_are_removed_and_counted(server: OllamaServer) -> None:
    server.script(Reply(tokens=["Set [1][9]. ", "Big."]))
    answer = answer_of(ask(server))
    assert (answer.text, answer.dropped_markers) == ("Set [1]. Big.", 1)
    assert answer.uncited == ("Big.",)


def test_hostile_text_from_model_and_documents_is_harmless(server: OllamaServer) -> None:
    evil = "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e[@click=app.quit]x[/]"
    server.script(Reply(tokens=[evil, " [1]"]))
    answer = answer_of(ask(server, [passage(1, evil)], question=evil))
    sent = "".join(message["content"] for message in server.chats[0]["messages"])
    for text in (answer.text, sent):
        assert not any(bad in text for bad in "\x1b\x07\x9b\u202e")
        assert "[@click=app.quit]x[/]" in text


def test_history_and_the_limit_of_passages_go_to_the_model(server: OllamaServer) -> None:
    passages = [passage(rank, f"Fact {rank}.") for rank in range(1, 9)]
    history = [("Who?", "R1 [3].")]
    answer = answer_of(ask(server, passages, history=history, max_passages=3))
    assert [message["role"] for message in server.chats[0]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert len(answer.prompt.sent) == 3


def test_opening_the_door_loads_neither_ollama_nor_httpx() -> None:
    code = (
        "import sys, assistant.answering.asking as a; from assistant.settings import ChatSettings;"
        "a.open_chat(ChatSettings(backend='extractive'));"
        "sys.exit(bool({'ollama', 'httpx', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_default_settings_name_a_way_that_always_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    assert open_chat(ChatSettings()).name in CHAT_BACKENDS
