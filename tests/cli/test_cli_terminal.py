"""Screens, pipes and the line of progress."""

from __future__ import annotations

import io
import time

import pytest
from rich.cells import cell_len
from rich.text import Text

from assistant.cli.layout import fitted, indented, table
from assistant.cli.progress import SPARSE_S, Progress
from assistant.cli.terminal import Terminal


class Stream(io.StringIO):
    encoding = "utf-8"

    def __init__(self, is_screen: bool) -> None:
        super().__init__()
        self._is_screen = is_screen

    def isatty(self) -> bool:
        return self._is_screen


def terminal(is_screen: bool) -> tuple[Terminal, Stream, Stream]:
    out, err = Stream(is_screen), Stream(is_screen)
    return Terminal(out, err), out, err


@pytest.fixture(autouse=True)
def _screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_pipe_gets_no_colour_and_no_cut() -> None:
    shown, out, _ = terminal(is_screen=False)
    shown.print([Text("x" * 200, style="red")])
    assert out.getvalue() == "x" * 200 + "\n"
    assert shown.width is None


def test_a_screen_gets_colour() -> None:
    shown, out, _ = terminal(is_screen=True)
    shown.print([Text("x", style="red")])
    assert "\x1b[31m" in out.getvalue()
    assert shown.width == 40


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown, out, _ = terminal(is_screen=True)
    shown.print([Text("x", style="red")])
    assert "\x1b[31m" not in out.getvalue()


def test_the_live_line_overwrites_itself_and_leaves_nothing_behind() -> None:
    shown, _, err = terminal(is_screen=True)
    shown.show_live("one")
    shown.show_live("two")
    shown.say("done")
    assert err.getvalue() == "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[Kdone\n"


def test_the_live_line_fits_the_screen_in_cells() -> None:
    shown, _, err = terminal(is_screen=True)
    shown.show_live("内存" * 40)
    assert cell_len(err.getvalue().removeprefix("\r\x1b[K")) <= 39


def test_the_live_line_is_gone_before_data_comes() -> None:
    shown, out, err = terminal(is_screen=True)
    shown.show_live("working")
    shown.print([Text("data")])
    assert err.getvalue().endswith("\r\x1b[K")
    assert out.getvalue() == "data\n"


def test_quiet_keeps_errors() -> None:
    shown, _, err = terminal(is_screen=True)
    shown.is_quiet = True
    shown.show_live("working")
    shown.say("note")
    shown.complain("it failed: x", "do y")
    assert err.getvalue() == "assistant: it failed: x\n  do y\n"


def test_progress_in_a_log_is_sparse(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    shown, _, err = terminal(is_screen=False)
    progress = Progress(shown)
    progress.announce("begun")
    for second in range(1, 26):
        now[0] = float(second)
        progress.advance(f"{second} s")
    said = err.getvalue().splitlines()
    assert said == ["begun", f"{SPARSE_S:.0f} s", f"{2 * SPARSE_S:.0f} s"]


def test_json_is_ascii_where_the_stream_cannot_carry_more() -> None:
    shown, out, _ = terminal(is_screen=False)
    out.encoding = "latin-1"
    shown.print_json({"a": "内"})
    assert out.getvalue() == '{"a": "\\u5185"}\n'


def test_fitted_counts_cjk_as_two_columns() -> None:
    assert fitted("内存初始化", 7) == "内存初…"
    assert cell_len(fitted("内存初始化", 6)) <= 6
    assert fitted("a\nb", None) == "a b"


def test_wrapped_lines_are_indented_and_fit() -> None:
    lines = list(indented(Text("内存初始化 write leveling aligns DQS with CK"), 4, 20))
    assert len(lines) > 1
    assert all(line.plain.startswith("    ") and line.cell_len <= 20 for line in lines)


def test_a_pipe_keeps_a_sentence_on_its_line() -> None:
    (line,) = indented(Text("word " * 100), 2, None)
    assert line.plain == "  " + ("word " * 100).rstrip()


def test_a_table_is_aligned_by_cells() -> None:
    lines = [line.plain for line in table(["", "n"], [["内存", "1"], ["a", "10"]])]
    assert lines == ["       n", "内存   1", "a     10"]
