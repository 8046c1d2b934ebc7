"""Records into the JSON that others rely on, the same in every command and every exported file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.records import (
    Answer,
    Check,
    Comparison,
    Dilution,
    DocumentSummary,
    EvidenceStrength,
    Explanation,
    FileFailed,
    Hit,
    IndexReport,
    Inspection,
    Place,
    Reading,
    SentenceComparison,
    SentenceSupport,
    Trace,
)

View = dict[str, Any]


def trace_view(trace: Trace) -> View:
    return {
        "question": trace.question,
        "searched": trace.searched,
        "mode": trace.mode,
        "pooling": trace.pooling,
        "engine": trace.engine,
        "hits": [_hit(hit) for hit in trace.hits],
        "reading": asdict(trace.reading),
        "arms": [
            {"arm": arm.name, "label": arm.label, "weight": arm.weight, "found": arm.found}
            for arm in trace.arms
        ],
        "fusion": trace.fusion,
        "evidence": _evidence(trace.evidence),
        "notes": list(trace.notes),
        "added_terms": [{"term": a.term, "of": a.of} for a in trace.added_terms],
        "rewrites": [{"text": r.text, "by": r.by} for r in trace.rewrites],
        "n_sentences": trace.n_sentences,
        "scope": {name: list(values) for name, values in asdict(trace.scope).items()},
        "timings": trace.timings,
    }


def _evidence(evidence: EvidenceStrength | None) -> View | None:
    if evidence is None:
        return None
    return {
        "strength": evidence.strength,
        "floor": evidence.floor,
        "words": evidence.words,
        "meaning": evidence.meaning,
    }


def _hit(hit: Hit) -> View:
    return {
        "rank": hit.rank,
        "score": hit.score,
        **_place(hit.place),
        "heading": list(hit.place.heading),
        "sentence": hit.sentence,
        "passage": hit.passage,
        "parts": [{"arm": p.arm, "rank": p.rank, "score": p.score} for p in hit.parts],
        "terms": [
            {"term": t.term, "start": t.start, "end": t.end, "score": t.score} for t in hit.terms
        ],
        "unknown_share": hit.unknown_share,
        "repeats": [_place(place) for place in hit.repeats],
    }


def _place(place: Place) -> View:
    return {
        "document": place.document,
        "line": place.line,
        "page": place.page,
        "page_label": place.page_label,
    }


def comparison_view(trace: Trace, comparison: Comparison) -> View:
    """Search's fields and what the poolings and modes say of each hit."""
    return {
        **trace_view(trace),
        "poolings": list(comparison.poolings),
        "trained_pooling": comparison.trained_pooling,
        "maxsim_pool": comparison.maxsim_pool,
        "chroma_state": comparison.chroma_state,
        "sentences": [
            _compared(hit, sentence, trace.pooling)
            for hit, sentence in zip(trace.hits, comparison.sentences, strict=True)
        ],
        "explanation": _explanation(trace.explanation),
        "agreement": [
            {
                "a": pair.a,
                "b": pair.b,
                "kendall_tau": pair.kendall_tau,
                "overlap_at_10": pair.overlap_at_10,
            }
            for pair in comparison.agreement
        ],
    }


def _explanation(explanation: Explanation | None) -> View | None:
    if explanation is None:
        return None
    return {
        "question": _inspected(explanation.question),
        "sentences": [
            {
                **_inspected(why.inspection),
                "alignment": [
                    {
                        "question_token": aligned.question_token,
                        "token": aligned.token,
                        "start": aligned.start,
                        "end": aligned.end,
                        "cosine": aligned.cosine,
                    }
                    for aligned in why.alignment
                ],
                "passage_headings": why.passage_headings,
            }
            for why in explanation.sentences
        ],
        "note": explanation.note,
    }


def _inspected(inspection: Inspection) -> View:
    """As `inspect` tells it, and each token."""
    pieces = [
        {
            "token": piece.text,
            "norm": piece.norm,
            "dimensions_won": piece.dimensions_won,
            "is_unknown": piece.is_unknown,
        }
        for piece in inspection.pieces
    ]
    return {**inspection_view(inspection), "pieces": pieces}


def _compared(hit: Hit, sentence: SentenceComparison, pooling: str) -> View:
    return {
        "document": hit.place.document,
        "line": hit.place.line,
        "sentence": hit.sentence,
        "embedded_text": sentence.embedded_text,
        "ranks": sentence.ranks,
        "scores": sentence.scores,
        "mode_ranks": sentence.mode_ranks,
        "chroma_rank": sentence.chroma_rank,
        "dilution": _dilution(sentence.dilution[pooling]),
    }


