"""A question and the talk before it into the question in full, through the chat model.

The model is asked for one line and nothing is taken on trust: what is no question in one line is
dropped, and the words of the earlier question are carried over instead. Chinese questions about
documents in English are put into English by the same call.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from assistant.answering.backends.chat_backend import ChatRequest, TextStreamed, TextStreamer
from assistant.answering.citations import strip_markers
from assistant.answering.declining import is_refusal
from assistant.errors import ChatUnavailable
from assistant.records import Rewrite, StageStarted, Trace
from assistant.retrieval.followups import BY_RULE, carried_over, leans_on_earlier
from assistant.retrieval.search import Search
from assistant.settings import ChatSettings

if TYPE_CHECKING:
    from assistant.answering.asking import Chat

TIMEOUT_S = 20.0
"""A model that is still being loaded then goes on loading for the answer."""
REWRITE_TOKENS = 96
EXCHANGES = 3
_EARLIER_CHARACTERS = 600
MAX_CHARACTERS = 300

SYSTEM_TEXT = """\
Rewrite the user's last question as one question that can be understood without the conversation.
- Put in what its pronouns and omissions stand for; keep names, numbers and units as written.
- {language}
- Do not answer it. Write the question alone, on one line."""
_SAME_LANGUAGE = "Keep its language."
_ENGLISH = "Write it in English, whatever its language."
_THOUGHT = re.compile(r"^.*?</think(?:ing)?>|<think(?:ing)?>.*$", re.DOTALL)
_LABEL = re.compile(
    r"^(?:rewritten |standalone )?(?:question|query|问题)\s*[:：]\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a question is searched by beside itself."""

    rewrites: tuple[Rewrite, ...] = ()
    notes: tuple[str, ...] = ()

    def noted(self, trace: Trace) -> Trace:
        """The trace of all of them, with what is to be said of them."""
        return replace(trace, notes=(*trace.notes, *self.notes)) if self.notes else trace


def rewrite_question(
    search: Search,
    history: Sequence[tuple[str, str]],
    open_chat: Callable[[], Chat],
    settings: ChatSettings,
) -> Generator[StageStarted, None, Rewriting]:
    """Nothing for a question that stands alone, unless it is in Chinese and the documents have
    its words in English. `search` is that of the typed question.
    """
    question, into_english = search.question, bool(search.expansion.added)
    leans = bool(history) and leans_on_earlier(question)
    if not leans and not into_english:
        return Rewriting()
    by_rule = carried_over(question, [asked for asked, _ in history]) if leans else ""
    fallback = (Rewrite(by_rule, BY_RULE),) if by_rule else ()
    try:
        chat = open_chat()
    except ChatUnavailable:
        return Rewriting(fallback)  # the answer will say that it is not there
    if chat.model is None or not hasattr(chat.backend, "stream"):
        return Rewriting(fallback)
    yield StageStarted("putting the question in full")
    try:
        text = _asked(chat, question, history if leans else (), settings, into_english)
    except ChatUnavailable as error:
        return Rewriting(fallback, (f"The question was not put in full: {error.message}.",))
    if not text:
        note = f"{chat.model.name} did not put the question in full: its words are searched."
        return Rewriting(fallback, (note,))
    if text.casefold() == question.casefold():
        return Rewriting()
    return Rewriting((Rewrite(text, chat.model.name),))


def _asked(
    chat: Chat,
    question: str,
    history: Sequence[tuple[str, str]],
    settings: ChatSettings,
    into_english: bool,
) -> str:
    """The model's one line; empty where it gave none in time."""
    assert chat.model is not None
    streamer = cast(TextStreamer, chat.backend)
    switch = chat.new_switch()
    request = ChatRequest(
        chat.model,
        _messages(question, history, into_english),
        # The answer's own window: another one would make the server load the model anew.
        streamer.window_of(chat.model, settings),
        REWRITE_TOKENS,
        temperature=0.0,
        keep_alive=settings.keep_alive,
        switch=switch,
    )
    timer = threading.Timer(TIMEOUT_S, switch.stop)
    timer.daemon = True
    timer.start()
    try:
        with closing(streamer.stream(request)) as events:
            text = "".join(event.text for event in events if isinstance(event, TextStreamed))
    finally:
        timer.cancel()
    return "" if switch.is_stopped else _question_in(text)


def _messages(
    question: str, history: Sequence[tuple[str, str]], into_english: bool
) -> tuple[tuple[str, str], ...]:
    system = SYSTEM_TEXT.format(language=_ENGLISH if into_english else _SAME_LANGUAGE)
    talk = "".join(
        f"User: {asked[:_EARLIER_CHARACTERS]}\n"
        f"Assistant: {strip_markers(answered)[:_EARLIER_CHARACTERS]}\n"
        for asked, answered in history[-EXCHANGES:]
    )
    return (("system", system), ("user", f"{talk}Last question: {question}"))


def _question_in(text: str) -> str:
    lines = [line.strip() for line in _THOUGHT.sub("", text).strip().splitlines() if line.strip()]
    if not lines:
        return ""
    line = " ".join(_LABEL.sub("", lines[0]).strip("\"'`*“”「」 ").split())
    is_question = 0 < len(line) <= MAX_CHARACTERS and not is_refusal(line)
    return line if is_question else ""
