"""How soon each tab of the side panel is filled: python -m tests.benchmarks.panel --help

From the moment that the trace of a question is there until the tab stands filled on the screen, in
a terminal of its own, on the indexes that `tests.benchmarks.query` makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.paths import HOME_VARIABLE
from tests.benchmarks.processes import CACHE, CORPUS, child, say
from tests.benchmarks.query import Bench
from tests.benchmarks.report import machine_lines, table
from tests.benchmarks.terminals import figures_of

TARGET_MS = 150


def main() -> None:
    arguments = _parser().parse_args()
    cache: Path = arguments.cache.resolve()
    machine = child("tests.benchmarks.child", "machine")
    report = {}
    for size in arguments.sentences:
        bench = Bench(cache, size, arguments.questions)
        say(f"{size:,} sentences: making the index, or finding it")
        bench.make(arguments.folder.resolve(), token_vectors_gb=4.0)
        for mode in arguments.modes:
            say(f"measuring {mode}")
            command = [sys.executable, "-m", "tests.benchmarks.panel_child"]
            command += ["--docs", str(bench.docs), "--questions", str(arguments.questions)]
            command += ["--mode", mode, "--n", str(arguments.n)]
            home = {HOME_VARIABLE: str(bench.home)}
            report[f"{size:,} {mode}"] = figures_of(command, home, cache / "panel.json")
    print("\n".join(machine_lines(machine)))
    print("\nmilliseconds from the trace until the tab is filled, p50 / p95")
    tabs = list(next(iter(report.values()))["tabs"])
    rows = [("", *tabs)]
    for name, figures in report.items():
        ms = (figures["tabs"][tab] for tab in tabs)
        rows.append((name, *(f"{each['p50']:.0f} / {each['p95']:.0f}" for each in ms)))
    print("\n".join(table(rows)))
    for name, figures in report.items():
        held = figures["memory"]
        own, mapped = held["own_rss_mb"], held["mapped_rss_mb"]
        print(f"{name}: {own:,.0f} MB of its own afterwards, and {mapped:,.0f} MB of mapped files")
    worst = max(each["p95"] for figures in report.values() for each in figures["tabs"].values())
    print(f"target {TARGET_MS}: {'met' if worst <= TARGET_MS else 'MISSED'} at p95")
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--sentences", type=int, nargs="+", default=[100_000], metavar="N")
    add("--modes", nargs="+", default=["late", "hybrid"])
    add("--folder", type=Path, default=CORPUS, help="whose sentences are recombined")
    add("--questions", type=Path, default=CORPUS / "questions.jsonl")
    add("--n", type=int, default=21, help="questions; the first one is not counted")
    add("--cache", type=Path, default=CACHE, help="where indexes are kept")
    add("--json", type=Path, help="write all figures there")
    return parser


if __name__ == "__main__":
    main()
