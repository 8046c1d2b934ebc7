"""What is done with a server's models beside talking to them: list, fetch, delete."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from assistant.answering.backends.ollama_faults import (
    explain_connection,
    explain_pull,
    explain_refusal,
)
from assistant.answering.backends.ollama_host import OllamaHost
from assistant.answering.backends.ollama_models import ModelShelf
from assistant.answering.backends.ollama_wire import LISTING_TIMEOUT_S, open_client
from assistant.answering.stopping import StopSwitch
from assistant.documents.sanitising import sanitise
from assistant.errors import ChatUnavailable
from assistant.records import ChatModelRow, PullProgressed

if TYPE_CHECKING:
    import ollama

_MALFORMED = (ValueError, AttributeError, TypeError)


def model_rows(host: OllamaHost) -> list[ChatModelRow]:
    """Newest first. Raises: ChatUnavailable."""
    shelf = ModelShelf(host)
    models = shelf.all_models()
    loaded = _loaded(host)
    return [
        ChatModelRow(
            *(sanitise(m.name), m.size_bytes, m.parameter_size, m.context_length, m.capabilities),
            can_chat=shelf.can_chat(m),
            is_loaded=m.name in loaded,
        )
        for m in models
    ]


def pull_model(
    host: OllamaHost, name: str, switch: StopSwitch
) -> Generator[PullProgressed, None, None]:
    """Progress, the last one with `is_done`; what was fetched is kept where it is stopped.

    A server repeats itself while nothing arrives: a report comes only where something changed.
    Raises: ChatUnavailable.
    """
    last = None
    explained = _explained(host, name, explain_pull, lambda: switch.is_stopped)
    with explained, closing(open_client(host, switch)) as client:
        for part in client.pull(name, stream=True):
            status = sanitise(part.status or "")
            is_done = status == "success"
            found = PullProgressed(status, part.completed or 0, part.total or 0, is_done)
            if found != last:
                yield found
            last = found
    if not switch.is_stopped and not (last and last.is_done):
        raise ChatUnavailable(
            f"the server ended the download before the model was whole: {name}",
            "fetch it again: it goes on from where it stopped",
        )


def delete_model(host: OllamaHost, name: str) -> None:
    """Raises: ChatUnavailable."""
    with _explained(host, name), closing(_short_client(host)) as client:
        client.delete(name)


def _loaded(host: OllamaHost) -> set[str]:
    """Names in the server's memory; none where it is too old to tell."""
    import httpx
    import ollama

    try:
        with closing(_short_client(host)) as client:
            return {entry.model or entry.name or "" for entry in client.ps().models}
    except (ollama.ResponseError, httpx.HTTPError, OSError, *_MALFORMED):
        return set()


def _short_client(host: OllamaHost) -> ollama.Client:
    return open_client(host, StopSwitch(), LISTING_TIMEOUT_S)


_Explain = Callable[[int, object, str, str], ChatUnavailable]


@contextmanager
def _explained(
    host: OllamaHost,
    name: str,
    explain: _Explain = explain_refusal,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    import httpx
    import ollama

    try:
        yield
    except ollama.ResponseError as error:
        raise explain(error.status_code, error.error, host.url, name) from error
    except (httpx.HTTPError, OSError, *_MALFORMED) as error:
        if not is_stopped():  # else it is our own doing
            raise explain_connection(error, host.url) from error
