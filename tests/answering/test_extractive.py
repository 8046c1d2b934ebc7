"""Answers without a model: literal quotes of the best hits."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from assistant.answering.asking import Chat, answer_question, open_chat
from assistant.records import Answer, Hit
from assistant.settings import ChatSettings
from tests.answering.builders import answer_of, hit, raw_text, trace

SETTINGS = ChatSettings(backend="extractive")


def quote(*hits: Hit) -> Answer:
    chat: Chat = open_chat(SETTINGS)
    return answer_of(answer_question("q", trace(*hits), (), chat, SETTINGS))


def test_the_best_sentences_are_quoted_in_rank_order_with_citations() -> None:
    answer = quote(hit(2, "Second one."), hit(1, "First one."), hit(3, "And a third."))
    assert "no chat model was used" in answer.text
    assert "> First one. [1]\n\n> Second one. [2]\n\n> And a third. [3]" in answer.text
    assert [c.quote for c in answer.citations] == ["First one.", "Second one.", "And a third."]
    assert (answer.backend, answer.chat_model, answer.uncited) == ("extractive", "", ())
    assert not answer.declined


def test_near_duplicates_are_quoted_once_and_five_at_most() -> None:
    same = [hit(n, "The lock bit is set before the boot.") for n in (1, 2)]
    near = hit(3, "The lock bit is set before the boot!")
    others = [hit(n, f"Statement about subject{n} number{n}.") for n in range(4, 12)]
    assert [c.sentence_id for c in quote(*same, near, *others).citations] == [1, 4, 5, 6, 7]


def test_nothing_found_is_declined() -> None:
    answer = quote()
    assert answer.declined
    assert answer.citations == ()
    assert "do not answer" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "# no heading, *no* emphasis_of_ a_name__x",
        "- no item [RO] [1] [x](http://e.example) ![i](j)",
        "1. no list; <b>no html</b> &amp; `code` ~~x~~ \\ back",
        "> no quote",
        "| no | table |",
        "[@click=app.quit]x[/]",
        "+ plus",
        "=== rule ===",
        "寄存器 `PCI[3:0]` 为 [RO]。",
    ],
)
def test_document_text_shows_literally(text: str) -> None:
    markdown = quote(hit(1, text)).text
    inline = [t for t in MarkdownIt("commonmark").enable("strikethrough").parse(markdown) if t.type == "inline"]  # fmt: skip  # noqa: E501
    shown = "".join(child.content for child in inline[1].children or ())
    assert shown == f"{text} [1]"
    assert all(child.type in ("text", "text_special") for child in inline[1].children or ())


def test_code_keeps_its_lines_and_indentation() -> None:
    code = "if (x) {\n  y = ```1```;\n}"
    markdown = quote(hit(1, code)).text
    (fence,) = [t for t in MarkdownIt().parse(markdown) if t.type == "fence"]
    assert fence.content == code + "\n"


def test_terminal_controls_do_not_come_through() -> None:
    answer = quote(hit(1, "\x1b]52;c;ZXZpbA==\x07evil \x9b2J text"))
    assert not any(bad in answer.text for bad in "\x1b\x07\x9b")


def test_what_is_streamed_is_what_is_answered() -> None:
    chat = open_chat(SETTINGS)
    events = list(answer_question("q", trace(hit(1, "A b."), hit(2, "C d.")), (), chat, SETTINGS))
    assert raw_text(events) == answer_of(iter(events)).text


def test_a_cancelled_answer_keeps_what_was_there() -> None:
    chat = open_chat(SETTINGS)
    events = answer_question("q", trace(hit(1, "A b."), hit(2, "C d.")), (), chat, SETTINGS)
    next(events), next(events)
    chat.cancel()
    answer = answer_of(events)
    assert answer.stopped == "cancelled"
    assert [c.quote for c in answer.citations] == ["A b."]
