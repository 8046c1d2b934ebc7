"""Scripted replies into what a real Ollama server sends, on a free loopback port.

    with OllamaServer() as server:
        server.script(Reply(tokens=["It is ", "locked [1]."]))
        ... OLLAMA_HOST = server.url ...
        assert server.chats[0]["options"]["num_ctx"] == 8192

As a script, for trying the program by hand: python -m tests.ollama_server --port 11434 --slow
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

ANSWER = ("The lock bit ", "is set ", "before boot ", "[1]. ", "It stays ", "set [2].")


@dataclass
class Reply:
    """What one request gets. The default is a good answer."""

    tokens: Iterable[str] | None = ANSWER
    """None: made up from the sentences in the prompt."""
    thinking: Iterable[str] = ()
    load_s: float = 0.0
    """Silence before the headers, as while a model loads."""
    delay_s: float = 0.0
    """Before each token."""
    ending: Literal["done", "silent", "cut"] = "done"
    """silent: ends without done; cut: the connection closes inside a chunk."""
    error_after: str = ""
    """An error line after the tokens; the status stays 200."""
    done_reason: str = "stop"
    final: dict[str, Any] = field(default_factory=dict)
    """Fields of the last line that differ; a value of `...` leaves the field out."""
    obeys_limit: bool = True
    """Whether num_predict ends it."""
    status: int = 200
    body: str | None = None
    """Sent as it is, with the status, instead of an answer."""
    content_type: str = "application/json; charset=utf-8"

    @classmethod
    def failing(cls, status: int, error: object) -> Reply:
        return cls(status=status, body=json.dumps({"error": error}))


@dataclass
class FakeModel:
    name: str = "tiny:latest"
    capabilities: tuple[str, ...] | None = ("completion",)
    context_length: int | None = 32768
    modified_at: str = "2026-11-01T10:00:00.123456789Z"
    size: int = 2_500_000_000
    parameter_size: str = "4.0B"
    family: str = "qwen3"
    has_model_info: bool = True
    is_loaded: bool = False

    def tag(self) -> dict[str, Any]:
        details = {"format": "gguf", "family": self.family, "families": None}
        details |= {"parameter_size": self.parameter_size, "quantization_level": "Q4_K_M"}
        entry = {"name": self.name, "model": self.name, "modified_at": self.modified_at}
        return entry | {"size": self.size, "digest": f"d-{self.name}", "details": details}

    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"details": self.tag()["details"], "modelfile": "", "template": ""}
        if self.capabilities is not None:
            shown["capabilities"] = list(self.capabilities)
        if self.has_model_info:
            shown["model_info"] = {"general.architecture": self.family}
            if self.context_length:
                shown["model_info"][f"{self.family}.context_length"] = self.context_length
        return shown


class OllamaServer:
    """Runs from `with` on, or from start()."""

    def __init__(
        self, models: Iterable[FakeModel] = (FakeModel(),), version: str = "0.32.15", port: int = 0
    ) -> None:
        self.models = {model.name: model for model in models}
        self.version = version
        self.replies: deque[Reply] = deque()
        """One for each chat or pull, in order."""
        self.usual_reply = Reply()
        """When none is left."""
        self.overrides: dict[str, Reply] = {}
        """Path -> what every request to it gets."""
        self.requests: list[tuple[str, dict[str, Any]]] = []
        """(path, body)"""
        self.started = threading.Event()
        """A chat has arrived."""
        self.client_gone = threading.Event()
        """A client closed its connection before the reply was complete."""
        self.obeys_truncate = True
        """Whether `truncate: false` refuses a long prompt; otherwise it is cut silently."""
        self.count_tokens: Callable[[str], int] = lambda text: len(text) // 4
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", port), self)
        self.port: int = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def script(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    @property
    def chats(self) -> list[dict[str, Any]]:
        return [body for path, body in self.requests if path == "/api/chat"]

    def start(self) -> OllamaServer:
        # Polled often: shutdown() waits for the next poll.
        serve = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        serve.start()
        return self

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> OllamaServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, name: str) -> FakeModel | None:
        return self.models.get(name) or self.models.get(f"{name}:latest")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], owner: OllamaServer) -> None:
        self.owner = owner
        super().__init__(address, _Conversation)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are a part of the play."""


