"""Files into documents, documents into sentences and passages. No models, no index."""

from assistant.documents.decoding import Decoded, decode
from assistant.documents.locating import line_at, page_at
from assistant.documents.passages import split_passages
from assistant.documents.readers import READERS, Reader, reader_for
from assistant.documents.reading import read_document
from assistant.documents.sanitising import sanitise
from assistant.documents.sentences import SEGMENTATION_VERSION, split_sentences

__all__ = [
    "READERS",
    "SEGMENTATION_VERSION",
    "Decoded",
    "Reader",
    "decode",
    "line_at",
    "page_at",
    "read_document",
    "reader_for",
    "sanitise",
    "split_passages",
    "split_sentences",
]
