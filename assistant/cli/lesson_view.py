"""The lesson into its JSON: every number that the text shows, and the text."""

from __future__ import annotations

from typing import Any

from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.records import Dilution, GrainStanding, Lesson, Toy
from assistant.retrieval.modes import MODES

View = dict[str, Any]


def lesson_view(lesson: Lesson) -> View:
    trace, compared = lesson.trace, lesson.compared
    dilution = compared.dilution[trace.trained_pooling]
    return {
        "question": trace.question,
        "document": lesson.hit.place.document,
        "line": lesson.hit.place.line,
        "sentence": lesson.hit.sentence,
        "trained_pooling": trace.trained_pooling,
        "tokens": {
            "sentence": dilution.sentence_tokens,
            "passage": dilution.passage_tokens,
            "chapter": dilution.section_tokens,
        },
        "poolings": [
            {
                "pooling": name,
                "label": pooling.label,
                "summary": pooling.summary,
                "models": list(lesson.models[name]),
                **_standings(compared.dilution[name]),
            }
            for name, pooling in POOLINGS.items()
        ],
        "maxsim_rank": compared.ranks[MAXSIM],
        "modes": [
            {"mode": m.name, "label": m.label, "wins": m.wins, "rank": compared.mode_ranks[m.name]}
            for m in MODES.values()
        ],
        "toy": _toy(lesson.toy),
        "steps": [{"title": step.title, "lines": list(step.lines)} for step in lesson.steps],
    }


def _standings(dilution: Dilution) -> View:
    return {
        "sentence": _standing(dilution.sentence),
        "passage": _standing(dilution.passage),
        "chapter": _standing(dilution.section),
    }


def _standing(standing: GrainStanding) -> View:
    return {"rank": standing.rank, "of": standing.of, "cosine": standing.score}


def _toy(toy: Toy) -> View:
    return {
        "tokens": [list(token) for token in toy.tokens],
        "n_alone": toy.n_alone,
        "question": list(toy.question),
        "poolings": [
            {
                "pooling": each.pooling,
                "alone": list(each.alone),
                "whole": list(each.whole),
                "cosine_alone": each.cosine_alone,
                "cosine_whole": each.cosine_whole,
            }
            for each in toy.poolings
        ],
        "maxsim": {"alone": toy.maxsim_alone, "whole": toy.maxsim_whole},
    }
