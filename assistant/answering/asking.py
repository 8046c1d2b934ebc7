"""A question and its trace into an answer, through whichever chat backend is there."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Sequence

from assistant.answering.backends import CHAT_BACKENDS
from assistant.answering.backends.chat_backend import AnswerTask, ChatBackend, ChatModel
from assistant.answering.grounding import Likeness
from assistant.answering.stopping import StopSwitch
from assistant.errors import ChatUnavailable
from assistant.records import AnswerEvent, EvidencePassage, Trace
from assistant.settings import ChatSettings

AUTO = "auto"


class Chat:
    """A chat backend with its model, ready to answer."""

    def __init__(
        self, backend: ChatBackend, model: ChatModel | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        self.backend = backend
        self.model = model
        self.notes = notes
        """Why it is this backend and no better one."""
        self._switches: weakref.WeakSet[StopSwitch] = weakref.WeakSet()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.backend.name

    def new_switch(self) -> StopSwitch:
        switch = StopSwitch()
        with self._lock:
            self._switches.add(switch)
        return switch

    def cancel(self) -> None:
        """Ends every answer under way, from any thread, also where its read is blocked."""
        with self._lock:
            switches = list(self._switches)
        for switch in switches:
            switch.stop()

    def close(self) -> None:
        self.cancel()
        self.backend.close()


def open_chat(settings: ChatSettings) -> Chat:
    """The backend of the settings; for "auto" the first that works, with why in its notes.

    Raises: ChatUnavailable when the backend that was asked for does not work.
    """
    if settings.backend != AUTO:
        return _open(settings.backend, settings, ())
    reasons: tuple[str, ...] = ()
    *optional, last = CHAT_BACKENDS
    for name in optional:
        try:
            return _open(name, settings, reasons)
        except ChatUnavailable as error:
            reasons += (f"{error.message}: quoting instead; {error.hint}",)
    return _open(last, settings, reasons)


def _open(name: str, settings: ChatSettings, notes: tuple[str, ...]) -> Chat:
    backend = CHAT_BACKENDS[name].open(settings)
    return Chat(backend, backend.find_model(settings.model), notes)


def answer_question(
    question: str,
    trace: Trace,
    passages: Sequence[EvidencePassage],
    chat: Chat,
    settings: ChatSettings,
    history: Sequence[tuple[str, str]] = (),
    likeness: Likeness | None = None,
) -> Iterator[AnswerEvent]:
    """Ends with AnswerFinished. Closing it, or `chat.cancel()`, stops the model's work.

    `history` has the earlier (question, answer) pairs, oldest first. A cancel counts from this
    call on, not only from the first event.

    Raises: ChatUnavailable before the first token; UsageError for a question too long.
    """
    task = AnswerTask(
        question,
        trace,
        tuple(passages),
        settings,
        chat.model,
        tuple(history),
        chat.notes,
        chat.new_switch(),
        likeness,
    )
    # Below the floor a model would only make something up: the nearest sentences are quoted.
    backend = CHAT_BACKENDS["extractive"].open(settings) if trace.is_weak else chat.backend
    return backend.answer(task)
