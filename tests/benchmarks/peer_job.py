"""One peer's whole indexing job: texts from a file, through the model, into what the peer keeps.

Runs in the peer's own environment and imports nothing of the program. Every peer is used as its
own documentation begins, with its own batch size and its own kind of store, written to disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=JOBS)
    parser.add_argument("--texts", type=Path, required=True, help="a JSON list")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    texts: list[str] = json.loads(arguments.texts.read_text("utf-8"))
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    marks = {"imports": time.perf_counter()}
    probe = JOBS[arguments.peer](texts, str(arguments.model), arguments.store, marks)
    marks["end"] = time.perf_counter()
    names = list(marks)
    spent = {a: marks[b] - marks[a] for a, b in pairwise(names)}
    said = {"texts": len(texts), "spent_s": spent, "probe": [float(x) for x in probe]}
    print(json.dumps(said), file=sys.stdout, flush=True)


Marks = dict[str, float]


def sentence_transformers_chroma(texts: list[str], model: str, store: Path, marks: Marks) -> Any:
    import chromadb
    from sentence_transformers import SentenceTransformer

    marks["load"] = time.perf_counter()
    encoder = SentenceTransformer(model, device="cpu")
    marks["encode"] = time.perf_counter()
    vectors = encoder.encode(texts)
    marks["store"] = time.perf_counter()
    client = chromadb.PersistentClient(str(store))
    collection = client.create_collection("texts", embedding_function=None)
    step = client.get_max_batch_size()
    for start in range(0, len(texts), step):
        part = slice(start, start + step)
        ids = [str(i) for i in range(start, min(start + step, len(texts)))]
        collection.add(ids=ids, embeddings=vectors[part], documents=texts[part])
    return vectors[0]


def llamaindex(texts: list[str], model: str, store: Path, marks: Marks) -> Any:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    marks["load"] = time.perf_counter()
    encoder = HuggingFaceEmbedding(model_name=model, device="cpu")
    marks["encode and store"] = time.perf_counter()
    index = VectorStoreIndex([TextNode(text=text) for text in texts], embed_model=encoder)
    index.storage_context.persist(str(store))
    marks["probe"] = time.perf_counter()
    return encoder.get_text_embedding(texts[0])


def haystack(texts: list[str], model: str, store: Path, marks: Marks) -> Any:
    from haystack import Document, Pipeline
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
    )

    marks["load"] = time.perf_counter()
    kept = InMemoryDocumentStore()
    embedder = SentenceTransformersDocumentEmbedder(
        model=model, device=ComponentDevice.from_str("cpu"), progress_bar=False
    )
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(kept))
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    marks["encode and store"] = time.perf_counter()
    # Its own ids are hashes of the text, and it refuses a text that stands twice.
    documents = [Document(id=str(i), content=text) for i, text in enumerate(texts)]
    pipeline.run({"embedder": {"documents": documents}})
    store.mkdir(parents=True, exist_ok=True)
    kept.save_to_disk(str(store / "documents.json"))
    marks["probe"] = time.perf_counter()
    return next(d.embedding for d in kept.filter_documents() if d.content == texts[0])


def txtai(texts: list[str], model: str, store: Path, marks: Marks) -> Any:
    from txtai import Embeddings

    marks["load"] = time.perf_counter()
    embeddings = Embeddings(path=model, content=True, gpu=False)
    marks["encode and store"] = time.perf_counter()
    embeddings.index(texts)
    embeddings.save(str(store))
    marks["probe"] = time.perf_counter()
    return embeddings.transform(texts[0])


JOBS: dict[str, Callable[[list[str], str, Path, Marks], Any]] = {
    "sentence-transformers + Chroma": sentence_transformers_chroma,
    "LlamaIndex": llamaindex,
    "Haystack": haystack,
    "txtai": txtai,
}

if __name__ == "__main__":
    main()
