"""`assistant ask`: the answer, its sources and what stands behind it."""

from __future__ import annotations

import io

import pytest

from assistant.cli.markdown_plain import PlainText, plain_text
from tests.cli.conftest import Cli
from tests.ollama_server import OllamaServer, Reply

QUESTION = "How is DDR4 memory initialised?"


def test_fields_of_the_design(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", QUESTION, "--docs", indexed, "--chat", "extractive", "--json")
    assert outcome.code == 0
    found = outcome.json
    assert {"question", "mode", "pooling", "hits", "reading", "timings"} <= set(found)
    assert {"answer", "citations", "uncited", "declined", "backend", "chat_model"} <= set(found)
    assert set(found["prompt"]) >= {"tokens", "num_ctx", "sent", "left_out"}
    place = {"document", "line", "page", "page_label"}
    assert set(found["citations"][0]) == {"marker", "quote"} | place
    assert (found["backend"], found["declined"]) == ("extractive", False)


def test_a_dash_reads_the_question_from_standard_input(
    cli: Cli, indexed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(f"{QUESTION}\n".encode()))
    monkeypatch.setattr("sys.stdin", typed)
    outcome = cli("ask", "-", "--docs", indexed, "--chat", "extractive", "--json")
    assert (outcome.code, outcome.json["question"]) == (0, QUESTION)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert cli("ask", "-", "--docs", indexed).code == 2


def test_text_is_the_answer_then_its_sources(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", QUESTION, "--docs", indexed, "--chat", "extractive", "--limit", "1")
    quote = "DDR4 memory is initialised by the memory reference code."
    assert f"> {quote} [1]" in outcome.out
    assert outcome.out.splitlines()[-1] == f"[1] memory.md:5 (Memory › Training) {quote}"


def test_brackets_in_a_quote_are_not_escaped(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", "PCI[3:0]", "--docs", indexed, "--mode", "bm25")
    assert "> PCI[3:0] | [RO] [1]" in outcome.out


def test_without_a_server_quotes_answer_and_say_why(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", QUESTION, "--docs", indexed)
    assert outcome.code == 0
    assert "no chat model was used" in outcome.out
    assert "no Ollama server at http://127.0.0.1:1" in outcome.err


def test_a_server_that_was_asked_for_and_is_not_there_is_exit_3(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", QUESTION, "--docs", indexed, "--chat", "ollama", "--json")
    assert outcome.code == 3
    assert outcome.out == ""
    *_, what, hint = outcome.err.splitlines()
    assert "http://127.0.0.1:1" in what
    assert "ollama serve" in hint


def test_nothing_found_is_a_declined_answer_and_exit_1(cli: Cli, indexed: str) -> None:
    outcome = cli("ask", "zzqqy", "--docs", indexed, "--mode", "bm25", "--json")
    assert outcome.code == 1
    assert outcome.json["declined"] is True
    assert outcome.json["citations"] == []


def test_a_chat_model_answers_with_bound_citations(
    cli: Cli, indexed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        server.script(Reply(tokens=["By the \x1b[31mMRC", " [1]."]))
        outcome = cli("ask", QUESTION, "--docs", indexed, "--chat", "ollama", "--json")
        assert server.chats[0]["options"]["num_ctx"] > 0
    assert outcome.code == 0
    assert outcome.json["backend"] == "ollama"
    assert outcome.json["chat_model"]
    assert "\\u001b" not in outcome.out
    assert [citation["marker"] for citation in outcome.json["citations"]] == [1]
    assert outcome.json["prompt"]["sent"]


def test_an_unknown_chat_model_is_named_with_the_command_that_fetches_it(
    cli: Cli, indexed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        argv = ["ask", QUESTION, "--docs", indexed, "--chat", "ollama", "--chat-model", "nope"]
        outcome = cli(*argv)
    assert outcome.code == 3
    assert "nope" in outcome.err and "ollama pull nope" in outcome.err


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        (r"PCI\[3:0\] = \[RO\]", "PCI[3:0] = [RO]"),
        (r"`C:\_x` and \_y", r"`C:\_x` and _y"),
        ("```\nbuf\\[2\\]\n```\nbuf\\[2\\]", "```\nbuf\\[2\\]\n```\nbuf[2]"),
        (r"back\\slash", r"back\slash"),
        (r"C:\new", r"C:\new"),
        ("ends in \\", "ends in \\"),
    ],
)
def test_markdown_escapes_become_characters_outside_code(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain
    stream = PlainText()
    pieces = [stream.feed(character) for character in markdown] + [stream.finish()]
    if "``" not in markdown:  # a fence that is cut in the middle cannot be known as one
        assert "".join(pieces) == plain
