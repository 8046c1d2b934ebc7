"""The forms in which people name an Ollama server into one URL to connect to.

The rules are those of Ollama's envconfig.Host and ConnectableHost (Go).
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass

from assistant.errors import ChatUnavailable

DEFAULT_PORT = 11434
_SCHEME_PORTS = {"http": 80, "https": 443}
HOST_VARIABLE = "OLLAMA_HOST"


@dataclass(frozen=True, slots=True)
class OllamaHost:
    url: str
    is_loopback: bool


def find_host(setting: str) -> OllamaHost:
    """The server of the setting, else of $OLLAMA_HOST, else the one on this machine.

    Raises: ChatUnavailable for a URL that is not http(s).
    """
    return parse_host(setting.strip() or os.environ.get(HOST_VARIABLE, ""))


def parse_host(text: str) -> OllamaHost:
    """Raises: ChatUnavailable for a URL that is not http(s)."""
    scheme, default_port, rest = _split_scheme(text.strip().strip("\"'"))
    authority, _, path = rest.partition("/")
    # Credentials in the address are not passed on, and must not show in messages.
    name, port = _split_port(authority.rpartition("@")[2], default_port)
    address = _address(name)
    if address is not None and address.is_unspecified:
        # A server listens on "all addresses"; a client has to pick one, and Windows insists.
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    if address is not None:
        name = f"[{address}]" if address.version == 6 else str(address)
    path = path.partition("?")[0].partition("#")[0].strip("/")
    url = f"{scheme}://{name}:{port}" + (f"/{path}" if path else "")
    return OllamaHost(url, name == "localhost" or bool(address and address.is_loopback))


def _split_scheme(text: str) -> tuple[str, int, str]:
    scheme, separator, rest = text.partition("://")
    if not separator:
        return "http", DEFAULT_PORT, text
    if scheme.lower() not in _SCHEME_PORTS or not rest.strip("/"):
        raise ChatUnavailable(
            f"this is not the address of an Ollama server: {text}",
            f"chat.host and ${HOST_VARIABLE} take forms like 127.0.0.1:{DEFAULT_PORT}",
        )
    return scheme.lower(), _SCHEME_PORTS[scheme.lower()], rest


def _split_port(authority: str, default_port: int) -> tuple[str, int]:
    if authority.startswith("["):
        name, _, tail = authority[1:].partition("]")
        port_text = tail.removeprefix(":")
    elif authority.count(":") == 1:
        name, _, port_text = authority.partition(":")
    else:  # a bare name, or an IPv6 address without brackets
        name, port_text = authority, ""
    is_port = port_text.isascii() and port_text.isdigit() and 0 < int(port_text) <= 65535
    return name.lower() or "127.0.0.1", int(port_text) if is_port else default_port


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
