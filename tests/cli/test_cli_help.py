"""Help: complete, cheap, and there whatever is broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from assistant import __version__
from assistant.answering.backends import CHAT_BACKENDS
from assistant.cli.names import CHAT_NAMES, PASSAGE_KINDS, POOLING_NAMES, mode_names
from assistant.cli.parser import COMMANDS
from assistant.documents.passages import PASSAGES
from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.modes import MODES
from assistant.settings import ChatSettings, PassageKind
from tests.cli.conftest import Cli

HEAVY = (
    *("numpy", "torch", "transformers", "sentence_transformers", "chromadb", "textual"),
    *("onnxruntime", "rich", "msgspec", "scipy", "httpx", "ollama", "dataclasses"),
)


def test_shown_kinds_of_passages_are_those_of_the_table() -> None:
    assert tuple(PASSAGES) == PASSAGE_KINDS == get_args(PassageKind)


def test_shown_modes_are_those_of_the_table() -> None:
    assert mode_names() == tuple(sorted(MODES))


def test_shown_poolings_are_those_of_the_table() -> None:
    assert tuple(POOLINGS) == POOLING_NAMES


def test_shown_chat_backends_are_those_of_the_table_and_of_the_settings() -> None:
    assert ("auto", *CHAT_BACKENDS) == CHAT_NAMES
    assert get_args(get_type_hints(ChatSettings)["backend"]) == CHAT_NAMES


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["search", "--help"]])
def test_help_and_version_import_nothing_heavy(argv: list[str]) -> None:
    program = (
        "import sys\nfrom assistant.__main__ import main\n"
        f"code = main({argv!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_names_every_command(cli: Cli) -> None:
    outcome = cli("--help")
    assert outcome.code == 0
    for command in COMMANDS.values():
        assert command.name in outcome.out
        assert command.summary.split(",")[0][:20] in outcome.out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(cli: Cli, name: str) -> None:
    outcome = cli(name, "--help")
    assert outcome.code == 0
    assert f"assistant {name}" in outcome.out
    assert "--json" in outcome.out


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"assistant {__version__}\n"


def test_help_works_with_a_broken_settings_file(cli: Cli, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("[[[")
    assert cli("--help").code == 0
    assert cli("search", "--help").code == 0
