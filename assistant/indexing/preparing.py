"""A file's bytes into a document that waits for its vectors, then for the catalogue.

Sentences first; the passages once the sentences have vectors, because a cut may depend on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.documents.passages import Cuttable, split_passages
from assistant.embedding.encoder import Encoder
from assistant.embedding.poolings import Floats
from assistant.indexing.catalogue import FileState, PreparedDocument
from assistant.indexing.embedded import embedded_passage, embedded_sentence, text_start
from assistant.records import Document, Grain, Passage, Reading, Sentence


@dataclass(slots=True)
class ReadDocument:
    """A document waiting for its vectors."""

    document: Document
    state: FileState
    sentences: Sequence[Sentence]
    sentence_texts: list[str]
    """What the encoder is given, as for the passages."""
    sentence_readings: list[Reading]
    passages: Sequence[Passage] = ()
    passage_texts: list[str] = field(default_factory=list)
    passage_readings: list[Reading] = field(default_factory=list)

    def spans(self, passage: int) -> list[tuple[int, int]]:
        """Where each sentence of the passage stands in the passage's embedded text."""
        p = self.passages[passage]
        shift = len(text_start(self._heading_path(p.section))) - p.start
        return [(s.start + shift, s.end + shift) for s in self.sentences[p.first : p.last]]

    def _heading_path(self, section: int) -> Sequence[str]:
        return self.document.sections[section].heading_path

    def split(self, kind: str, encoder: Encoder, vectors: Floats | None) -> None:
        """Cut the sentences into passages whose embedded text fits the encoder's window.

        `vectors`: the sentences' unit vectors, for kinds that need them.
        """
        cuttable = Cuttable(
            self.sentences,
            # One more token for what joins a sentence to the next.
            [r.tokens + 1 for r in encoder.read([s.text for s in self.sentences])],
            self._window(encoder),
            self._heading_tokens(encoder),
            vectors,
        )
        self.passages = split_passages(cuttable, kind)
        self.passage_texts = [
            embedded_passage(self.document.text[p.start : p.end], self._heading_path(p.section))
            for p in self.passages
        ]
        self.passage_readings = encoder.read(self.passage_texts)

    def _window(self, encoder: Encoder) -> int:
        """Tokens of sentences that fit beside the longest heading."""
        headings = [text_start(section.heading_path) for section in self.document.sections]
        longest = max((r.tokens for r in encoder.read(headings)), default=0)
        return max(encoder.model.window - 2 - longest, encoder.model.window // 2)

    def _heading_tokens(self, encoder: Encoder) -> list[int]:
        """Tokens between each sentence and the one before where a section begins between them."""
        starts = [0, *(s.end for s in self.sentences)]
        sections = [-1, *(s.section for s in self.sentences)]
        between = [
            self.document.text[starts[i] : s.start] if s.section != sections[i] else ""
            for i, s in enumerate(self.sentences)
        ]
        return [reading.tokens for reading in encoder.read(between)]


def prepared(
    document: Document, sentences: Sequence[Sentence], state: FileState, encoder: Encoder
) -> ReadDocument:
    """The document as the encoder is given it; its passages wait for the sentences' vectors."""
    texts = [
        embedded_sentence(s.text, s.context, document.sections[s.section].heading_path)
        for s in sentences
    ]
    return ReadDocument(document, state, sentences, texts, encoder.read(texts))


def with_rows(read: ReadDocument, rows: dict[Grain, dict[bytes, int]]) -> PreparedDocument:
    return PreparedDocument(
        read.document,
        read.state,
        read.sentences,
        read.sentence_readings,
        [rows["sentence"][text_hash(text)] for text in read.sentence_texts],
        read.passages,
        read.passage_readings,
        [rows["passage"][text_hash(text)] for text in read.passage_texts],
        [
            rows["contextual"][digest]
            for i, text in enumerate(read.passage_texts)
            for digest in span_hashes(text, read.spans(i))
        ],
    )


def text_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def span_hashes(text: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """Of each sentence as it is read within a passage: by the whole text and its place in it."""
    whole = text_hash(text)
    return [text_hash(f"{whole.hex()} {start} {end}") for start, end in spans]
