"""What holds for every document and its sentences, whatever was read."""

from __future__ import annotations

from pathlib import Path

from assistant.documents import line_at, read_document, split_sentences
from assistant.documents.decoding import decode
from assistant.records import Document, Sentence

SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLE_NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.stem in ("guide", "zh"))


def read_sample(name: str) -> Document:
    return read_document(name, (SAMPLES / name).read_bytes())


def sample_lines(name: str) -> list[str]:
    return decode((SAMPLES / name).read_bytes()).text.split("\n")


def texts_of(path: str, source: str) -> list[str]:
    """The sentences of a file with this content."""
    return [s.text for s in split_sentences(read_document(path, source.encode()))]


def check_laws(document: Document) -> tuple[Sentence, ...]:
    """Asserts the laws of segmentation and gives the sentences."""
    sentences = split_sentences(document)
    end = 0
    for sentence in sentences:
        assert sentence.text and document.text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip()
        assert end <= sentence.start
        assert sentence.line == line_at(document, sentence.start)
        end = sentence.end
    _check_coverage(document, sentences)
    _check_sections(document)
    offsets = [offset for offset, _ in document.line_marks]
    assert offsets == sorted(set(offsets))
    return sentences


def _check_coverage(document: Document, sentences: tuple[Sentence, ...]) -> None:
    covered = bytearray(len(document.text))
    for sentence in sentences:
        covered[sentence.start : sentence.end] = b"\x01" * (sentence.end - sentence.start)
    for block in document.blocks:
        for offset in range(block.start, block.end):
            assert covered[offset] or document.text[offset].isspace()
            covered[offset] = 0
    assert not any(covered), "a sentence reaches beyond its block"


def _check_sections(document: Document) -> None:
    assert [s.start for s in document.sections] == sorted(s.start for s in document.sections)
    for block in document.blocks:
        section = document.sections[block.section]
        assert section.start <= block.start < block.end <= section.end
