"""One setting written into the file, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError, UsageError
from assistant.settings import Settings, load_settings
from assistant.settings_file import setting_rows, write_setting

WRITTEN = """\
# my settings
[search]
mode = "bm25"  # words only
limit = 3

[ui.keys]
"answer.stop" = "f8"  # as in my editor
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config" / "settings.toml"
    file.parent.mkdir()
    file.write_text(WRITTEN)
    return file


def test_a_changed_value_keeps_the_comments_and_all_else(file: Path) -> None:
    changed = write_setting(file, "search", "mode", "late")
    assert changed == load_settings(file)
    assert file.read_text() == WRITTEN.replace('"bm25"', '"late"')


def test_a_setting_of_a_table_that_is_not_there_yet(file: Path) -> None:
    assert write_setting(file, "index", "include", "*.md, docs/**").index.include == (
        *("*.md", "docs/**"),
    )
    assert file.read_text().startswith(WRITTEN)
    assert load_settings(file).search.mode == "bm25"


def test_without_a_file_one_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    assert write_setting(file, "ui", "theme", "nord").ui.theme == "nord"
    assert load_settings(file).ui.theme == "nord"


def test_what_is_taken_out_is_the_default_again(file: Path) -> None:
    assert write_setting(file, "search", "mode", None).search.mode == Settings().search.mode
    assert "words only" not in file.read_text()
    assert load_settings(file).search.limit == 3


@pytest.mark.parametrize("row", setting_rows(Settings()), ids=lambda row: row.name)
def test_every_setting_can_be_typed_as_it_is_shown(tmp_path: Path, row: object) -> None:
    file = tmp_path / "settings.toml"
    assert write_setting(file, row.table, row.key, row.typed) == Settings()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("table", "key", "typed"),
    [
        ("search", "limit", "0"),
        ("search", "limit", "ten"),
        ("search", "engine", "quick"),
        ("index", "watch", "perhaps"),
        ("chat", "temperature", "3"),
    ],
)
def test_what_a_setting_does_not_take_changes_nothing(
    file: Path, table: str, key: str, typed: str
) -> None:
    with pytest.raises(UsageError, match=rf"\[{table}\] {key}"):
        write_setting(file, table, key, typed)
    assert file.read_text() == WRITTEN


def test_a_file_that_is_broken_by_now_is_left_alone(file: Path) -> None:
    file.write_text("[search\n")
    with pytest.raises(SettingsError):
        write_setting(file, "search", "mode", "late")
    assert file.read_text() == "[search\n"
