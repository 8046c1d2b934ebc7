"""The keys of the settings into what is wrong with them, each a title and what to do.

Textual leaves out what it does not know, without a word.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

import assistant.tui

_MODIFIERS = {"alt", "ctrl", "hyper", "meta", "shift", "super"}  # in a key they are sorted
_NAMED_KEYS = {
    *(key.value.rpartition("+")[2] for key in Keys),
    *KEY_NAME_REPLACEMENTS.values(),
    "space",
}
_LIST = "F1 lists the keys in force with their ids"


@dataclass(frozen=True, slots=True)
class NamedBinding:
    owner: type[DOMNode]
    id: str
    keys: tuple[str, ...]
    label: str


def named_bindings() -> tuple[NamedBinding, ...]:
    """All that have an id. Imports every screen, so not for the start of the program."""
    for module in pkgutil.walk_packages(assistant.tui.__path__, f"{assistant.tui.__name__}."):
        import_module(module.name)
    return tuple(
        NamedBinding(owner, binding.id, _split(binding.key), binding.description)
        for owner in _subclasses(DOMNode)
        if owner.__module__.startswith(f"{assistant.tui.__name__}.")
        for binding in owner.__dict__.get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id
    )


def key_faults(keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(what is wrong, what to do) of a table from binding ids to keys."""
    bindings = named_bindings()
    ids = {binding.id for binding in bindings}
    for unknown in sorted(keys.keys() - ids):
        near = difflib.get_close_matches(unknown, ids, n=1, cutoff=0.5)
        did_you = f'Did you mean "{near[0]}"? ' if near else ""
        yield f'[ui.keys] has an unknown id: "{unknown}"', f"{did_you}{_LIST}."
    for name in sorted(keys.keys() & ids):
        for key in _split(keys[name]):
            if not is_key(key):
                yield f'[ui.keys] {name}: there is no key "{key}"', _key_advice(key)
    yield from _clashes(keys, bindings)


def is_key(name: str) -> bool:
    """Whether Textual has a key of that name, which no terminal need be able to send."""
    *modifiers, key = name.split("+")
    if modifiers != sorted(set(modifiers) & _MODIFIERS):
        return False
    if modifiers and len(key) == 1:
        return key.isalnum()  # it writes "ctrl+slash" and never "ctrl+/"
    return key in _NAMED_KEYS or key_to_character(key) is not None


def _key_advice(key: str) -> str:
    *modifiers, last = key.lower().replace("control+", "ctrl+").split("+")
    last = next(iter(difflib.get_close_matches(last, _NAMED_KEYS, n=1)), last)
    near = "+".join([*sorted(modifiers), last])
    did_you = f'Did you mean "{near}"? ' if near != key and is_key(near) else ""
    return f"{did_you}Keys are written like f5, ctrl+b or alt+left, with commas between."


def _clashes(
    keys: Mapping[str, str], bindings: Iterable[NamedBinding]
) -> Iterator[tuple[str, str]]:
    """A moved key on top of another one that is looked for in the same place."""
    for one, other in combinations(bindings, 2):
        if not keys.keys() & {one.id, other.id} or not _meet(one.owner, other.owner):
            continue
        meant = set(one.keys) & set(other.keys)
        for key in sorted(set(_moved(one, keys)) & set(_moved(other, keys)) - meant):
            yield (
                f'[ui.keys] one key for two: {key} for "{one.id}" and "{other.id}"',
                f"Only one of them works: give the other another key. {_LIST}.",
            )


def _meet(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """The program's own keys are looked for on every screen."""
    return one is other or issubclass(one, App) or issubclass(other, App)


def _moved(binding: NamedBinding, keys: Mapping[str, str]) -> tuple[str, ...]:
    return _split(keys[binding.id]) if binding.id in keys else binding.keys


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(","))


def _subclasses(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)
