"""A server that speaks as much of the Hugging Face hub's protocol as fetching a model needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c" * 40


@dataclass
class HubServer:
    """Use as a context manager; `models` may be changed while it runs."""

    models: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Name -> status and the hub's X-Error-Code."""
    stated_sizes: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    """(method, path, Range header) of every request, in order."""

    def __enter__(self) -> HubServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def listing(self, name: str) -> Mapping[str, Any]:
        files = self.models[name]
        siblings = [
            {"rfilename": path, "size": self.stated_sizes.get(path, len(content))}
            for path, content in files.items()
        ]
        return {"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings}


def etag_of(path: str, content: bytes) -> str:
    """Git's hash for small files; SHA-256 for those that git keeps elsewhere."""
    large = path.endswith((".safetensors", ".bin"))
    return (hashlib.sha256 if large else hashlib.sha1)(content).hexdigest()


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            path = self.path.split("?")[0]
            hub.requests.append((self.command, path, self.headers.get("Range", "")))
            name = "/".join(path.removeprefix("/api/models").strip("/").split("/")[:2])
            status, code = hub.refusals.get(name, (404, "RepoNotFound"))
            if name in hub.refusals or name not in hub.models:
                self._send(status, b"", {"X-Error-Code": code, "X-Error-Message": "no"})
            elif path.startswith("/api/"):
                body = json.dumps(hub.listing(name)).encode()
                self._send(200, body, {"Content-Type": "application/json"})
            else:
                self._send_file(name, path.split("/resolve/", 1)[1].split("/", 1)[1])

        def _send_file(self, name: str, file: str) -> None:
            content = hub.models[name][file]
            headers = {"ETag": f'"{etag_of(file, content)}"', "X-Repo-Commit": COMMIT}
            headers["X-Linked-Size"] = str(len(content))
            start = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
            served = hub.models.get(f"{name}#served", {}).get(file, content)
            self._send(206 if start else 200, served[start:], headers)

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                with suppress(BrokenPipeError, ConnectionResetError):  # who was told to stop
                    self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
