"""Every form of OLLAMA_HOST that the server itself understands."""

from __future__ import annotations

import pytest

from assistant.answering.backends.ollama_host import find_host, parse_host
from assistant.errors import ChatUnavailable

FORMS = [
    ("", "http://127.0.0.1:11434", True),
    ("1.2.3.4", "http://1.2.3.4:11434", False),
    (":56789", "http://127.0.0.1:56789", True),
    ("1.2.3.4:56789", "http://1.2.3.4:56789", False),
    ("http://1.2.3.4", "http://1.2.3.4:80", False),
    ("https://1.2.3.4", "https://1.2.3.4:443", False),
    ("https://example.com:56789/", "https://example.com:56789", False),
    ("example.com", "http://example.com:11434", False),
    ("example.com/path", "http://example.com:11434/path", False),
    ("example.com:56789/path/", "http://example.com:56789/path", False),
    ("HTTPS://Example.com/a/b", "https://example.com:443/a/b", False),
    ("[::1]", "http://[::1]:11434", True),
    ("::1", "http://[::1]:11434", True),
    ("[::1]:56789", "http://[::1]:56789", True),
    ("http://[fe80::1]:56789/path", "http://[fe80::1]:56789/path", False),
    ("0.0.0.0", "http://127.0.0.1:11434", True),
    ("0.0.0.0:8080", "http://127.0.0.1:8080", True),
    ("[::]:8080", "http://[::1]:8080", True),
    ("localhost", "http://localhost:11434", True),
    ("127.0.0.2:99999", "http://127.0.0.2:11434", True),
    ("127.0.0.1:port", "http://127.0.0.1:11434", True),
    ("127.0.0.1:-1", "http://127.0.0.1:11434", True),
    (' "127.0.0.1:8080" ', "http://127.0.0.1:8080", True),
    ("http://user:secret@example.com", "http://example.com:80", False),
]


@pytest.mark.parametrize(("form", "url", "is_loopback"), FORMS)
def test_every_form_names_one_url(form: str, url: str, is_loopback: bool) -> None:
    host = parse_host(form)
    assert (host.url, host.is_loopback) == (url, is_loopback)


@pytest.mark.parametrize("form", ["ftp://example.com", "http://", "unix:///run/ollama.sock"])
def test_what_is_no_address_is_named(form: str) -> None:
    with pytest.raises(ChatUnavailable) as caught:
        parse_host(form)
    assert form in caught.value.message
    assert "OLLAMA_HOST" in caught.value.hint


def test_the_setting_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:1234")
    assert find_host("").url == "http://127.0.0.1:1234"
    assert find_host("10.0.0.1").url == "http://10.0.0.1:11434"
