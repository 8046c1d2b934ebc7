"""The settings file (TOML) as one strict record: unknown keys and wrong values are errors."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from assistant.errors import SettingsError, UsageError

PositiveInt = Annotated[int, Meta(ge=1)]


PassageKind = Literal["heading", "window", "semantic"]


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: Annotated[
        str,
        Meta(description="a local folder or Hugging Face name of a sentence-transformers model"),
    ] = "all-MiniLM-L6-v2"
    max_file_mb: Annotated[
        PositiveInt, Meta(description="larger text files are reported, not read")
    ] = 32
    max_binary_mb: Annotated[
        PositiveInt, Meta(description="larger PDF, office and EPUB files are reported, not read")
    ] = 512
    include: Annotated[
        tuple[str, ...],
        Meta(description="patterns as in `.gitignore` of the only files to read; empty = all"),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        Meta(description="patterns of files and folders to leave out, beside `.gitignore`"),
    ] = ()
    watch: Annotated[
        bool, Meta(description="the running program indexes what is saved in the folder")
    ] = True
    token_vectors_gb: Annotated[
        float, Meta(ge=0, description="disk for token vectors, about 25 kB a sentence")
    ] = 4.0
    passages: Annotated[
        PassageKind,
        Meta(description="where passages end: at headings, at the window, or where meaning turns"),
    ] = "heading"
    threads: Annotated[int, Meta(ge=0, description="encoder threads; 0 = all processors")] = 0


class SearchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: Annotated[
        str, Meta(description="how to retrieve: `late`, `hybrid`, `bm25` or another mode")
    ] = "late"
    pooling: Annotated[
        str, Meta(description="how token vectors become one; empty = as the model was trained")
    ] = ""
    limit: Annotated[PositiveInt, Meta(description="how many sentences are found")] = 10
    engine: Annotated[
        Literal["auto", "exact", "chroma"],
        Meta(description="`exact`, `chroma`, or auto: exact up to 500,000 sentences"),
    ] = "auto"


class RerankSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: Annotated[str, Meta(description="a cross-encoder as one more arm; empty = none")] = ""
    depth: Annotated[
        PositiveInt, Meta(description="how many of a mode's best the cross-encoder reads")
    ] = 50
    late_model: Annotated[
        str, Meta(description="a late-interaction (ColBERT) model for MaxSim; empty = the encoder")
    ] = ""


class ChromaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    enabled: Annotated[
        bool, Meta(description="keep the vector database beside the vector files")
    ] = True
    url: Annotated[
        str,
        Meta(description="a Chroma server, `http(s)://host:port`; empty = the embedded database"),
    ] = ""
    token: Annotated[
        str,
        Meta(description="the server's bearer token; empty = `$ASSISTANT_CHROMA_TOKEN`, else none"),
    ] = ""
    tenant: Annotated[str, Meta(description="the server's tenant")] = "default_tenant"
    database: Annotated[str, Meta(description="the tenant's database")] = "default_database"


class ChatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    backend: Annotated[
        Literal["auto", "ollama", "extractive"],
        Meta(description="`ollama`, `extractive`, or auto: Ollama where it is there"),
    ] = "auto"
    model: Annotated[
        str, Meta(description="the model that answers; empty = the first that the server lists")
    ] = ""
    host: Annotated[
        str, Meta(description="the server; empty = `$OLLAMA_HOST`, else `http://127.0.0.1:11434`")
    ] = ""
    max_context_tokens: Annotated[
        int, Meta(ge=512, description="`num_ctx` is the smaller of this and the model's own")
    ] = 8192
    answer_tokens: Annotated[int, Meta(ge=64, description="room kept for the answer")] = 1024
    temperature: Annotated[
        float, Meta(ge=0, le=2, description="how freely the model words its answer, 0 to 2")
    ] = 0.1
    keep_alive: Annotated[str, Meta(description="how long Ollama keeps the model loaded")] = "10m"
    passages: Annotated[
        PositiveInt, Meta(description="how many passages go to the model at most")
    ] = 6
    thinking: Annotated[
        bool, Meta(description="let a thinking model think; shown folded, never cited")
    ] = False
    seed: Annotated[
        int,
        Meta(
            ge=-1,
            description="the same seed and question, the same answer; -1 = another one each time",
        ),
    ] = -1
    instructions: Annotated[
        str, Meta(description='said after the program\'s own rules, such as "Answer in German."')
    ] = ""


class UiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    theme: Annotated[
        str, Meta(description="any Textual theme; the one chosen in the palette is kept")
    ] = "textual-dark"
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
