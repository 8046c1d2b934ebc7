"""A folder's own sentences into as many as are asked for, the same ones every time.

The first round gives them as they stand; every later one joins the first half of one sentence to
the second half of another, so that lengths, words and headings stay those of real documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.documents.reading import read_document
from assistant.documents.sentences import split_sentences
from assistant.errors import UnreadableFile
from assistant.indexing.scanning import scan_folder
from assistant.records import Document, Passage, Section, Sentence, SentenceKind

DOCUMENT_SENTENCES = 500
PASSAGE_SENTENCES = 6
_SEED = 20261123


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    context: str
    kind: SentenceKind


_Material = list[tuple[tuple[str, ...], list[_Text]]]
"""Heading path and sentences of each section."""


@dataclass(frozen=True, slots=True)
class Made:
    document: Document
    sentences: list[Sentence]
    passages: list[Passage]


def made_documents(folder: Path, n_sentences: int) -> Iterator[Made]:
    """Documents with that many sentences between them. Raises: ValueError for an empty folder."""
    material = _material(folder)
    if not material:
        raise ValueError(f"there are no sentences in {folder}")
    left = n_sentences
    sections = _sections(material)
    for number in range(n_sentences):
        taken: _Material = []
        room = min(left, DOCUMENT_SENTENCES)
        while room:
            heading, texts = next(sections)
            taken.append((heading, texts[:room]))
            room -= len(taken[-1][1])
        left -= sum(len(texts) for _, texts in taken)
        yield _document(f"part-{number:05}.txt", taken)
        if not left:
            return


def _material(folder: Path) -> _Material:
    found: _Material = []
    files, _ = scan_folder(folder)
    for file in files:
        try:
            document = read_document(file.path, (folder / file.path).read_bytes())
        except UnreadableFile:
            continue
        by_section: dict[int, list[_Text]] = {}
        for s in split_sentences(document):
            by_section.setdefault(s.section, []).append(_Text(s.text, s.context, s.kind))
        found += [(document.sections[i].heading_path, texts) for i, texts in by_section.items()]
    return found


def _sections(material: _Material) -> Iterator[tuple[tuple[str, ...], list[_Text]]]:
    yield from material
    every = [text for _, texts in material for text in texts]
    rng = np.random.default_rng(_SEED)
    while True:
        for heading, texts in material:
            others = rng.integers(len(every), size=len(texts))
            yield heading, [_joined(a, every[b]) for a, b in zip(texts, others, strict=True)]


def _joined(a: _Text, b: _Text) -> _Text:
    first, _ = _halves(a.text)
    _, second = _halves(b.text)
    return _Text(f"{first} {second}".strip(), a.context, a.kind)


def _halves(text: str) -> tuple[str, str]:
    middle = text.find(" ", len(text) // 2)
    middle = len(text) // 2 if middle < 0 else middle
    return text[:middle].strip(), text[middle:].strip()


def _document(path: str, material: _Material) -> Made:
    pieces: list[str] = []
    offset, line = 0, 1
    sections: list[Section] = []
    sentences: list[Sentence] = []
    passages: list[Passage] = []
    marks: list[tuple[int, int]] = []

    def write(text: str) -> None:
        nonlocal offset, line
        marks.append((offset, line))
        pieces.append(text + "\n")
        offset += len(text) + 1
        line += text.count("\n") + 1

    for heading, texts in material:
        start, first = offset, len(sentences)
        write(" > ".join(heading) or path)
        for t in texts:
            place = (offset, offset + len(t.text), t.text, t.kind, len(sections), line)
            sentences.append(Sentence(*place, context=t.context))
            write(t.text)
        passages += _passages(sentences, first, len(sections))
        sections.append(Section(heading, start, offset))
    text = "".join(pieces)
    document = Document(path, path, "plain", "utf-8", text, tuple(sections), (), tuple(marks))
    return Made(document, sentences, passages)


def _passages(sentences: list[Sentence], first: int, section: int) -> Iterator[Passage]:
    for at in range(first, len(sentences), PASSAGE_SENTENCES):
        end = min(at + PASSAGE_SENTENCES, len(sentences))
        yield Passage(at, end, section, sentences[at].start, sentences[end - 1].end)


def sentences_of(folder: Path, n: int) -> list[str]:
    """So many of the folder's sentences, taken evenly from all of it, as they stand."""
    every = list(dict.fromkeys(text.text for _, texts in _material(folder) for text in texts))
    return every[:: max(1, len(every) // n)][:n]
