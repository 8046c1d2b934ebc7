"""A follow-up with a chat model: what it is asked, and what happens when it does not serve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.answering import followups
from assistant.paths import Paths
from assistant.records import Answer, AnswerFinished, EvidenceFound, Trace
from assistant.retrieval.followups import BY_RULE
from assistant.settings import ChatSettings, ChromaSettings, Settings
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.ollama_server import OllamaServer, Reply

FILES = {
    "ddr4.md": "DDR4 memory is initialised by MR3 and then MR6.\n\nFans are loud.\n",
    "ddr5.md": "DDR5 memory is initialised by the PMIC.\n\nLids are closed.\n",
}
HISTORY = (("How is DDR4 memory initialised?", "By MR3 and MR6 [1]."),)
FULL = "How is DDR5 memory initialised?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "docs" / name).write_text(text, "utf-8")
    return tmp_path / "docs"


def opened(folder: Path, home: Path, host: str = "") -> Workspace:
    chat = ChatSettings(backend="ollama" if host else "extractive", host=host)
    settings = Settings(chat=chat, chroma=ChromaSettings(enabled=False))
    workspace = Workspace(settings, Paths.below(home), folder, load=HashingEncoder.load)
    list(workspace.index())
    return workspace


def asked(
    workspace: Workspace, question: str, history: Sequence[tuple[str, str]] = HISTORY
) -> tuple[Trace, Answer]:
    events = list(workspace.ask(question, history=history))
    (trace,) = [event.trace for event in events if isinstance(event, EvidenceFound)]
    (answer,) = [event.answer for event in events if isinstance(event, AnswerFinished)]
    return trace, answer


def test_the_model_puts_the_question_in_full_and_both_are_searched(
    folder: Path, home_with_model: Path
) -> None:
    with OllamaServer() as server:
        server.script(Reply(tokens=[f'Question: "{FULL}"\n', "Because …"]), Reply())
        trace, _ = asked(opened(folder, home_with_model, server.url), "And on DDR5?")
        rewriting, answering = server.chats
    assert [(rewrite.text, rewrite.by) for rewrite in trace.rewrites] == [
        (FULL, answering["model"])
    ]
    assert (trace.question, trace.searched) == ("And on DDR5?", FULL)
    assert trace.hits[0].place.document == "ddr5.md"
    assert rewriting["options"]["temperature"] == 0
    assert rewriting["options"]["num_ctx"] == answering["options"]["num_ctx"]
    assert "[1]" not in rewriting["messages"][-1]["content"]
    assert "And on DDR5?" in answering["messages"][-1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply.failing(500, "out of memory"),
        Reply(tokens=["\n"]),
        Reply(tokens=["x" * 999]),
        Reply(tokens=["The documents do not answer this."]),
    ],
)
def test_a_model_that_does_not_serve_leaves_the_words_of_the_earlier_question(
    folder: Path, home_with_model: Path, reply: Reply
) -> None:
    with OllamaServer() as server:
        server.script(reply, Reply())
        trace, answer = asked(opened(folder, home_with_model, server.url), "And on DDR5?")
    assert [(each.text, each.by) for each in trace.rewrites] == [
        ("DDR5 memory initialised", BY_RULE)
    ]
    assert any("the question" in note for note in map(str.lower, trace.notes))
    assert answer.text


def test_a_model_that_takes_too_long_is_not_waited_for(
    folder: Path, home_with_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followups, "TIMEOUT_S", 0.2)
    with OllamaServer() as server:
        server.script(Reply(load_s=5), Reply())
        trace, _ = asked(opened(folder, home_with_model, server.url), "And on DDR5?")
    assert trace.rewrites[0].by == BY_RULE


def test_without_a_model_the_topic_is_carried_over(folder: Path, home_with_model: Path) -> None:
    trace, _ = asked(opened(folder, home_with_model), "And on DDR5?")
    assert trace.rewrites[0].text == "DDR5 memory initialised"
    assert trace.hits[0].place.document == "ddr5.md"


def test_a_question_that_stands_alone_gives_the_same_trace_with_a_history_and_without(
    folder: Path, home_with_model: Path
) -> None:
    with OllamaServer() as server:
        workspace = opened(folder, home_with_model, server.url)
        trace, _ = asked(workspace, FULL)
        assert len(server.chats) == 1
        plain = workspace.retrieve(FULL)
    for each in (trace, plain):
        each.timings.clear()
    assert trace == plain


def test_a_chinese_question_about_english_documents_is_put_into_english(
    folder: Path, home_with_model: Path
) -> None:
    with OllamaServer() as server:
        server.script(Reply(tokens=[FULL]), Reply())
        workspace = opened(folder, home_with_model, server.url)
        trace, _ = asked(workspace, "如何初始化 DDR5 内存？", ())
        assert "English" in server.chats[0]["messages"][0]["content"]
    assert trace.rewrites[0].text == FULL
    assert [added.term for added in trace.added_terms] == ["initialisation", "memory"]


def test_a_trace_of_two_questions_is_compared_and_explained_by_the_full_one(
    folder: Path, home_with_model: Path
) -> None:
    workspace = opened(folder, home_with_model)
    trace, _ = asked(workspace, "And on DDR5?")
    compared = workspace.explain(workspace.compare(trace))
    alone = workspace.compare(workspace.retrieve(trace.searched))
    assert compared.comparison is not None and alone.comparison is not None
    ranks = {s.sentence_id: s.ranks for s in alone.comparison.sentences}
    assert all(s.ranks == ranks[s.sentence_id] for s in compared.comparison.sentences)
    assert compared.explanation is not None


def test_below_the_floor_the_model_is_not_asked_and_the_answer_says_so(
    folder: Path, home_with_model: Path
) -> None:
    with OllamaServer() as server:
        workspace = opened(folder, home_with_model, server.url)
        trace, answer = asked(workspace, "Which quark flavours decay into zyzzyva bosons?", ())
        assert server.chats == []
    assert trace.is_weak and answer.declined
    assert answer.text.startswith("This is not in these documents")
    assert answer.citations and answer.citations[0].quote in "".join(FILES.values())
