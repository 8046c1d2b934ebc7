"""The rules of design.md section 3, read out of the sources and out of running programs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assistant"
MODULES = sorted(PACKAGE.rglob("*.py"))
GROUND = {
    "allocator",
    "records",
    "errors",
    "settings",
    "paths",
    "files",
    "preferences",
    "json_views",
    "settings_file",
    "folders",
}
LAYERS = (
    ("documents",),
    ("embedding",),
    ("indexing",),
    ("retrieval",),
    ("evaluation", "answering", "lesson", "reporting"),
    ("sessions",),
    ("workspace",),
    ("tui",),
    ("cli",),
    ("__main__",),
)
"""From the bottom up; what stands side by side does not know each other. `assistant [FOLDER]`
is a command that opens the TUI, so cli stands above it."""
LEVEL = {room: level for level, rooms in enumerate(LAYERS, start=1) for room in rooms}
LEVEL |= dict.fromkeys(GROUND, 0)
DOORS = ("cli", "tui")
HEAVY = {
    *("torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "onnx"),
    *("scipy", "sklearn", "huggingface_hub"),
}
MAX_LINES = 330
DOORS_INTO_ROOMS = {
    # Plain tables and pure functions of the ground floor that a door prints or completes from.
    "assistant.documents.readers",
    "assistant.documents.sanitising",
    "assistant.embedding.poolings",
    "assistant.evaluation.earlier",
    "assistant.evaluation.metrics",
    "assistant.evaluation.questions",
    "assistant.evaluation.records",
    "assistant.retrieval.modes",
    "assistant.retrieval.questions",
}
"""What the doors use beside `workspace` today. It may only become less."""


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imports_of(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that is imported anywhere below the node, wherever it is done."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            if module in ("assistant", "assistant.indexing"):
                for alias in node.names:
                    yield f"{module}.{alias.name}", node
            else:
                yield module, node


def module_scope(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported; not those for the type checker alone."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        pending.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt))


@pytest.mark.parametrize("file", MODULES, ids=name_of)
class TestEveryModule:
    def test_imports_point_down_only(self, file: Path) -> None:
        own = room_of(name_of(file))
        tree = ast.parse(file.read_text("utf-8"))
        for imported, node in imports_of(tree):
            other = room_of(imported)
            if not imported.startswith("assistant") or other in (own, "", "__version__"):
                continue
            assert other in LEVEL, f"line {node.lineno}: {imported} is in no layer"
            assert own in LEVEL or own == "", f"{name_of(file)} is in no layer"
            assert LEVEL[other] < LEVEL.get(own, 99) or {own, other} <= GROUND, (
                f"line {node.lineno}: {own} imports {imported}"
            )

    def test_is_short_enough_to_be_read(self, file: Path) -> None:
        assert len(file.read_text("utf-8").splitlines()) <= MAX_LINES

    def test_textual_stays_in_the_tui(self, file: Path) -> None:
        names = {name.split(".")[0] for name, _ in imports_of(ast.parse(file.read_text("utf-8")))}
        assert "textual" not in names or room_of(name_of(file)) == "tui"

    def test_loads_nothing_heavy_by_being_imported(self, file: Path) -> None:
        for statement in module_scope(ast.parse(file.read_text("utf-8"))):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for name, node in imports_of(statement):
                    assert name.split(".")[0] not in HEAVY, f"line {node.lineno}: {name}"


def test_a_door_knows_the_workspace_and_the_ground_and_no_more_of_the_rooms_than_today() -> None:
    known = {"workspace", "__version__", *GROUND, *DOORS}
    reached = {
        (name_of(file), imported)
        for file in MODULES
        if room_of(name_of(file)) in DOORS
        for imported, _ in imports_of(ast.parse(file.read_text("utf-8")))
        if imported.startswith("assistant.") and room_of(imported) not in known
    }
    assert {room for _, room in reached} <= DOORS_INTO_ROOMS, sorted(reached)


def test_the_ground_knows_nothing_above_it() -> None:
    for file in MODULES:
        if room_of(name_of(file)) in GROUND:
            rooms = {
                room_of(name)
                for name, _ in imports_of(ast.parse(file.read_text("utf-8")))
                if name.startswith("assistant.")
            }
            assert rooms <= GROUND, name_of(file)


def test_every_heavy_name_is_one_that_is_used_somewhere() -> None:
    used = {
        name.split(".")[0]
        for file in MODULES
        for name, _ in imports_of(ast.parse(file.read_text("utf-8")))
    }
    assert {"torch", "sentence_transformers", "chromadb", "onnxruntime", "scipy"} <= used


# ── what a running program loads ──


def loaded_by(program: str, *arguments: str, home: Path | None = None) -> set[str]:
    """Top-level modules that the program had loaded at its end."""
    code = f"{program}\nimport sys, json\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    if home:
        environment["ASSISTANT_HOME"] = str(home)
    finished = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return {name.split(".")[0] for name in json.loads(finished.stdout.splitlines()[-1])}


@pytest.mark.parametrize("module", ["assistant.tui.app", "assistant.workspace", "assistant.cli"])
def test_opening_the_program_loads_no_model_and_no_database(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


INDEX = """
import sys
from pathlib import Path
from assistant.paths import Paths
from assistant.settings import Settings
from assistant.workspace import Workspace
workspace = Workspace(Settings(), Paths.of_user(), Path(sys.argv[1]))
events = list(workspace.index())
"""


def test_an_unchanged_folder_and_a_search_for_words_load_no_model_and_no_database(
    home_with_model: Path, tmp_path: Path
) -> None:
    from assistant.paths import Paths
    from assistant.settings import Settings
    from assistant.workspace import Workspace
    from tests.fakes import HashingEncoder

    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("DDR4 memory is trained in PEI.")
    paths = Paths.below(home_with_model)
    list(Workspace(Settings(), paths, folder, HashingEncoder.load).index())
    again = (
        "assert events[-1].report.unchanged == 1, events\n"
        "assert workspace.retrieve('DDR4', 'bm25').hits"
    )
    loaded = loaded_by(INDEX + again, str(folder), home=home_with_model)
    assert loaded & HEAVY == set()
    assert {"numpy", "tokenizers"} <= loaded  # so the test does look at what is loaded
