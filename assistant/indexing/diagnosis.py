"""A model and an index into the lines of `doctor`: what works and what to do about the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from assistant.embedding.encoder import has_quick_runtime
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.errors import IndexFault, ModelUnavailable
from assistant.folders import Folders
from assistant.indexing import catalogue
from assistant.indexing.chroma import ChromaMirror
from assistant.indexing.database import opened
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.verifying import verify
from assistant.paths import Paths
from assistant.records import Check

SAMPLE_QUESTIONS = 50
RECALL_DEPTH = 10
GOOD_RECALL = 0.95
_TIE = 1e-5
"""Cosines this near are the same to float32: either sentence is a right answer."""
_SEED = 20260101


def diagnose_index(
    folders: Folders,
    paths: Paths,
    model: Callable[[], ModelInfo],
    index_path: Callable[[], Path],
    mirror: Callable[[], ChromaMirror],
) -> Iterator[Check]:
    """The model, the folder's index by it, and the vector database beside that."""
    try:
        info = model()
    except ModelUnavailable as error:
        yield Check("model", False, error.message, error.hint)
        return
    yield _check_model(info)
    yield _check_runtime(info, paths.models)
    index = index_path()
    if not (index / "catalogue.db").is_file():
        yield Check(
            "index",
            True,
            f"none yet of {folders.label}: `assistant index {folders.in_words}` makes it",
        )
        return
    try:
        checks = []
        for check in _check_catalogue(folders, index, info):
            checks.append(check)
            yield check
        if not all(check.ok for check in checks):
            return  # what follows would only stumble over the same
        snapshot = Snapshot(index, info.dimension)
    except IndexFault as error:
        yield Check("index", False, error.message, _repair(folders))
        return
    yield _check_chroma(mirror(), snapshot, info, f"assistant index {folders.in_words}")


def _repair(folders: Folders) -> str:
    return f"assistant doctor {folders.as_options} --repair"


def _check_model(info: ModelInfo) -> Check:
    label = POOLINGS[info.trained_pooling].label
    return Check(
        "model",
        True,
        f"{info.name}, {info.dimension} dimensions, reads {info.window} tokens, trained with"
        f" {label} pooling; weights sha256 {info.revision[:16]}",
    )


def _check_runtime(info: ModelInfo, cache: Path) -> Check:
    if has_quick_runtime(info, cache):
        return Check("model runtime", True, "onnxruntime: ready in about a second")
    if info.is_plain:
        return Check("model runtime", True, "torch now; the first use makes the quick runtime")
    return Check("model runtime", True, "torch: this model has modules of its own")


def _check_catalogue(folders: Folders, index: Path, info: ModelInfo) -> Iterator[Check]:
    with opened(index / "catalogue.db") as database:
        totals = catalogue.totals(database)
        failed = len(catalogue.failures(database))
        unread = f", {failed} files could not be read" if failed else ""
        yield Check(
            "index",
            True,
            f"{folders.label}: {totals.documents:,} documents, {totals.passages:,} passages,"
            f" {totals.sentences:,} sentences{unread}",
        )
        for finding in verify(database, index, info.dimension):
            hint = "" if finding.ok else _repair(folders)
            yield Check(finding.name, finding.ok, finding.detail, hint)


def _check_chroma(mirror: ChromaMirror, snapshot: Snapshot, info: ModelInfo, make: str) -> Check:
    name = "vector database"
    if not mirror.is_current(snapshot):
        return Check(name, False, "not up to date with the index", make)
    if not snapshot.n_sentences:
        return Check(name, True, "empty, as the index is")
    try:
        recall, n_asked = _recall(mirror, snapshot, info.trained_pooling)
    except IndexFault as error:
        return Check(name, False, error.message, error.hint)
    found = f"recall@{RECALL_DEPTH} {recall:.3f} against exact search, {n_asked} sentences asked"
    if recall < GOOD_RECALL:
        return Check(name, False, found, 'set [search] engine = "exact"')
    return Check(name, True, found)


def _recall(mirror: ChromaMirror, snapshot: Snapshot, pooling: str) -> tuple[float, int]:
    """Share of the exact nearest that the approximate index finds, and how many were asked."""
    n_asked = min(SAMPLE_QUESTIONS, snapshot.n_sentences)
    depth = min(RECALL_DEPTH, snapshot.n_sentences)
    vectors = snapshot.unit_vectors("sentence", pooling)
    draws = np.random.default_rng(_SEED).choice(snapshot.n_sentences, n_asked, replace=False)
    found = 0
    for vector in vectors[draws]:
        threshold = np.sort(vectors @ vector)[-depth] - _TIE
        found += sum(
            cosine >= threshold for _, cosine in mirror.nearest(vector, depth, snapshot.n_sentences)
        )
    return found / (n_asked * depth), n_asked
