"""What is told of `[ui.keys]` when the program starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings, UiSettings
from assistant.tui.key_check import is_key, key_faults, named_bindings
from tests.tui.support import open_app, run, until, write_documents


def told(**keys: str) -> list[str]:
    return [f"{fault} {advice}" for fault, advice in key_faults(keys)]


def test_an_unknown_id_is_told_with_the_nearest_known_one() -> None:
    (fault,) = told(ask_agian="alt+r")
    assert '"ask_agian"' in fault
    assert 'Did you mean "ask_again"?' in fault


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Ctrl+E", "ctrl+e"), ("shift+ctrl+e", "ctrl+shift+e"), ("pagdown", "pagedown")],
)
def test_a_key_that_cannot_be_is_told_with_the_one_that_was_meant(typed: str, meant: str) -> None:
    (fault,) = told(panel=f"alt+e, {typed}")
    assert f'no key "{typed}"' in fault
    assert f'Did you mean "{meant}"?' in fault
    assert not told(panel=f"alt+e, {meant}")


@pytest.mark.parametrize("key", ["", "ctrl+", "ctrl+/", "hyperspace", "kontrol+b"])
def test_what_is_no_key(key: str) -> None:
    assert not is_key(key)


def test_every_key_that_the_program_has_is_a_key() -> None:
    for binding in named_bindings():
        assert all(map(is_key, binding.keys)), binding


def test_no_two_bindings_share_an_id() -> None:
    ids = [binding.id for binding in named_bindings()]
    assert len(ids) == len(set(ids)) > 90


def test_one_key_for_two_is_told_but_not_an_exchange_of_two() -> None:
    (on_a_screen,) = told(panel="f9")
    assert 'f9 for "panel" and "evaluate"' in on_a_screen
    (with_the_program,) = told(panel="f10")
    assert '"settings"' in with_the_program
    assert not told(panel="f9", evaluate="ctrl+b")


def test_what_shadows_another_key_by_design_is_not_told() -> None:
    assert not told(quit="ctrl+q", help="f1", stop="escape")


def test_the_program_tells_it_at_the_start(tmp_path: Path, home_with_model: Path) -> None:
    async def body() -> None:
        settings = Settings(ui=UiSettings(keys={"panle": "alt+p"}))
        app = open_app(write_documents(tmp_path / "docs"), home_with_model, settings)
        async with app.run_test() as pilot:
            await until(pilot, lambda: any("panle" in note.title for note in app._notifications))

    run(body)
