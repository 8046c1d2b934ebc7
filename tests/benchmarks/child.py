"""The processes that `query` starts: each does one thing and prints one JSON object."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("make", "measure", "profile", "first", "machine"))
    parser.add_argument("--home", type=Path)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--value", help="a mode, what to profile, or a recipe as JSON")
    parser.add_argument("--question", default="")
    parser.add_argument("--questions", type=Path)
    arguments = parser.parse_args()
    print(json.dumps(_first(arguments) if arguments.act == "first" else _act(arguments)))


def _first(arguments: argparse.Namespace) -> dict[str, Any]:
    """Answers before anything is imported that a user's process would not import."""
    from assistant.allocator import give_back_large_arrays
    from assistant.paths import Paths
    from assistant.settings import load_settings
    from assistant.workspace import Workspace

    paths = Paths.below(arguments.home)
    give_back_large_arrays()  # as the program does
    workspace = Workspace(load_settings(paths.settings_file), paths, arguments.docs)
    workspace.retrieve(arguments.question, arguments.value)
    answered = time.time()
    from tests.benchmarks.measuring import memory

    return {"answered_at": answered, **memory()}


def _act(arguments: argparse.Namespace) -> dict[str, Any]:
    from tests.benchmarks import machine, making, measuring

    if arguments.act == "machine":
        return machine.machine()
    if arguments.act == "make":
        recipe = making.Recipe(**json.loads(arguments.value))
        return {"made_s": making.make_index(recipe, arguments.home, arguments.docs)}
    workspace = making.open_workspace(arguments.home, arguments.docs)
    questions = measuring.english_questions(arguments.questions)
    if arguments.act == "measure":
        return measuring.measure(workspace, questions)
    return {"profile": measuring.profile(workspace, questions, arguments.value)}


if __name__ == "__main__":
    main()
