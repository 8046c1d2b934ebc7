"""One setting into the settings file: whatever else stands there, comments too, stays."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from assistant.errors import UsageError
from assistant.files import write_whole
from assistant.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as it stands."""

    table: str
    key: str
    value: object
    default: object
    takes: str
    """What may be written, in words."""
    meaning: str

    @property
    def name(self) -> str:
        return f"[{self.table}] {self.key}"

    @property
    def typed(self) -> str:
        """The value as one would type it."""
        return _typed(self.value)


def setting_rows(settings: Settings) -> tuple[SettingRow, ...]:
    """All of them in the order of the README, but for the keys, which are a table of their own."""
    return tuple(
        _row(table, field, getattr(getattr(settings, table), field.name))
        for table in Settings.__struct_fields__
        for field in msgspec.structs.fields(getattr(settings, table))
        if not isinstance(getattr(getattr(settings, table), field.name), dict)
    )


def _row(table: str, field: msgspec.structs.FieldInfo, value: object) -> SettingRow:
    info, meaning = _described(field.type)
    return SettingRow(table, field.name, value, field.default, _takes(info), meaning)


def write_setting(file: Path, table: str, key: str, typed: str | None) -> Settings:
    """The settings with that one changed; None: as it is where nothing is set.

    Raises: UsageError where it does not take that or cannot be written, SettingsError where the
    file was broken meanwhile.
    """
    import tomlkit  # only here: the program starts without it

    load_settings(file)  # says what is wrong with it, before anything is changed
    document = tomlkit.parse(file.read_text("utf-8-sig") if file.exists() else "")
    entries: Any = document.setdefault(table, tomlkit.table())
    if typed is None:
        entries.pop(key, None)
    else:
        value = _value(table, key, typed)
        entries[key] = list(value) if isinstance(value, tuple) else value
    content = tomlkit.dumps(document)
    changed = msgspec.convert(tomllib.loads(content), Settings)
    write_whole(file, content.encode())
    return changed


def _value(table: str, key: str, typed: str) -> object:
    tables = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    kind = {field.name: field.type for field in msgspec.structs.fields(tables[table])}[key]
    info, _ = _described(kind)
    read: object = typed.strip()
    if isinstance(info, msgspec.inspect.VarTupleType):
        read = [part.strip() for part in typed.split(",") if part.strip()]
    try:
        return msgspec.convert(read, kind, strict=False)  # "10" is a number, "true" a truth
    except msgspec.ValidationError as error:
        raise UsageError(f"[{table}] {key}: {error}", f"it takes {_takes(info)}") from error


def _described(kind: Any) -> tuple[msgspec.inspect.Type, str]:
    """The type of a setting and its meaning."""
    info = msgspec.inspect.type_info(kind)
    if isinstance(info, msgspec.inspect.Metadata):
        return info.type, str((info.extra_json_schema or {}).get("description", ""))
    return info, ""


def _takes(info: msgspec.inspect.Type) -> str:
    match info:
        case msgspec.inspect.LiteralType(values=values):
            return ", ".join(str(value) for value in values)
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.IntType(ge=least) | msgspec.inspect.FloatType(ge=least):
            return "a number" if least is None else f"a number, at least {least:g}"
        case msgspec.inspect.VarTupleType():
            return "patterns with commas between"
    return "text"


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
