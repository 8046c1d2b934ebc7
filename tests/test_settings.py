"""The settings file: every key works, and every mistake is named with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_no_file_gives_the_defaults(file: Path) -> None:
    assert load_settings(file) == Settings()


def test_what_is_set_is_taken_and_the_rest_stays(file: Path) -> None:
    file.write_text('[search]\nmode = "bm25"\nlimit = 3\n[ui.keys]\n"answer.stop" = "f8"\n')
    settings = load_settings(file)
    assert (settings.search.mode, settings.search.limit) == ("bm25", 3)
    assert settings.ui.keys == {"answer.stop": "f8"}
    assert settings.index == Settings().index


@pytest.mark.parametrize(
    ("written", "told", "cure"),
    [
        ("[search]\nmodus = 1", "modus", 'did you mean "mode"?'),
        ("[serch]\nmode = 'bm25'", "serch", 'did you mean "search"?'),
        ("[search]\nlimit = 0", "search.limit", ""),
        ("[search]\nlimit = 'ten'", "search.limit", ""),
        ("[search]\nengine = 'quick'", "search.engine", ""),
        ("[index]\nthreads = -1", "index.threads", ""),
        ("[chat]\ntemperature = 3.0", "chat.temperature", ""),
        ("search = 5", "search", ""),
        ("[search", "TOML", "mend that line"),
    ],
)
def test_a_mistake_names_the_file_the_key_and_the_cure(
    file: Path, written: str, told: str, cure: str
) -> None:
    file.write_text(written)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(file) in caught.value.message
    assert told in caught.value.message
    assert cure in caught.value.hint
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("content", [b"\xff\xfe[\x00", b"\x80abc"])
def test_a_file_that_is_not_text_is_named_with_a_cure(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_a_folder_in_its_place_is_named(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(file) in caught.value.message


def test_a_byte_order_mark_as_windows_editors_write_it_is_no_mistake(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + b"[search]\nlimit = 7\n")
    assert load_settings(file).search.limit == 7
