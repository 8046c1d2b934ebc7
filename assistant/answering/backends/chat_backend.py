"""What every chat backend takes and gives, whatever stands behind it.

A backend turns an `AnswerTask` into answer events. One that streams text from a prompt needs
only to be a `TextStreamer`: `writing.write_answer` does the rest for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.answering.grounding import Likeness
from assistant.answering.stopping import StopSwitch
from assistant.answering.token_estimate import TokenCalibration
from assistant.errors import ChatUnavailable
from assistant.records import AnswerEvent, EvidencePassage, Trace
from assistant.settings import ChatSettings


@dataclass(frozen=True, slots=True)
class ChatModel:
    name: str
    size_bytes: int = 0
    parameter_size: str = ""
    """As the server words it, such as "4.0B"."""
    context_length: int | None = None
    """Tokens that it was trained for; None where the server does not say."""
    capabilities: tuple[str, ...] | None = None
    """None where the server is too old to say: then it may be able to do anything."""

    @property
    def can_think(self) -> bool:
        return "thinking" in (self.capabilities or ())


@dataclass(frozen=True, slots=True)
class ChatRequest:
    model: ChatModel
    messages: tuple[tuple[str, str], ...]
    """(role, content)"""
    num_ctx: int
    num_predict: int
    temperature: float = 0.1
    keep_alive: str = "10m"
    thinking: bool = False
    seed: int = -1
    """-1: the server's choice."""
    switch: StopSwitch = field(default_factory=StopSwitch)


@dataclass(frozen=True, slots=True)
class TextStreamed:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingStreamed:
    text: str


@dataclass(frozen=True, slots=True)
class StreamFinished:
    """The last event; a stream that ends without one was cut off."""

    done_reason: str = ""
    """The server's word (stop, length, ...), or "cancelled"."""
    prompt_eval_count: int | None = None
    eval_count: int | None = None


ChatEvent = TextStreamed | ThinkingStreamed | StreamFinished


@dataclass(frozen=True, slots=True)
class AnswerTask:
    """Everything that one answer is made from."""

    question: str
    trace: Trace
    passages: tuple[EvidencePassage, ...]
    settings: ChatSettings
    model: ChatModel | None = None
    history: tuple[tuple[str, str], ...] = ()
    """Earlier (question, answer) pairs, oldest first."""
    notes: tuple[str, ...] = ()
    switch: StopSwitch = field(default_factory=StopSwitch)
    likeness: Likeness | None = None
    """Compares the answer's sentences with their sources by meaning; None: by words alone."""


class PromptTooLong(ChatUnavailable):
    """The server counted the prompt and refused it; it may be sent again, shorter."""

    def __init__(self, message: str, hint: str = "", n_tokens: int | None = None) -> None:
        super().__init__(message, hint)
        self.n_tokens = n_tokens


class ChatBackend(Protocol):
    @property
    def name(self) -> str: ...

    def models(self) -> list[ChatModel]:
        """The models that can chat, newest first; none where the backend needs no model.

        Raises: ChatUnavailable.
        """
        ...

    def find_model(self, wanted: str) -> ChatModel | None:
        """The model to answer with, None where the backend needs none.

        Raises: ChatUnavailable when it is not there or cannot chat.
        """
        ...

    def answer(self, task: AnswerTask) -> Iterator[AnswerEvent]:
        """Ends with AnswerFinished. Raises: ChatUnavailable before the first token."""
        ...

    def close(self) -> None: ...


class TextStreamer(Protocol):
    """A chat model behind a prompt."""

    @property
    def name(self) -> str: ...

    def window_of(self, model: ChatModel, settings: ChatSettings) -> int:
        """Tokens for prompt and answer together, the same for a model every time."""
        ...

    def calibration_of(self, model: ChatModel) -> TokenCalibration: ...

    def stream(self, request: ChatRequest) -> Generator[ChatEvent, None, None]:
        """Closing it ends the work on the server.

        Raises: ChatUnavailable, at any event.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChatBackendEntry:
    name: str
    label: str
    open: Callable[[ChatSettings], ChatBackend]
    """Raises ChatUnavailable when the settings are of no use; touches no network."""


def choose_model(wanted: str, models: Sequence[ChatModel]) -> ChatModel:
    """The model of that name, `:latest` understood; the first where none is named.

    Raises: ChatUnavailable.
    """
    if not wanted:
        if not models:
            raise ChatUnavailable(
                "the Ollama server has no model that can chat",
                "fetch one, for example with `ollama pull qwen3:4b`",
            )
        return models[0]
    for name in (wanted, f"{wanted}:latest"):
        for model in models:
            if model.name.casefold() == name.casefold():
                return model
    raise ChatUnavailable(
        f"the chat model is not on the Ollama server: {wanted}",
        f"fetch it with `ollama pull {wanted}`, or choose one that `ollama list` shows",
    )
