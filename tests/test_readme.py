"""The README names all that there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assistant.cli.parser import COMMANDS
from assistant.embedding.poolings import POOLINGS
from assistant.retrieval.modes import MODES
from assistant.settings import Settings, UiSettings
from assistant.settings_file import SettingRow, setting_rows

MEANING_WIDTH = 72
"""Cells in one line of the settings screen on a terminal of 80."""
README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def rows(title: str) -> list[tuple[str, str]]:
    """First and second cell of the rows of the table under a heading."""
    section = README.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]
    return re.findall(r"^\| `([^|`]+)`[^|]*\| ([^|]+?) \|", section, flags=re.MULTILINE)


def settings() -> dict[str, Any]:
    """ "[table] key" -> default."""
    return {
        f"[{table.name}] {field.name}": getattr(getattr(Settings(), table.name), field.name)
        for table in msgspec.structs.fields(Settings)
        for field in msgspec.structs.fields(table.type)
        if not (table.type is UiSettings and field.name == "keys")
    }


def test_every_mode_has_a_row_and_a_paragraph() -> None:
    named = rows("Modes")
    assert dict(named).keys() == MODES.keys()
    for mode in MODES.values():
        paragraph = re.search(rf"^- \*\*`{mode.name}`\*\*: (.+?)(?=^- |\n\n)", README, re.M | re.S)
        assert paragraph, mode.name
        assert len(paragraph.group(1)) > 150, mode.name


def test_every_pooling_has_a_row() -> None:
    assert [name for name, _ in rows("Poolings")] == list(POOLINGS)


def test_every_command_has_a_row() -> None:
    named = {usage.split()[1] for usage, _ in rows("Commands") if len(usage.split()) > 1}
    assert {name for name in named if name[0] != "["} == set(COMMANDS) - {"open"}


@pytest.mark.parametrize("key", settings())
def test_every_setting_has_a_row_with_its_default(key: str) -> None:
    listed = dict(rows("Settings"))
    assert key in listed
    shown = msgspec.json.encode(settings()[key]).decode()
    assert listed[key].strip("`") == shown


@pytest.mark.parametrize("row", setting_rows(Settings()), ids=lambda row: row.name)
def test_every_setting_means_in_the_program_what_its_row_says(row: SettingRow) -> None:
    """The row may go on, to point at a chapter."""
    cell = re.search(rf"^\| `{re.escape(row.name)}` \| [^|]* \| (.+) \|$", README, re.MULTILINE)
    assert cell
    assert row.meaning
    assert len(row.meaning) <= MEANING_WIDTH
    assert cell.group(1).startswith(row.meaning)


def test_no_other_setting_is_listed() -> None:
    assert dict(rows("Settings")).keys() - settings().keys() <= {"[ui.keys]"}
