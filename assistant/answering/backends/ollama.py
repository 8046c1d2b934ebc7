"""A prompt into streamed text, through an Ollama server."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from assistant.answering.backends.chat_backend import (
    AnswerTask,
    ChatEvent,
    ChatModel,
    ChatRequest,
    StreamFinished,
    TextStreamed,
    ThinkingStreamed,
    choose_model,
)
from assistant.answering.backends.ollama_faults import (
    explain_connection,
    explain_refusal,
    is_thinking_refused,
)
from assistant.answering.backends.ollama_host import find_host
from assistant.answering.backends.ollama_models import ModelShelf
from assistant.answering.backends.ollama_wire import open_client, raw_part
from assistant.answering.token_estimate import TokenCalibration
from assistant.answering.writing import write_answer
from assistant.documents.sanitising import sanitise
from assistant.errors import ChatUnavailable
from assistant.records import AnswerEvent
from assistant.settings import ChatSettings

if TYPE_CHECKING:
    import ollama


class OllamaBackend:
    name = "ollama"

    def __init__(self, settings: ChatSettings) -> None:
        self.host = find_host(settings.host)
        self._shelf = ModelShelf(self.host)
        self._windows: dict[str, int] = {}
        self._calibrations: dict[str, TokenCalibration] = {}

    def models(self) -> list[ChatModel]:
        return self._shelf.chat_models()

    def find_model(self, wanted: str) -> ChatModel:
        model = choose_model(wanted, self._shelf.all_models() if wanted else self.models())
        if not self._shelf.can_chat(model):
            raise explain_refusal(400, "does not support chat", self.host.url, model.name)
        return model

    def answer(self, task: AnswerTask) -> Iterator[AnswerEvent]:
        return write_answer(task, self)

    def window_of(self, model: ChatModel, settings: ChatSettings) -> int:
        # Chosen once: the server loads the model anew, for minutes, when the number changes.
        if model.name not in self._windows:
            limit = settings.max_context_tokens
            self._windows[model.name] = min(model.context_length or limit, limit)
        return self._windows[model.name]

    def calibration_of(self, model: ChatModel) -> TokenCalibration:
        return self._calibrations.setdefault(model.name, TokenCalibration())

    def stream(self, request: ChatRequest) -> Generator[ChatEvent, None, None]:
        """Closing it closes the connection, which stops the server's work.

        Raises: ChatUnavailable, PromptTooLong.
        """
        think = request.thinking if request.model.can_think else None
        try:
            yield from self._stream(request, think)
        except _ThinkingRefused:
            yield from self._stream(request, None)

    def _stream(self, request: ChatRequest, think: bool | None) -> Iterator[ChatEvent]:
        import httpx
        import ollama

        if request.switch.is_stopped:
            yield StreamFinished("cancelled")
            return
        client = open_client(self.host, request.switch)
        try:
            with closing(client), closing(_parts(client, request, think)) as parts:
                for part in parts:
                    yield from _events(part)
                    if part.get("done"):
                        return
            if request.switch.is_stopped:
                yield StreamFinished("cancelled")
        except (ollama.ResponseError, httpx.HTTPError, OSError, *_MALFORMED) as error:
            if request.switch.is_stopped:
                yield StreamFinished("cancelled")
                return
            if think is not None and is_thinking_refused(error):
                raise _ThinkingRefused from error
            raise self._explain(error, request.model.name) from error

    def _explain(self, error: Exception, model: str) -> ChatUnavailable:
        import ollama

        if isinstance(error, ollama.ResponseError):
            return explain_refusal(error.status_code, error.error, self.host.url, model)
        return explain_connection(error, self.host.url)

    def close(self) -> None:
        """Nothing is kept open between requests."""


class _ThinkingRefused(Exception):
    """The model takes no `think` option, whatever the server says of its capabilities."""


# What ollama-python lets through when a line is not the JSON object it expects.
_MALFORMED = (ValueError, AttributeError, TypeError)


def _parts(
    client: ollama.Client, request: ChatRequest, think: bool | None
) -> Generator[dict[str, Any], None, None]:
    parts = client.chat(
        model=request.model.name,
        messages=[{"role": role, "content": content} for role, content in request.messages],
        stream=True,
        think=think,
        options=_options(request),
        keep_alive=_keep_alive(request.keep_alive),
    )
    try:
        for part in parts:
            yield part.model_dump()
    except ValueError as error:
        # It insists on fields that a last line may lack.
        if (part_lacking := raw_part(error)) is None:
            raise
        yield part_lacking


def _options(request: ChatRequest) -> dict[str, int | float]:
    options = {
        "num_ctx": request.num_ctx,
        "num_predict": request.num_predict,
        "temperature": request.temperature,
    }
    return options if request.seed < 0 else {**options, "seed": request.seed}


def _keep_alive(setting: str) -> str | float:
    """Ollama takes "10m" as text but plain seconds only as a number."""
    try:
        return float(setting)
    except ValueError:
        return setting


def _events(part: dict[str, Any]) -> Iterator[ChatEvent]:
    message = part.get("message") or {}
    if thinking := message.get("thinking"):
        yield ThinkingStreamed(sanitise(str(thinking)))
    if content := message.get("content"):
        yield TextStreamed(sanitise(str(content)))
    if part.get("done"):
        yield StreamFinished(
            sanitise(str(part.get("done_reason") or "")),
            _count(part.get("prompt_eval_count")),
            _count(part.get("eval_count")),
        )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