class _ClientGone(Exception):
    pass


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve({"/": self._greet, "/api/tags": self._tags, "/api/ps": self._ps}, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        doors = {"/api/show": self._show, "/api/chat": self._chat, "/api/pull": self._pull}
        self._serve(doors, body)

    def _serve(self, doors: dict[str, Callable[[dict[str, Any]], None]], body: Any) -> None:
        owner = self.server.owner
        owner.requests.append((self.path, body))
        doors |= {"/api/version": lambda _: self._json({"version": owner.version})}
        try:
            if reply := owner.overrides.get(self.path):
                self._wait(reply.load_s)
                self._send(reply.status, reply.body or "", reply.content_type)
            elif door := doors.get(self.path):
                door(body)
            else:
                self._send(404, "404 page not found", "text/plain")
        except (_ClientGone, BrokenPipeError, ConnectionResetError):
            owner.client_gone.set()
            self.close_connection = True

    def _greet(self, _: Any) -> None:
        self._send(200, "Ollama is running", "text/plain; charset=utf-8")

    def _tags(self, _: Any) -> None:
        models = sorted(
            self.server.owner.models.values(), key=lambda model: model.modified_at, reverse=True
        )
        self._json({"models": [model.tag() for model in models]})

    def _ps(self, _: Any) -> None:
        loaded = [m.tag() for m in self.server.owner.models.values() if m.is_loaded]
        self._json({"models": loaded})

    def do_DELETE(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._serve({"/api/delete": self._delete}, json.loads(self.rfile.read(length) or b"{}"))

    def _delete(self, body: dict[str, Any]) -> None:
        name = body.get("model", "")
        if self.server.owner.models.pop(name, None) is None:
            self._json({"error": f"model '{name}' not found"}, 404)
        else:
            self._send(200, "", "text/plain")

    def _show(self, body: dict[str, Any]) -> None:
        if model := self.server.owner.find(body.get("model", "")):
            self._json(model.shown())
        else:
            self._json({"error": f"model '{body.get('model')}' not found"}, 404)

    def _chat(self, body: dict[str, Any]) -> None:
        owner = self.server.owner
        reply = owner.replies.popleft() if owner.replies else owner.usual_reply
        owner.started.set()
        self._wait(reply.load_s)
        if reply.body is not None:
            self._send(reply.status, reply.body, reply.content_type)
        elif refusal := _refusal(owner, body):
            self._json({"error": refusal[1]}, refusal[0])
        elif body.get("stream", True):
            self._stream(_lines(owner, reply, body), reply)
        else:
            self._json(_joined(_lines(owner, reply, body)))

    def _pull(self, body: dict[str, Any]) -> None:
        owner = self.server.owner
        reply = owner.replies.popleft() if owner.replies else owner.usual_reply
        if reply.body is not None:
            self._send(reply.status, reply.body, reply.content_type)
            return
        layer = {"status": "pulling 2eaf0ae50e81", "digest": "sha256:2eaf", "total": 72133600}
        steps = [{"status": "pulling manifest"}]
        if reply.error_after:
            steps.append({"error": reply.error_after})
        else:
            done = ("verifying sha256 digest", "writing manifest", "success")
            steps += [layer, layer | {"completed": 40_000_000}, layer | {"completed": 70_778_880}]
            steps += [{"status": status} for status in done]
            if reply.ending == "done":
                owner.models[body["model"]] = FakeModel(body["model"])
        if reply.ending == "silent":  # a line that stays open and brings nothing
            steps = [*steps[:3], *[steps[2]] * 1000]
        self._stream(iter(steps), Reply(delay_s=reply.delay_s))

    def _stream(self, lines: Iterator[dict[str, Any]], reply: Reply) -> None:
        is_begun = False
        for line in lines:
            self._wait(reply.delay_s)
            if not is_begun:  # a real server sends its headers with the first line
                self._begin_stream()
                is_begun = True
            data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if not is_begun:
            self._begin_stream()
        if reply.ending == "cut":
            self.wfile.write(b'40\r\n{"model":"ti')
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _wait(self, seconds: float) -> None:
        """Silence, ended early by a client that hangs up."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            readable, _, _ = select.select([self.connection], [], [], max(0.0, min(left, 0.02)))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise _ClientGone
            if left <= 0:
                return
            if self.server.owner.closing.is_set():
                raise _ClientGone

    def _json(self, value: Any, status: int = 200) -> None:
        self._send(status, json.dumps(value), "application/json; charset=utf-8")

    def _send(self, status: int, body: str, content_type: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _refusal(owner: OllamaServer, body: dict[str, Any]) -> tuple[int, str] | None:
    """(status, text) where a real server would not start."""
    name = body.get("model", "")
    model = owner.find(name)
    if model is None:
        return 404, f"model '{name}' not found"
    able = model.capabilities
    if able is not None and "completion" not in able:
        return 400, f'"{name}" does not support chat'
    if body.get("think") and able is not None and "thinking" not in able:
        return 400, f'"{name}" does not support thinking'
    n_tokens, num_ctx = _prompt_tokens(owner, body), _num_ctx(body)
    if n_tokens <= num_ctx or body.get("truncate", True) or not owner.obeys_truncate:
        return None
    if owner.version.startswith("0.24"):
        return 400, "the input length exceeds the context length"
    message = f"request ({n_tokens} tokens) exceeds the available context size ({num_ctx} tokens)"
    inner = {"code": 400, "message": f"{message}, try increasing it"}
    inner |= {"type": "exceed_context_size_error", "n_prompt_tokens": n_tokens, "n_ctx": num_ctx}
    return 400, json.dumps({"error": inner})


def _prompt_tokens(owner: OllamaServer, body: dict[str, Any]) -> int:
    return sum(4 + owner.count_tokens(message["content"]) for message in body["messages"])


def _num_ctx(body: dict[str, Any]) -> int:
    return int((body.get("options") or {}).get("num_ctx", 4096))


def _evaluated_tokens(owner: OllamaServer, body: dict[str, Any]) -> int:
    n_tokens, num_ctx = _prompt_tokens(owner, body), _num_ctx(body)
    if n_tokens <= num_ctx:
        return n_tokens
    return num_ctx if owner.version.startswith("0.24") else num_ctx // 2 + 3


def _lines(owner: OllamaServer, reply: Reply, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    model = owner.find(body["model"])
    limit = int((body.get("options") or {}).get("num_predict", -1))
    limit = limit if limit > 0 and reply.obeys_limit else 10 * _num_ctx(body)
    can_think = model is not None and "thinking" in (model.capabilities or ())
    thoughts = reply.thinking if body.get("think") is not False and can_think else ()
    tokens = _plausible_tokens(body) if reply.tokens is None else reply.tokens
    pieces = [("thinking", each) for each in thoughts]
    both = itertools.chain(pieces, (("content", each) for each in tokens))
    n_sent, done_reason = 0, reply.done_reason
    for kind, text in both:
        if n_sent == limit:
            done_reason = "length"
            break
        n_sent += 1
        message = {"role": "assistant", "content": "", kind: text}
        yield {"model": body["model"], "created_at": _NOW, "message": message, "done": False}
    if reply.error_after:
        yield {"error": reply.error_after}
    elif reply.ending == "done":
        last = {"model": body["model"], "created_at": _NOW, "done": True}
        last |= {"message": {"role": "assistant", "content": ""}, "done_reason": done_reason}
        last |= {"total_duration": 900, "load_duration": 300, "eval_count": n_sent}
        last |= {"prompt_eval_count": _evaluated_tokens(owner, body)} | reply.final
        yield {key: value for key, value in last.items() if value is not ...}


_NOW = "2026-11-23T10:00:00.123456789Z"


def _joined(lines: Iterator[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    content = ""
    for line in lines:
        content += line.get("message", {}).get("content", "")
        whole = line
    return whole | {"message": {"role": "assistant", "content": content}}


def _plausible_tokens(body: dict[str, Any]) -> list[str]:
    """An answer from the first two numbered sentences of the prompt, word by word."""
    prompt = body["messages"][-1]["content"]
    sentences = dict(re.findall(r"^\[([12])\] (.+)$", prompt, re.MULTILINE))
    if not sentences:
        return ["The documents ", "do not ", "answer this."]
    text = f"The documents say: {sentences['1'].rstrip('.。 ')} [1]."
    if "2" in sentences:
        text += f"\n\n- They add: {sentences['2'].rstrip('.。 ')} [2]."
    return re.findall(r"\S+\s*|\s+", text)


def main() -> None:
    parser = argparse.ArgumentParser(description="plays an Ollama server")
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--slow", action="store_true", help="load for 3 s, 12 tokens a second")
    parser.add_argument("--thinking", action="store_true", help="think before the answer")
    options = parser.parse_args()
    able = ("completion", "thinking") if options.thinking else ("completion",)
    server = OllamaServer([FakeModel("tiny:latest", able)], port=options.port)
    thoughts = ("The question ", "asks for ", "the first ", "sentences. ")
    server.usual_reply = Reply(
        tokens=None,
        thinking=thoughts,
        load_s=3.0 if options.slow else 0.3,
        delay_s=0.08 if options.slow else 0.02,
    )
    server.start()
    print(f"playing Ollama at {server.url}, ctrl+c ends it")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