def _dilution(dilution: Dilution) -> View:
    """Cosines with the sentence alone, its passage and its section, under the active pooling."""
    grains = {
        "sentence": dilution.sentence,
        "passage": dilution.passage,
        "section": dilution.section,
    }
    return {
        **{grain: standing.score for grain, standing in grains.items()},
        "sentence_tokens": dilution.sentence_tokens,
        "passage_tokens": dilution.passage_tokens,
        "section_tokens": dilution.section_tokens,
        "ranks": {grain: standing.rank for grain, standing in grains.items()},
        "of": {grain: standing.of for grain, standing in grains.items()},
    }


def answer_view(trace: Trace, answer: Answer) -> View:
    """Search's fields and the answer to its question."""
    return {**trace_view(trace), **answer_fields(answer)}


def answer_fields(answer: Answer) -> View:
    prompt = answer.prompt
    return {
        "answer": answer.text,
        "citations": [
            {"marker": c.marker, **_place(c.place), "quote": c.quote} for c in answer.citations
        ],
        "uncited": list(answer.uncited),
        "declined": answer.declined,
        "backend": answer.backend,
        "chat_model": answer.chat_model,
        "prompt": {
            "tokens": prompt.tokens,
            "num_ctx": prompt.num_ctx,
            "sent": list(prompt.sent),
            "left_out": list(prompt.left_out),
            "passages": [
                {
                    "passage": p.name,
                    "tokens": p.tokens,
                    "sentences": p.sentences,
                    "why_not": p.why_not,
                }
                for p in prompt.passages
            ],
            "earlier_sent": prompt.earlier_sent,
            "earlier_left_out": prompt.earlier_left_out,
            "prompt_eval_count": answer.prompt_eval_count,
            "is_cut": answer.is_prompt_cut,
        },
        "grounding": [_support(each) for each in answer.grounding],
        "stopped": answer.stopped,
        "dropped_markers": answer.dropped_markers,
        "answer_notes": list(answer.notes),
    }


def _support(support: SentenceSupport) -> View:
    return {
        "sentence": support.sentence,
        "state": support.state,
        "reason": support.reason,
        "cited": support.is_cited,
        "words": support.words,
        "meaning": support.meaning,
        "rests_on": None
        if support.place is None
        else {"marker": support.marker, **_place(support.place), "quote": support.quote},
    }


def inspection_view(inspection: Inspection) -> View:
    norms = inspection.token_norms
    return {
        "text": inspection.text,
        "tokens": list(inspection.tokens),
        "n_tokens": inspection.reading.tokens,
        "unknown": inspection.reading.unknown,
        "truncated": inspection.reading.truncated,
        "hidden_state_shape": list(inspection.hidden_state_shape),
        "pooled": {name: {"norm": norm} for name, norm in inspection.pooled_norms.items()},
        "token_norms": {"min": norms.min, "max": norms.max, "mean": norms.mean},
    }


def index_view(report: IndexReport) -> View:
    return {
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "failures": _failures(report.failures),
        "warnings": _failures(report.warnings),
        "documents": report.documents,
        "passages": report.passages,
        "sentences": report.sentences,
        "unreadable_share": report.unreadable_share,
        "truncated_passages": report.truncated_passages,
        "elapsed_s": report.elapsed_s,
        "model": report.model,
    }


def _failures(failures: Sequence[FileFailed]) -> list[View]:
    return [{"document": failed.document, "reason": failed.reason} for failed in failures]


def documents_view(documents: Sequence[DocumentSummary], model: str) -> View:
    """In the order given; `total` is how all of them were read together."""
    return {
        "documents": [
            {
                "document": d.path,
                "title": d.title,
                "format": d.format,
                "sentences": d.sentences,
                **_reading(d.reading),
                "cut_sentences": d.cut_sentences,
                "readability": d.readability,
                "pages": d.pages,
                "characters": d.characters,
                "dropped_characters": d.dropped_characters,
                "cut_passages": d.cut_passages,
                "warnings": list(d.warnings),
            }
            for d in documents
        ],
        "total": {
            "documents": len(documents),
            "sentences": sum(d.sentences for d in documents),
            **_reading(sum((d.reading for d in documents), Reading(0, 0, 0))),
            "cut_sentences": sum(d.cut_sentences for d in documents),
            "unreadable": sum(d.readability == "unreadable" for d in documents),
            "partly": sum(d.readability == "partly" for d in documents),
        },
        "model": model,
    }


def _reading(reading: Reading) -> View:
    return {
        "tokens": reading.tokens,
        "unknown": reading.unknown,
        "unknown_share": reading.unknown_share,
        "truncated": reading.truncated,
        "truncated_share": reading.truncated_share,
    }


def checks_view(checks: Sequence[Check], code: int) -> View:
    return {
        "ok": code == 0,
        "checks": [
            {"name": c.name, "ok": c.ok, "detail": c.detail, "hint": c.hint} for c in checks
        ],
    }
