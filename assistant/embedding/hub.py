"""A model's name into its folder in the Hugging Face cache, downloaded there where it is missing.

The files are streamed here and laid into the cache as huggingface_hub lays them, so that every
other program finds them. Its own download (2.4) throws away the part of a file that was fetched
when it is interrupted, and can be neither watched nor stopped without threads; here the part stays
and the next run goes on from it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.embedding.weights import WEIGHTS, weights_files
from assistant.errors import ModelUnavailable
from assistant.records import ModelDownloadProgressed

_CHUNK_BYTES = 2**20
_LFS_HASH = re.compile(r"[0-9a-f]{64}")
_WEIGHTS_FILE = re.compile(r"(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)")
_TEXT_FILES = {".json", ".txt", ".model", ".jinja", ".metadata", ".codes", ".bpe", ".tiktoken"}
"""Configurations and vocabularies: small, and which of them are needed depends on the model."""
_NOT_FOR_READING = {"README.md", "requirements.txt", "all_results.json", "trainer_state.json"}


@dataclass(frozen=True, slots=True)
class _HubFile:
    path: str
    size_bytes: int


def cached_model(name: str) -> Path | None:
    """The model's folder where all of it is in the cache; nothing is asked of the network."""
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
        store = _store(name)
        commit = (store / "refs" / "main").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    folder = store / "snapshots" / commit
    return folder if _is_complete(folder) else None


def fetched_model(name: str) -> Path:
    """The model's folder in the cache, after a download where it has to be.

    Raises: ModelUnavailable.
    """
    folder = cached_model(name)
    if folder is None:
        for _ in fetch_model(name):
            pass
        folder = cached_model(name)
    if folder is None:
        raise ModelUnavailable(
            f"the model on the hub is no model with weights: {name}",
            "name a sentence-transformers model in the settings",
        )
    return folder


def fetch_model(name: str) -> Generator[ModelDownloadProgressed, None, None]:
    """Download what the cache lacks of a model, going on where an earlier run was stopped.

    Close to cancel. Gives nothing where all is there. Raises: ModelUnavailable.
    """
    if cached_model(name) is not None:
        return
    with _hub_errors(name):
        commit, files = _listed(name)
        wanted = _wanted(files, _module_folders(name, commit, files))
        total = sum(file.size_bytes for file in wanted)
        done = 0
        yield ModelDownloadProgressed(name, 0, total)
        for file in wanted:
            with closing(_fetch_file(name, commit, file)) as sizes:
                for size in sizes:
                    yield ModelDownloadProgressed(name, done + size, total)
            done += file.size_bytes
        # Last: a snapshot that is named is one that is whole.
        _write(_store(name) / "refs" / "main", commit)


def _store(name: str) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE).expanduser() / f"models--{name.replace('/', '--')}"


def _is_complete(folder: Path) -> bool:
    """Whether all that modules.json names has what it needs; weights are always fetched last."""
    from assistant.embedding.model_files import module_kind, read_json, transformer_folder

    try:
        modules: list[dict[str, Any]] = read_json(folder / "modules.json", [])
        needed = [transformer_folder(folder, modules) / "config.json"]
        weighed = [transformer_folder(folder, modules)]
        for module in modules:
            if module_kind(module) == "Pooling":
                needed.append(folder / str(module.get("path", "")) / "config.json")
            elif module_kind(module) == "Dense":
                weighed.append(folder / str(module.get("path", "")))
        shards = [weights_files(each) for each in weighed]
    except ModelUnavailable:
        return False
    needed += [file for files in shards for file in files]
    return all(shards) and all(file.is_file() for file in needed)


def _listed(name: str) -> tuple[str, list[_HubFile]]:
    from huggingface_hub import HfApi, constants

    info = HfApi(endpoint=constants.ENDPOINT).model_info(name, files_metadata=True)
    files = [_HubFile(each.rfilename, each.size or 0) for each in info.siblings or ()]
    return str(info.sha), files


def _module_folders(name: str, commit: str, files: Sequence[_HubFile]) -> set[str]:
    """The folders that modules.json names, beside the model's own."""
    from assistant.embedding.model_files import read_json

    listing = next((file for file in files if file.path == "modules.json"), None)
    if listing is None:
        return {"."}
    for _ in _fetch_file(name, commit, listing):
        pass
    modules: list[dict[str, Any]] = read_json(_placed(name, commit, listing), [])
    return {".", *(str(PurePosixPath(str(module.get("path", "")))) for module in modules)}


def _wanted(files: Sequence[_HubFile], folders: set[str]) -> list[_HubFile]:
    """What transformers and sentence-transformers read of it, small files first."""
    texts, weights = [], []
    for file in files:
        path = PurePosixPath(file.path)
        if str(path.parent) not in folders or path.name in _NOT_FOR_READING:
            continue
        if path.suffix in _TEXT_FILES:
            texts.append(file)
        elif _WEIGHTS_FILE.fullmatch(path.name):
            weights.append(file)
    chosen = [file for file in weights if _is_chosen(file, weights)]
    return sorted(texts, key=_size) + sorted(chosen, key=_size)


