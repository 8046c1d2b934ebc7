"""What an Ollama server and the way to it do wrong into one line and its cure.

Server texts are those of versions 0.24 to 0.32; a text that is not known is shown as it is.
"""

from __future__ import annotations

import json
import re
from typing import Any

from assistant.answering.backends.chat_backend import PromptTooLong
from assistant.documents.sanitising import sanitise
from assistant.errors import ChatUnavailable

MAX_TEXT_LENGTH = 300

_NOT_OLLAMA_HINT = "check chat.host and $OLLAMA_HOST, and update the server if it is an old one"
# (pattern in the server's text, message, hint), the first that fits. Order matters: a process
# killed for lack of memory says so before it says EOF.
_TEXTS = (
    (
        r"does not support chat",
        "the model cannot chat: {model}",
        "it is an embedding model, or its file is gone; choose another with `ollama list`, "
        "or fetch it again with `ollama pull {model}`",
    ),
    (
        r"model .*not found|try pulling it first|file does not exist",
        "the chat model is not on the Ollama server at {server}: {model}",
        "fetch it with `ollama pull {model}`, or choose one that `ollama list` shows",
    ),
    (
        r"cloud is disabled|remote model is unavailable",
        "the model runs in Ollama's cloud, which is switched off: {model}",
        "choose a local model that `ollama list` shows, or allow the cloud in Ollama",
    ),
    (
        r"unauthorized",
        "Ollama asks you to sign in for this model: {model}",
        "run `ollama signin`, or choose a local model",
    ),
    (
        r"server busy|maximum pending requests",
        "the Ollama server is busy: {server}",
        "ask again in a moment; `ollama ps` shows what it is doing",
    ),
    (
        r"more system memory|out of memory|cudamalloc|insufficient memory|unable to allocate",
        "there is too little memory for the model: {model}: {text}",
        "close other programs, choose a smaller model, or lower chat.max_context_tokens",
    ),
    (
        r"timed out waiting",
        "the model took too long to load: {model}",
        "ask again, or choose a smaller model; `ollama ps` shows what is loaded",
    ),
    (
        r"unexpected eof|has terminated|exit status|signal:|error was encountered while running",
        "the model's process ended on the server: {model}: {text}",
        "ask again, the server loads it anew; if that repeats, memory is short: "
        "choose a smaller model or lower chat.max_context_tokens",
    ),
    (
        r"unable to load model|exceeds file size|invalid file magic|error loading model",
        "the server cannot load the model: {model}: {text}",
        "its file may be damaged: fetch it again with `ollama pull {model}`",
    ),
    (
        r"invalid duration|missing unit in duration",
        "Ollama does not understand chat.keep_alive: {text}",
        'write it as "10m", "1h", or a number of seconds',
    ),
    (
        r"invalid model name|model is required",
        "this cannot be the name of a model: {model}",
        "`ollama list` shows the names",
    ),
)
# The server fetches from the library by itself, so what fails there is no fault of the way to it.
_PULL_TEXTS = (
    (
        r"file does not exist|model .*not found",
        "the model library has no such model: {model}",
        "see how it is written on ollama.com/library, such as qwen3:4b",
    ),
    (
        r"no such host|dial tcp|network is unreachable|i/o timeout|tls: |x509",
        "the Ollama server cannot reach the model library: {text}",
        "see whether {server} has a network, or set HTTPS_PROXY for `ollama serve`; "
        "then fetch it again",
    ),
    (
        r"max retries exceeded|unexpected eof|connection reset",
        "the download broke off: {model}: {text}",
        "fetch it again: it goes on from where it stopped",
    ),
    (
        r"no space left",
        "the server's disk is full: {model}: {text}",
        "make room, or delete a model, then fetch it again",
    ),
    (
        r"invalid model name",
        "this cannot be the name of a model: {model}",
        "names look like qwen3:4b, see ollama.com/library",
    ),
)
_TOO_LONG = re.compile(r"exceeds the (available )?context", re.IGNORECASE)
_THINKING_REFUSED = re.compile(r"does not support thinking|invalid think value", re.IGNORECASE)


