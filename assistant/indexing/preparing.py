"""A file's bytes into a document that waits for its vectors, then for the catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.documents.passages import split_passages
from assistant.documents.reading import read_document
from assistant.documents.sentences import split_sentences
from assistant.embedding.encoder import Encoder
from assistant.indexing.catalogue import FileState, PreparedDocument
from assistant.indexing.embedded import embedded_passage, embedded_sentence
from assistant.records import Document, Grain, Passage, Reading, Sentence


@dataclass(slots=True)
class ReadDocument:
    """A document waiting for its vectors."""

    document: Document
    state: FileState
    sentences: Sequence[Sentence]
    passages: Sequence[Passage]
    texts: dict[Grain, list[str]]
    readings: dict[Grain, list[Reading]]


def read_and_split(path: str, data: bytes, state: FileState, encoder: Encoder) -> ReadDocument:
    document = read_document(path, data)
    sentences = split_sentences(document)
    sentence_texts = [
        embedded_sentence(s.text, s.context, document.sections[s.section].heading_path)
        for s in sentences
    ]
    readings = encoder.read(sentence_texts)
    passages = _passages(document, sentences, encoder)
    passage_texts = [
        embedded_passage(document.text[p.start : p.end], document.sections[p.section].heading_path)
        for p in passages
    ]
    return ReadDocument(
        document,
        state,
        sentences,
        passages,
        {"sentence": sentence_texts, "passage": passage_texts},
        {"sentence": readings, "passage": encoder.read(passage_texts)},
    )


def _passages(
    document: Document, sentences: Sequence[Sentence], encoder: Encoder
) -> tuple[Passage, ...]:
    """Passages whose embedded text fits the encoder's window beside its headings."""
    headings = [embedded_passage("", section.heading_path) for section in document.sections]
    longest_heading = max((r.tokens for r in encoder.read(headings)), default=0)
    window = max(encoder.model.window - 2 - longest_heading, encoder.model.window // 2)
    # One more token for what joins a sentence to the next.
    n_tokens = [reading.tokens + 1 for reading in encoder.read([s.text for s in sentences])]
    return split_passages(sentences, n_tokens, window)


def with_rows(read: ReadDocument, rows: dict[Grain, dict[bytes, int]]) -> PreparedDocument:
    def rows_of(grain: Grain) -> list[int]:
        return [rows[grain][text_hash(text)] for text in read.texts[grain]]

    return PreparedDocument(
        read.document,
        read.state,
        read.sentences,
        read.readings["sentence"],
        rows_of("sentence"),
        read.passages,
        read.readings["passage"],
        rows_of("passage"),
    )


def text_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
