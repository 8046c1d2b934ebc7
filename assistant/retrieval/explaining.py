"""A trace into the same trace that says why, token by token.

It asks the very search that ranked: the token vectors are those that MaxSim scored with, so the
cosines of an alignment add up to the score in the comparison.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence

from assistant.embedding.encoder import Encoder
from assistant.embedding.poolings import Floats
from assistant.indexing.snapshot import StoredSentence
from assistant.records import Alignment, Explanation, Inspection, SentenceExplanation, Trace
from assistant.retrieval.search import Search

_OTHER_MODEL = "a model of its own does late interaction: its tokens are not these"


def explaining(search: Search, trace: Trace, encoder: Encoder) -> Iterator[Trace]:
    """First the question and the best hit, which is what a tab shows first; then every hit.

    Raises: OutdatedSnapshot where a hit is gone.
    """
    started = time.perf_counter()
    numbers = [search.snapshot.number_of(hit.sentence_id) for hit in trace.hits]
    (question,) = encoder.inspect([trace.searched], "query")
    note = "" if search.parts.late_encoder() is None else _OTHER_MODEL
    sentences: tuple[SentenceExplanation, ...] = ()
    for part in (numbers[:1], numbers[1:]) if len(numbers) > 1 else (numbers,):
        sentences += tuple(_explained(search, question, part, encoder))
        yield dataclasses.replace(
            trace,
            explanation=Explanation(question, sentences, note),
            timings={**trace.timings, "explain": time.perf_counter() - started},
        )


def _explained(
    search: Search, question: Inspection, numbers: Sequence[int], encoder: Encoder
) -> Iterator[SentenceExplanation]:
    if not numbers:
        return
    is_aligned = search.parts.late_encoder() is None
    vectors = search.sentence_tokens(numbers) if is_aligned else []
    stored_hits = search.snapshot.sentences(numbers)
    inspections = encoder.inspect([stored.embedded_text for stored in stored_hits])
    for i, (stored, inspection) in enumerate(zip(stored_hits, inspections, strict=True)):
        aligned = (
            _alignment(question, search.question_tokens(), inspection, vectors[i])
            if is_aligned
            else ()
        )
        yield _with_its_passage(search, stored, inspection, aligned)


def _alignment(
    question: Inspection, question_tokens: Floats, sentence: Inspection, tokens: Floats
) -> tuple[Alignment, ...]:
    """For each of the question's tokens the sentence's with the highest cosine, the first of
    equals."""
    if not len(tokens) or not len(question_tokens):
        return ()
    cosines = question_tokens @ tokens.T
    found = []
    pieces = sentence.read_pieces
    for asked, row in zip(question.read_pieces, cosines, strict=True):
        best = int(row.argmax())
        piece = pieces[best]
        found.append(Alignment(asked.text, piece.text, piece.start, piece.end, float(row[best])))
    return tuple(found)


def _with_its_passage(
    search: Search, stored: StoredSentence, inspection: Inspection, aligned: tuple[Alignment, ...]
) -> SentenceExplanation:
    around = search.snapshot.passage_sentences(stored.passage_id)
    start = stored.place.start
    return SentenceExplanation(
        sentence_id=stored.sentence_id,
        inspection=inspection,
        quote_start=len(stored.embedded_text) - len(stored.text),
        alignment=aligned,
        passage_headings=len({sentence.place.heading for sentence in around}),
        before=tuple(s.text for s in around if s.place.start < start),
        after=tuple(s.text for s in around if s.place.start > start),
    )
