"""One exchange with an Ollama server into parts, with deadlines and a way to break it off.

ollama-python 0.6.3 has no argument for three things that matter here, so they go in through
the hooks of its httpx client: `truncate: false`, a longer wait for the first byte than for the
later ones, and the socket, which another thread shuts down to end a silent read.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
from typing import TYPE_CHECKING, Any

from assistant.answering.backends.ollama_host import OllamaHost
from assistant.answering.stopping import StopSwitch
from assistant.errors import ChatUnavailable

if TYPE_CHECKING:
    import httpx
    import ollama

CONNECT_TIMEOUT_S = 3.0
LISTING_TIMEOUT_S = 15.0
# The server says nothing, not even headers, while it loads a model and reads the prompt.
FIRST_BYTE_TIMEOUT_S = 600.0
NEXT_BYTE_TIMEOUT_S = 120.0
WRITE_TIMEOUT_S = 60.0

_CHAT_PATH = "/api/chat"
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


def open_client(
    host: OllamaHost, switch: StopSwitch, first_byte_timeout_s: float = FIRST_BYTE_TIMEOUT_S
) -> ollama.Client:
    """A client whose connections end when the switch is pressed.

    Raises: ChatUnavailable when the proxy settings of the environment cannot be used.
    """
    # Deferred: 0.3 s, and nothing else needs it.
    import httpx
    import ollama

    def prepare(request: httpx.Request) -> None:
        request.extensions["trace"] = watch
        if request.url.path.endswith(_CHAT_PATH):
            _forbid_truncation(request)

    def watch(event: str, info: dict[str, Any]) -> None:
        if event in _CONNECTED:
            connection = info["return_value"].get_extra_info("socket")
            switch.on_stop(lambda: _shut_down(connection))

    try:
        return ollama.Client(
            host.url,
            # A proxy cannot reach this machine's own loopback.
            trust_env=not host.is_loopback,
            verify=_verification(host),
            timeout=httpx.Timeout(
                WRITE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S, read=first_byte_timeout_s
            ),
            event_hooks={"request": [prepare], "response": [_shorten_timeout]},
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise ChatUnavailable(
            f"the Ollama server cannot be reached with these settings: {host.url}: {error}",
            "check chat.host and the proxy variables of the environment (HTTP_PROXY, ALL_PROXY)",
        ) from error


def _verification(host: OllamaHost) -> ssl.SSLContext | bool:
    # Reading the certificates costs 20 ms a client. Without any, nothing encrypted is trusted,
    # so a redirect away from this machine fails instead of going unchecked.
    is_plain = host.is_loopback and host.url.startswith("http://")
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else True


def _forbid_truncation(request: httpx.Request) -> None:
    """Left to itself the server cuts a long prompt without a word, our instructions first."""
    import httpx

    content = json.dumps({**json.loads(request.content), "truncate": False}).encode()
    request.stream = httpx.ByteStream(content)
    request.headers["Content-Length"] = str(len(content))


def _shorten_timeout(response: httpx.Response) -> None:
    # httpcore looks the number up again when it starts on the body.
    timeouts = response.request.extensions.get("timeout", {})
    timeouts["read"] = min(timeouts.get("read") or NEXT_BYTE_TIMEOUT_S, NEXT_BYTE_TIMEOUT_S)


def _shut_down(connection: socket.socket) -> None:
    """Closing would not wake a reader on Linux; shutting down does, and tells the server."""
    with contextlib.suppress(OSError):  # closed in the meantime
        # Past SSLSocket's own method, which would pull its state from under the reader.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def raw_part(error: ValueError) -> dict[str, Any] | None:
    """The JSON object that ollama-python refused for a missing field, where there is one."""
    import pydantic

    if not isinstance(error, pydantic.ValidationError):
        return None
    for problem in error.errors():
        found = problem["input"]
        if problem["type"] == "missing" and len(problem["loc"]) == 1 and isinstance(found, dict):
            return found
    return None
