"""The processes that `indexing` starts: each does one thing and prints one JSON object."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import time
from pathlib import Path
from typing import Any

from assistant.allocator import give_back_large_arrays
from assistant.documents.reading import read_document
from assistant.documents.sentences import split_sentences
from assistant.embedding.encoder import load_encoder
from assistant.embedding.loaded import EncoderLoader, LoadedModels
from assistant.errors import UnreadableFile
from assistant.indexing import chroma, folder_index, indexer, snapshot, vectors
from assistant.indexing import embedding_batch as batches
from assistant.indexing.preparing import ReadDocument
from assistant.indexing.reading_messages import FileRead
from assistant.indexing.reading_process import ReadingProcess
from assistant.indexing.scanning import scan_folder
from assistant.indexing.tokens import TokenFiles
from assistant.paths import Paths
from assistant.records import IndexFinished
from assistant.settings import load_settings
from assistant.workspace import Workspace
from tests.benchmarks.seeded import SeededLoader
from tests.benchmarks.stopwatch import Stopwatch

REST = "the rest"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("index", "read"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--seeded", action="store_true")
    parser.add_argument("--real-every", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.act == "read":
        print(json.dumps(_read(arguments.docs)))
        return
    loader = SeededLoader(arguments.real_every) if arguments.seeded else load_encoder
    print(json.dumps(_index(arguments.home, arguments.docs, loader)))


def _index(home: Path, docs: Path, loader: EncoderLoader) -> dict[str, Any]:
    """A whole run on a fresh index, by stage."""
    shutil.rmtree(home / "data", ignore_errors=True)
    paths = Paths.below(home)
    give_back_large_arrays()  # as the program does
    workspace = Workspace(load_settings(paths.settings_file), paths, docs, loader)
    stopwatch = _watching()
    started, used = time.perf_counter(), time.process_time()
    with stopwatch.stage(REST):
        *_, last = workspace.index()
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - used
    assert isinstance(last, IndexFinished)  # a run's last event
    reading = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "reading_process_cpu_s": reading.ru_utime + reading.ru_stime,
        "stages": {
            name: {"wall_s": stage.wall_s, "cpu_s": stage.cpu_s}
            for name, stage in stopwatch.stages.items()
        },
        "documents": last.report.documents,
        "sentences": last.report.sentences,
        "passages": last.report.passages,
        "runtime": workspace.encoder().runtime,
        "index": str(workspace.index_path),
    }


def _watching() -> Stopwatch:
    """In the order of a run."""
    watch = Stopwatch()
    stages: list[tuple[Any, str, str]] = [
        (indexer, "scan_folders", "scan the folder"),
        (indexer, "load_file", "load and hash files"),
        (LoadedModels, "encoder", "load the model"),
        (ReadingProcess, "read", "read and segment (waiting for it)"),
        (indexer, "prepared", "count tokens, cut passages"),
        (ReadDocument, "split", "count tokens, cut passages"),
        (batches.EmbeddingBatch, "encode_sentences", "encode sentences"),
        (batches.EmbeddingBatch, "encode_passages", "encode passages"),
        (batches.catalogue, "known_rows", "look up known texts"),
        (batches.EmbeddingBatch, "_append_contextual", "sentences as passages read them"),
        (vectors.VectorFiles, "append", "write vectors"),
        (TokenFiles, "append", "write token vectors"),
        (batches, "halved", "write token vectors"),
        (batches.EmbeddingBatch, "flush", "wait for the disk"),
        (indexer.Indexer, "_commit", "write the catalogue"),
        (indexer.Indexer, "_sweep", "sweep unused rows"),
        (snapshot, "load_words", "lexical matrix and repeats"),
        (folder_index, "Snapshot", "load the snapshot"),
        (chroma.ChromaMirror, "update", "fill the vector database"),
    ]
    for owner, name, stage in stages:
        watch.watch(owner, name, stage)
    return watch


def _read(docs: Path) -> dict[str, Any]:
    """Reading and segmenting of every file, here, one after the other, each alone."""
    import msgspec

    seconds = {"read": 0.0, "segment": 0.0, "hand over": 0.0}
    n_bytes = n_sentences = 0
    for file in scan_folder(docs)[0]:
        data = (docs / file.path).read_bytes()
        start = time.process_time()
        try:
            document = read_document(file.path, data)
        except UnreadableFile:
            continue
        read = time.process_time()
        sentences = split_sentences(document)
        split = time.process_time()
        encoded = msgspec.msgpack.encode(FileRead(document, sentences))
        msgspec.msgpack.decode(encoded, type=FileRead)
        done = time.process_time()
        for name, taken in zip(seconds, (read - start, split - read, done - split), strict=True):
            seconds[name] += taken
        n_bytes += len(data)
        n_sentences += len(sentences)
    return {"cpu_s": seconds, "bytes": n_bytes, "sentences": n_sentences}


if __name__ == "__main__":
    main()
