"""How quickly the program is there: `--help`, the first paint, and a screen that never stalls.

python -m tests.benchmarks.start --help
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.paths import HOME_VARIABLE, Paths
from tests.benchmarks.folders import folder_of
from tests.benchmarks.processes import CACHE, CORPUS, child, ran, say, summary
from tests.benchmarks.report import Row, machine_lines, table
from tests.benchmarks.terminals import InTerminal, figures_of

CHILD = "tests.benchmarks.start_child"
HELP = {
    "python -c pass": ("-c", "pass"),
    "python -c 'import argparse'": ("-c", "import argparse"),
    "assistant --help": ("-m", "assistant", "--help"),
    "assistant --version": ("-m", "assistant", "--version"),
}
BASE, MEASURED = "python -c 'import argparse'", "assistant --help"
FOOTER = b"Panel"
"""A word of the main screen's footer: when it is written, the screen is."""
PAINTED = "footer drawn"
MORE_THAN_TWICE_MS = 100
FIRST_PAINT_MS = 500
LATE_MS = 50


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    home = cache / "home-start"
    (cache / "folder-start" / "new.md").unlink(missing_ok=True)
    docs = folder_of(arguments.sentences, arguments.folder.resolve(), cache / "folder-start")
    report: dict[str, Any] = {"machine": child("tests.benchmarks.child", "machine")}
    settle(home, docs)
    report["help"] = _help(arguments.repeats)
    report["modules"] = child(CHILD, "modules")
    report["paint"] = _paint(home, docs, arguments.repeats)
    report["lateness"] = {
        "the model by onnxruntime": _lateness(home, docs, cache, has_export=True),
        "the model by torch, and its export": _lateness(home, docs, cache, has_export=False),
    }
    print("\n".join(lines(report)))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


def settle(home: Path, docs: Path) -> None:
    """Index once, so that what is measured is not a user's first minute."""
    say("indexing a small folder")
    settings = Paths.below(home).settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("[chroma]\nenabled = false\n", "utf-8")
    command = [sys.executable, "-m", "assistant", "index", str(docs), "--quiet"]
    ran(command, {HOME_VARIABLE: str(home)}, says_json=False)


def _help(repeats: int) -> dict[str, dict[str, float]]:
    say("measuring --help")
    taken: dict[str, list[float]] = {name: [] for name in HELP}
    used: dict[str, list[float]] = {name: [] for name in HELP}
    for _ in range(repeats):
        for name, options in HELP.items():
            run = ran([sys.executable, *options], says_json=False)
            taken[name].append(run.wall_s * 1000)
            used[name].append(run.cpu_s * 1000)
    return {
        name: {**summary(taken[name]), "cpu_median": summary(used[name])["median"]} for name in HELP
    }


def _paint(home: Path, docs: Path, repeats: int) -> dict[str, dict[str, float]]:
    """The program in a terminal of its own, from its start to what it writes there."""
    say("measuring the first paint")
    seconds: dict[str, list[float]] = {
        name: [] for name in ("first bytes", PAINTED, f"{PAINTED}, CPU", "index counted")
    }
    for _ in range(repeats):
        command = [sys.executable, "-m", "assistant", str(docs)]
        with InTerminal(command, {HOME_VARIABLE: str(home)}) as terminal:
            painted = terminal.until(FOOTER)
            used = terminal.cpu_s()
            counted = terminal.until(b"up to date")
            assert terminal.first_output_s is not None  # it wrote the footer
            taken = (terminal.first_output_s, painted, used, counted)
            for name, at in zip(seconds, taken, strict=True):
                seconds[name].append(at * 1000)
            terminal.type(b"\x11")  # ctrl+q
            terminal.wait()
    return {name: summary(taken) for name, taken in seconds.items()}


def _lateness(home: Path, docs: Path, cache: Path, *, has_export: bool) -> dict[str, float]:
    """Of the event loop, from its first frame until a changed folder is indexed again."""
    say(f"measuring the event loop while models load{'' if has_export else ', torch'}")
    used = home
    if not has_export:
        used = cache / "home-start-torch"
        shutil.rmtree(used, ignore_errors=True)
        shutil.copytree(home, used, ignore=shutil.ignore_patterns("*.onnx"))
    # New in every run, so that there is something to encode.
    (docs / "new.md").write_text(f"This sentence came at {time.time_ns()}.\n", "utf-8")
    command = [sys.executable, "-m", CHILD, "lateness", "--docs", str(docs)]
    home_of = {HOME_VARIABLE: str(used)}
    late: dict[str, float] = figures_of(command, home_of, cache / "lateness.json")
    (docs / "new.md").unlink()
    return late


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield from machine_lines(report["machine"])
    yield "\nmilliseconds of a whole process, in turns"
    yield from table(_help_rows(report["help"]))
    modules = report["modules"]
    yield (
        f"`{MEASURED}` imports {modules['help']} modules, importing argparse alone"
        f" {modules['argparse']}; heavy ones among them: {', '.join(modules['heavy']) or 'none'}"
    )
    yield "\nmilliseconds from the start of the process to what its terminal shows"
    yield from table(_paint_rows(report["paint"]))
    yield "\nhow late the event loop is, in milliseconds, while it loads behind the screen"
    yield from table(_late_rows(report["lateness"]))


def _help_rows(runs: Mapping[str, Any]) -> Iterator[Row]:
    yield "", "median", "slowest", "CPU median", "ratio", "difference", "target"
    base = runs[BASE]["median"]
    limit = 2 * base + MORE_THAN_TWICE_MS
    for name, ms in runs.items():
        median = ms["median"]
        target = f"{limit:.0f} {_met(median, limit)}" if name == MEASURED else ""
        cells = (f"{median:.0f}", f"{ms['p95']:.0f}", f"{ms['cpu_median']:.0f}")
        yield name, *cells, f"{median / base:.2f}", f"{median - base:+.0f}", target


def _paint_rows(runs: Mapping[str, Any]) -> Iterator[Row]:
    yield "", "median", "fastest", "slowest", "target"
    for name, ms in runs.items():
        is_paint = name == PAINTED
        target = f"{FIRST_PAINT_MS} {_met(ms['median'], FIRST_PAINT_MS)}" if is_paint else ""
        yield name, *(f"{ms[key]:.0f}" for key in ("median", "best", "p95")), target


def _late_rows(runs: Mapping[str, Any]) -> Iterator[Row]:
    yield (
        *("", "seconds watched", "median", "p99", "longest stall", "at second"),
        *("stalls over 50", "seconds in them", "p99's target"),
    )
    for name, late in runs.items():
        cells = (f"{late['seconds']:.1f}", f"{late['p50_ms']:.1f}", f"{late['p99_ms']:.1f}")
        longest = (f"{late['max_ms']:.0f}", f"{late['max_at_s']:.1f}")
        stalls = (f"{late['stalls']:.0f}", f"{late['stalled_s']:.2f}")
        yield name, *cells, *longest, *stalls, f"{LATE_MS} {_met(late['p99_ms'], LATE_MS)}"


def _met(value: float, target: float) -> str:
    return "met" if value <= target else "MISSED"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=CORPUS, help="whose sentences are recombined")
    add("--sentences", type=int, default=300, help="of the folder that is opened")
    add("--cache", type=Path, default=CACHE, help="where the folder and its index are kept")
    add("--repeats", type=int, default=15, help="of every start; they take turns")
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