def _is_chosen(file: _HubFile, weights: Sequence[_HubFile]) -> bool:
    """Not pickled where the same is there as safetensors, not in parts where it is there whole."""
    path = PurePosixPath(file.path)
    beside = {p.name for p in (PurePosixPath(w.path) for w in weights) if p.parent == path.parent}
    if path.suffix == ".bin" and any(name.endswith(".safetensors") for name in beside):
        return False
    whole = next((name for name in WEIGHTS if name in beside), path.name)
    return path.name == whole or whole not in beside


def _size(file: _HubFile) -> int:
    return file.size_bytes


def _placed(name: str, commit: str, file: _HubFile) -> Path:
    return _store(name) / "snapshots" / commit / file.path


def _fetch_file(name: str, commit: str, file: _HubFile) -> Generator[int, None, None]:
    """Bytes of the file that are here so far."""
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url

    placed = _placed(name, commit, file)
    if placed.is_file():
        return
    url = hf_hub_url(name, file.path, revision=commit, endpoint=constants.ENDPOINT)
    etag = get_hf_file_metadata(url, endpoint=constants.ENDPOINT).etag
    if not etag or "/" in etag:
        raise OSError(f"the server names no version of {file.path}")
    blob = _store(name) / "blobs" / etag
    if not blob.is_file():
        yield from _stream(url, blob, file)
    _link(placed, blob)


def _stream(url: str, blob: Path, file: _HubFile) -> Iterator[int]:
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    # Not huggingface_hub's own ending: it would take such a file for one of another process.
    part = blob.with_name(f"{blob.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    size = part.stat().st_size if part.is_file() else 0
    _check_room(part.parent, file.size_bytes - size)
    if size < file.size_bytes or not size:
        # identity: a compressed answer has no parts that could be asked for
        headers = {**build_hf_headers(), "Range": f"bytes={size}-", "Accept-Encoding": "identity"}
        headers = headers if size else {k: v for k, v in headers.items() if k != "Range"}
        with get_session().stream("GET", url, headers=headers, follow_redirects=True) as response:
            hf_raise_for_status(response)
            size = size if response.status_code == 206 else 0
            with part.open("ab" if size else "wb") as out:
                for chunk in response.iter_bytes(_CHUNK_BYTES):
                    out.write(chunk)
                    size += len(chunk)
                    yield size
    _check(part, blob.name, file)
    part.replace(blob)


def _check_room(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _check(part: Path, etag: str, file: _HubFile) -> None:
    """A large file's etag is its SHA-256. What does not agree is thrown away."""
    is_right = part.stat().st_size == file.size_bytes
    if is_right and _LFS_HASH.fullmatch(etag):
        with part.open("rb") as stream:
            is_right = hashlib.file_digest(stream, "sha256").hexdigest() == etag
    if not is_right:
        part.unlink()
        raise OSError(f"{file.path} did not come whole")


def _link(placed: Path, blob: Path) -> None:
    placed.parent.mkdir(parents=True, exist_ok=True)
    try:
        placed.symlink_to(os.path.relpath(blob, placed.parent))
    except FileExistsError:
        pass  # another program was quicker
    except OSError:
        shutil.copyfile(blob, placed)  # file systems and Windows accounts without links


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@contextmanager
def _hub_errors(name: str) -> Iterator[None]:
    """What the hub, the network and the disk say, as what failed and what to do."""
    from huggingface_hub import errors

    try:
        yield
    except errors.HFValidationError as error:
        what, cure = "there is no such folder, and it is no name on the hub", _NAMING
        raise ModelUnavailable(f"{what}: {name}", cure) from error
    except errors.GatedRepoError as error:
        what = "the model is only given to those who agreed to its terms"
        cure = f"agree at https://huggingface.co/{name}, then `hf auth login`"
        raise ModelUnavailable(f"{what}: {name}", cure) from error
    except errors.RepositoryNotFoundError as error:
        what = "there is no such model on the hub, or it is private"
        raise ModelUnavailable(f"{what}: {name}", _NAMING) from error
    except errors.OfflineModeIsEnabled as error:
        what, cure = "the model is not here, and HF_HUB_OFFLINE forbids to fetch it", _OFFLINE
        raise ModelUnavailable(f"{what}: {name}", cure) from error
    except OSError as error:
        raise _from_os(name, error) from error
    except Exception as error:  # its HTTP client's errors have no base of the library's own
        if type(error).__module__.split(".")[0] not in ("httpx", "httpx2", "httpcore"):
            raise
        raise _from_os(name, error) from error


_NAMING = "name a local folder in the settings, or a model; `assistant models` lists some"
_OFFLINE = "unset HF_HUB_OFFLINE, or name a local folder in the settings"


def _from_os(name: str, error: Exception) -> ModelUnavailable:
    if getattr(error, "errno", None) == errno.ENOSPC:
        return ModelUnavailable(
            f"the disk is too full for the model: {name}: {_store(name).parent}",
            "make room, or name a folder on another disk in HF_HOME",
        )
    reason = (str(error) or type(error).__name__).splitlines()[0]
    return ModelUnavailable(
        f"the model cannot be fetched: {name}: {reason}",
        "connect and try again, it goes on from there; or name a local folder in the settings",
    )
