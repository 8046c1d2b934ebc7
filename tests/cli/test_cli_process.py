"""The program as a process: pipes that close, interrupts, real terminals, no trace of Python."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.ollama_server import OllamaServer, Reply

PROGRAM = (
    "import sys\nfrom assistant.__main__ import main\nfrom tests.fakes import HashingEncoder\n"
    "sys.exit(main(sys.argv[1:], HashingEncoder.load))"
)
ROOT = Path(__file__).parents[2]


def started(*argv: str, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, *argv]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, **options)  # type: ignore[call-overload,no-any-return]


def test_the_module_runs_and_gives_the_exit_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "search", "q", "--docs", "/no/such"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("assistant: the folder does not exist: /no/such\n")


def test_a_closed_pipe_is_no_error(indexed: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    argv = ["search", "memory", "--docs", indexed, "--no-index", "--quiet"]
    process = started(*argv, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_stdout_is_data_and_stderr_is_talk(docs: Path) -> None:
    argv = ["search", "lock", "--docs", str(docs), "--json"]
    process = started(*argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(b"{") and out.count(b"\n") == 1
    assert b"indexing 3 files of 3" in err


def test_the_screen_is_not_opened_where_it_would_not_be_seen(indexed: str) -> None:
    """Textual draws on standard error."""
    master, terminal = pty.openpty()
    process = started(indexed, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE)
    os.close(terminal)
    _, err = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 2
    assert b"needs a terminal" in err


def test_ctrl_c_ends_an_answer_with_130_and_no_traceback(
    indexed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        server.script(Reply(tokens=["word "] * 10_000, delay_s=0.05))
        argv = ["ask", "memory", "--docs", indexed, "--chat", "ollama", "--quiet"]
        process = started(*argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not server.chats and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert err == b"assistant: interrupted\n"


def test_ctrl_c_while_indexing_keeps_what_was_indexed_whole(cli: Cli, docs: Path) -> None:
    for number in range(60):
        text = f"Register {number} holds the value {number}.\n\n" * 40
        (docs / f"many{number}.md").write_text(text)
    process = started("index", str(docs), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()  # "indexing 63 files of 63"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert cli("index", str(docs), "--json").json["documents"] == 63


def test_on_a_terminal_an_answer_streams_and_fits(indexed: str) -> None:
    screen = on_terminal("ask", "memory", "--docs", indexed, "--chat", "extractive", columns=60)
    text = screen.decode()
    assert "no chat model was used" in text
    assert "\x1b[1m[1] " in text  # the sources are styled


def test_on_a_terminal_progress_overwrites_itself(docs: Path) -> None:
    screen = on_terminal("index", str(docs), columns=60).decode()
    assert "\r\x1b[Kindexing 3 files of 3" in screen
    assert "3 documents, " in screen


def on_terminal(*argv: str, columns: int) -> bytes:
    """What the program writes to a terminal of that width."""
    controller, terminal = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.environ["TERM"] = "xterm-256color"
    process = started(*argv, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([controller], [], [], 1.0)
        if not ready:
            continue
        try:
            piece = os.read(controller, 65536)
        except OSError:  # Linux says so when the other end closed
            break
        if not piece:
            break
        shown += piece
    os.close(controller)
    assert process.wait(timeout=30) == 0
    return shown
