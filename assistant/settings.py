"""The settings file (TOML) as one strict record: unknown keys and wrong values are errors."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from assistant.errors import SettingsError, UsageError

PositiveInt = Annotated[int, msgspec.Meta(ge=1)]


PassageKind = Literal["heading", "window", "semantic"]


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str = "all-MiniLM-L6-v2"
    """A name from `assistant models`, a local folder, or a Hugging Face name."""
    max_file_mb: PositiveInt = 32
    """Larger text files are reported, not read."""
    max_binary_mb: PositiveInt = 512
    """The same of PDF, office and EPUB files, in which text is the smaller part."""
    include: tuple[str, ...] = ()
    """Patterns as in .gitignore: only files that match one are read. Empty = all."""
    exclude: tuple[str, ...] = ()
    """Patterns of files and folders to leave out, beside .gitignore and .assistantignore."""
    watch: bool = True
    """Whether the running program indexes what is saved in the folder."""
    token_vectors_gb: Annotated[float, msgspec.Meta(ge=0)] = 4.0
    """Disk for token vectors, about 25 kB a sentence; the rest is encoded when MaxSim asks."""
    passages: PassageKind = "heading"
    """Where passages end: at headings, at the encoder's window, or where the meaning turns."""
    threads: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Encoder threads; 0 = all processors; they do not spin, so others get their share."""


class SearchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: str = "late"
    pooling: str = ""
    """Empty = the pooling that the model was trained with."""
    limit: PositiveInt = 10
    engine: Literal["auto", "exact", "chroma"] = "auto"


class RerankSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str = ""
    """A cross-encoder: a local folder or a Hugging Face name. Empty = none."""
    depth: PositiveInt = 50
    """How many of a mode's best it reads, each together with the question."""
    late_model: str = ""
    """A true late-interaction (ColBERT) model for MaxSim. Empty = the encoder's own tokens."""


class ChromaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    enabled: bool = True
    """Whether the vector database is kept beside the vector files."""
    url: str = ""
    """Empty = embedded. http(s)://host:port names a Chroma server."""
    token: str = ""
    """Sent to the server as a bearer token. Empty = $ASSISTANT_CHROMA_TOKEN, else none."""
    tenant: str = "default_tenant"
    database: str = "default_database"


class ChatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    backend: Literal["auto", "ollama", "extractive"] = "auto"
    """auto = Ollama where a server and a model are there, else quoted sentences."""
    model: str = ""
    """Empty = the first chat model that the server lists."""
    host: str = ""
    """Empty = $OLLAMA_HOST, else http://127.0.0.1:11434."""
    max_context_tokens: Annotated[int, msgspec.Meta(ge=512)] = 8192
    answer_tokens: Annotated[int, msgspec.Meta(ge=64)] = 1024
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.1
    keep_alive: str = "10m"
    passages: PositiveInt = 6
    """How many passages go to the model at most."""
    thinking: bool = False
    """Whether a model that can think does so first: slower, and it needs room."""
    seed: Annotated[int, msgspec.Meta(ge=-1)] = -1
    """The same seed and question, the same answer; -1 = another one each time."""
    instructions: str = ""
    """Said to the model after the program's own rules, such as "Answer in German."."""


class UiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    theme: str = "textual-dark"
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    """Binding id -> keys, such as "ask_again" = "alt+r"; F1 lists the ids."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    index: IndexSettings = msgspec.field(default_factory=IndexSettings)
    search: SearchSettings = msgspec.field(default_factory=SearchSettings)
    rerank: RerankSettings = msgspec.field(default_factory=RerankSettings)
    chroma: ChromaSettings = msgspec.field(default_factory=ChromaSettings)
    chat: ChatSettings = msgspec.field(default_factory=ChatSettings)
    ui: UiSettings = msgspec.field(default_factory=UiSettings)


def load_settings(file: Path) -> Settings:
    """The settings in the file; the defaults where there is none.

    Raises: SettingsError naming the file, the key and the nearest valid key.
    """
    try:
        content = file.read_text("utf-8-sig")  # as some editors write it
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the settings file cannot be read: {file}: {error}",
            "save it as UTF-8 text, or move it away to use the defaults",
        ) from error
    try:
        return msgspec.convert(tomllib.loads(content), Settings)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"the settings file is not valid TOML: {file}: {error}",
            "mend that line, or move the file away to use the defaults",
        ) from error
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"the settings file has a bad value: {file}: {error}", _nearest_key(str(error))
        ) from error


def with_model(settings: Settings, name: str) -> Settings:
    """The same settings with another embedding model."""
    index = msgspec.structs.replace(settings.index, model=name)
    return msgspec.structs.replace(settings, index=index)


def with_passages(settings: Settings, kind: str) -> Settings:
    """The same settings with passages of that kind. Raises: UsageError."""
    try:
        index = msgspec.convert(
            {**msgspec.structs.asdict(settings.index), "passages": kind}, IndexSettings
        )
    except msgspec.ValidationError as error:
        raise UsageError(
            f"there are no passages by {kind!r}", f"choose of {', '.join(get_args(PassageKind))}"
        ) from error
    return msgspec.structs.replace(settings, index=index)


def _nearest_key(complaint: str) -> str:
    hint = "the README lists every setting; move the file away to use the defaults"
    if unknown := re.search(r"unknown field `(.*?)`", complaint):
        near = difflib.get_close_matches(unknown.group(1), _known_keys(), n=1)
        if near:
            return f'did you mean "{near[0]}"? {hint}'
    return hint


def _known_keys() -> list[str]:
    tables = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    keys = list(tables)
    for table in tables.values():
        keys.extend(field.name for field in msgspec.structs.fields(table))
    return keys
