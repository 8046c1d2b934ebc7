"""Dilution in one sentence: what its passage and its section do to a hit under one pooling."""

from __future__ import annotations

from assistant.tui.texts import ordinal
from assistant.tui.widgets.panel.matrix import MAXSIM
from assistant.tui.widgets.panel.tab import Shown


def dilution_in_words(shown: Shown, pooling: str) -> str:
    """Ranks are among all sentences, all passages, all sections; empty without a comparison."""
    compared = shown.compared
    if compared is None:
        return ""
    dilution, label = compared.dilution[pooling], shown.label_of(pooling)
    alone, passage, section = dilution.sentence, dilution.passage, dilution.section
    maxsim = compared.ranks[MAXSIM]
    kept = f" MaxSim puts the sentence {ordinal(maxsim)}." if maxsim is not None else ""
    return (
        f"{label}: alone {ordinal(alone.rank)} of {alone.of:,} sentences; its"
        f" {dilution.passage_tokens}-token passage {ordinal(passage.rank)} of {passage.of:,}; its"
        f" {dilution.section_tokens:,}-token section {ordinal(section.rank)} of"
        f" {section.of:,}.{kept}"
    )
