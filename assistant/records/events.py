"""What long work reports while it runs, in the past tense; and the checks of `doctor`."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.answering import Answer
from assistant.records.retrieval import Trace


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A step without a countable end began, such as loading the model."""

    stage: str


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """Something that the user should know after the work too, such as a repair."""

    text: str


@dataclass(frozen=True, slots=True)
class ModelDownloadProgressed:
    model: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class FolderScanned:
    files: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileIndexed:
    document: str
    sentences: int


@dataclass(frozen=True, slots=True)
class FileFailed:
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexProgressed:
    """Work done so far; after one with `searchable`, questions find what is indexed."""

    files_done: int
    files: int
    sentences: int
    sentences_per_s: float
    left_s: float | None
    searchable: bool = False


@dataclass(frozen=True, slots=True)
class IndexReport:
    added: int
    updated: int
    removed: int
    unchanged: int
    failures: tuple[FileFailed, ...]
    documents: int
    passages: int
    sentences: int
    unreadable_share: float
    """Share of all indexed tokens that the encoder does not know."""
    truncated_passages: int
    elapsed_s: float
    model: str
    warnings: tuple[FileFailed, ...] = ()
    """Documents that were indexed with a remark."""


@dataclass(frozen=True, slots=True)
class IndexFinished:
    report: IndexReport


IndexEvent = (
    StageStarted
    | NoticeGiven
    | FolderScanned
    | FileIndexed
    | FileFailed
    | IndexProgressed
    | IndexFinished
)


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    trace: Trace


@dataclass(frozen=True, slots=True)
class TokenProduced:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingProduced:
    text: str


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    answer: Answer


AnswerEvent = StageStarted | EvidenceFound | TokenProduced | ThinkingProduced | AnswerFinished


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    """What to do about it; empty where nothing is wrong."""
