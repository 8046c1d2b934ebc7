"""What a screen costs: an answer that streams in, and long lists and texts that are scrolled.

The program runs in a terminal of 120x36 of its own, with its real driver. A frame's cost is the
processor time of the thread that draws, from the moment a scroll is asked for until the frame is
handed to the terminal ("frame"), and until the screen has come to rest ("all of it"): waiting, and
what other processes take, is in neither.

python -m tests.benchmarks.screen --help
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from assistant.paths import HOME_VARIABLE
from tests.benchmarks.folders import folder_of
from tests.benchmarks.processes import CACHE, CORPUS, child, say
from tests.benchmarks.report import Row, machine_lines, table
from tests.benchmarks.start import settle
from tests.benchmarks.terminals import figures_of
from tests.ollama_server import OllamaServer, Reply

CHILD = "tests.benchmarks.screen_child"
ACTS = ("stream", "matches", "documents", "text")
SHORTER = 100
"""What is so much shorter is measured too: drawing only what is in sight costs the same."""
FRAME_MS = 16
ANSWER_S = 10.5


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    home = cache / "home-start"
    docs = folder_of(300, CORPUS, cache / "folder-start")
    settle(home, docs)
    report: dict[str, Any] = {"machine": child("tests.benchmarks.child", "machine")}
    for act in arguments.acts:
        say(f"measuring: {act}")
        measured = partial(_measured, act, arguments, home, docs, cache / f"screen-{act}.json")
        report[act] = measured(1)
        if "moves" in report[act]:
            report[act]["short"] = measured(SHORTER)
    print("\n".join(lines(report)))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


def _measured(
    act: str, arguments: argparse.Namespace, home: Path, docs: Path, out: Path, part: int
) -> dict[str, Any]:
    """`part`: of how many the size is one."""
    rows, characters = arguments.rows // part, arguments.characters // part
    sizes = ("--rows", str(rows), "--characters", str(characters))
    tokens = ("--tokens", str(arguments.tokens), "--per-second", str(arguments.per_second))
    command = [sys.executable, "-m", CHILD, act, "--docs", str(docs), *sizes, *tokens]
    where = {HOME_VARIABLE: str(home)}
    if act != "stream":
        return dict(figures_of(command, where, out))
    # Here, as a real server is another process than the screen.
    with OllamaServer() as server:
        gap_s = 1 / arguments.per_second
        server.script(Reply(tokens=_answer(arguments.tokens), delay_s=gap_s))
        return dict(figures_of([*command, "--host", server.url], where, out))


def _answer(n: int) -> list[str]:
    """Markdown as models write it: a heading, paragraphs, lists, code, bold words."""
    tokens = []
    starts = ("# Training\n\n", "\n\n- ", "\n- ", "\n\n```c\n", "\n```\n\n", "\n\n")
    for i in range(n):
        lead = starts[i // 25 % len(starts)] if i % 25 == 0 else ""
        tokens.append(f"{lead}word{i} " if i % 9 else f"{lead}**word{i}** ")
    return tokens


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield from machine_lines(report["machine"])
    if stream := report.get("stream"):
        whole = stream["shown_s"]
        yield (
            f"\n{stream['tokens']} tokens, {stream['per_second']} a second: sent in"
            f" {stream['sent_s']:.2f} s, the last one on the screen after {whole:.2f} s"
            f" (target {ANSWER_S} {_met(whole, ANSWER_S)}); every sentence checked against its"
            f" sources {stream['checked_s'] - whole:.2f} s later"
        )
        yield (
            f"the event loop meanwhile: {stream['p99_ms']:.1f} ms late at p99,"
            f" {stream['max_ms']:.0f} at most; it works for"
            f" {stream['loop_cpu_s'] / whole:.0%} of the time"
        )
    scrolled = {act: report[act] for act in ACTS if act in report and "moves" in report[act]}
    if scrolled:
        yield "\nmilliseconds of processor time of the drawing thread"
        yield from table(_frames(scrolled))
        for act, figures in scrolled.items():
            opened = figures["opened"]
            yield (
                f"{act}, {figures['size']}: shown after {opened['wall_ms']:,.0f} ms"
                f" ({opened['cpu_ms']:,.0f} of the drawing thread), its longest stall"
                f" {opened['stall_ms']:,.0f} ms"
            )


def _frames(scrolled: Mapping[str, Any]) -> Iterator[Row]:
    yield (
        *("", "frames", "frame p50", "p99", "max", "all of it p50", "p99", "max"),
        *("p50 / of a short one", "frame's p99, target"),
    )
    for act, figures in scrolled.items():
        for move, frames in figures["moves"].items():
            first, whole = frames["frame_ms"], frames["whole_ms"]
            cells = [f"{ms[key]:.1f}" for ms in (first, whole) for key in ("p50", "p99", "max")]
            target = f"{FRAME_MS} {_met(first['p99'], FRAME_MS)}"
            short = figures["short"]["moves"][move]["frame_ms"]
            ratio = f"{first['p50'] / short['p50']:.2f}"
            yield f"{act}: {move}", str(frames["n"]), *cells, ratio, target


def _met(value: float, target: float) -> str:
    return "met" if value <= target else "MISSED"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--acts", nargs="+", choices=ACTS, default=ACTS)
    add("--rows", type=int, default=10_000, help="matches, and documents")
    add("--characters", type=int, default=2_000_000, help="of the text")
    add("--tokens", type=int, default=500)
    add("--per-second", type=int, default=50)
    add("--cache", type=Path, default=CACHE, help="where a small index is kept")
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