def is_thinking_refused(error: Exception) -> bool:
    return bool(_THINKING_REFUSED.search(error_text(getattr(error, "error", ""))))


def explain_refusal(status: int, error: object, server: str, model: str) -> ChatUnavailable:
    """An error that the server put into words. Status -1: it came inside a 200 stream."""
    text = error_text(error)
    model = sanitise(model)
    if _TOO_LONG.search(text):
        return PromptTooLong(
            f"the prompt is too long for the model: {model}: {text}",
            "shorten the question, or raise chat.max_context_tokens",
            _count_in(error),
        )
    known = _explain_text(_TEXTS, text, server, model)
    return known or _explain_status(status, text, server, model)


def explain_pull(status: int, error: object, server: str, model: str) -> ChatUnavailable:
    """Why the server could not fetch a model. Status -1: it came inside a 200 stream."""
    known = _explain_text(_PULL_TEXTS, error_text(error), server, sanitise(model))
    return known or explain_refusal(status, error, server, model)


def _explain_text(
    texts: tuple[tuple[str, str, str], ...], text: str, server: str, model: str
) -> ChatUnavailable | None:
    for pattern, message, hint in texts:
        if re.search(pattern, text, re.IGNORECASE):
            return ChatUnavailable(
                message.format(model=model, server=server, text=text),
                hint.format(model=model, server=server),
            )
    return None


def _explain_status(status: int, text: str, server: str, model: str) -> ChatUnavailable:
    if status == 401:
        return ChatUnavailable(
            f"Ollama asks you to sign in for this model: {model}",
            "run `ollama signin`, or choose a local model",
        )
    if status == 403 and not text:
        return ChatUnavailable(
            f"the Ollama server refuses to be addressed by this name: {server}",
            "use its IP address in chat.host, or let it listen on all addresses "
            "with OLLAMA_HOST=0.0.0.0 on the server",
        )
    if status in (404, 405):
        return ChatUnavailable(f"this is not an Ollama server: {server}", _NOT_OLLAMA_HINT)
    if status == 503:
        return ChatUnavailable(
            f"the Ollama server is busy: {server}", "ask again in a moment; see `ollama ps`"
        )
    said = text or (f"status {status}, no text" if status > 0 else "an error without a text")
    return ChatUnavailable(
        f"the Ollama server failed{f' with the model {model}' if model else ''}: {said}",
        "the server's log says more (`ollama serve` prints it)",
    )


def explain_connection(error: Exception, server: str) -> ChatUnavailable:
    """A server that is not there, went away, is silent or is not Ollama at all."""
    # Deferred: 0.2 s, and only wanted when something is wrong.
    import httpx

    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError):
        return ChatUnavailable(
            f"no Ollama server at {server}",
            "start one with `ollama serve`, or set chat.host to where it runs",
        )
    if isinstance(error, httpx.TimeoutException):
        return ChatUnavailable(
            f"the Ollama server did not answer in time: {server}",
            "it may be loading a model or serving others: look at `ollama ps`, then ask again",
        )
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return ChatUnavailable(
            f"the connection to the Ollama server was cut: {server}",
            "see whether it still runs, start it with `ollama serve`, then ask again",
        )
    return ChatUnavailable(f"the server does not answer like Ollama: {server}", _NOT_OLLAMA_HINT)


def error_text(error: object) -> str:
    """The words in an error of any form: text, JSON, or JSON inside a JSON string."""
    found = _decoded(error)
    if isinstance(found, dict):
        found = found.get("error") or found.get("message") or ""
        return error_text(found)
    if found is None:
        return ""
    words = " ".join(sanitise(str(found)).split())
    return words if len(words) <= MAX_TEXT_LENGTH else words[: MAX_TEXT_LENGTH - 1] + "…"


def _decoded(error: object) -> Any:
    if isinstance(error, str) and error.lstrip().startswith("{"):
        try:
            return json.loads(error)
        except ValueError:
            return error
    return error


def _count_in(error: object) -> int | None:
    found = _decoded(error)
    while isinstance(found, dict):
        if isinstance(count := found.get("n_prompt_tokens"), int):
            return count
        found = _decoded(found.get("error"))
    return None
