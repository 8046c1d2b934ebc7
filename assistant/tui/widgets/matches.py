"""The Matches tab: the sentences that were found, and what each arm said of them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.records import ArmSummary, Hit, Trace
from assistant.tui.messages import PlaceChosen
from assistant.tui.texts import MUTED, heading_label, ordinal, place_label, with_matches

PLACES_SHOWN = 3


class Matches(OptionList):
    """One entry per hit, in rank order."""

    BINDING_GROUP_TITLE = "Matches"
    HELP = """\
The sentences that matched, best first: where each stands, and which rank each arm gave it.
Underlined words are those that the question shares with the sentence.

Scores of different arms have different scales and are never compared; ranks are.
**Enter** opens the sentence in its document.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="matches.open"),
    ]

    def __init__(self) -> None:
        super().__init__(id="matches", markup=False)
        self._trace: Trace | None = None

    def show_trace(self, trace: Trace) -> None:
        self._trace = trace
        labels = {arm.name: arm for arm in trace.arms}
        self.clear_options()
        self.add_options([Option(_match(hit, trace, labels)) for hit in trace.hits])
        if trace.hits:
            self.highlighted = 0

    def highlight_hit(self, rank: int) -> None:
        self.highlighted = rank - 1

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._trace is not None:
            self.post_message(PlaceChosen(self._trace.hits[event.option_index].place))


def _match(hit: Hit, trace: Trace, arms: dict[str, ArmSummary]) -> Content:
    heading = heading_label(hit.place.heading[-1:])
    lines = [
        Content.assemble(
            (f"{hit.rank} ", "bold $text-accent"),
            (place_label(hit.place), "bold"),
            (f"  {heading}" if heading else "", MUTED),
        ),
        with_matches(hit.sentence, hit.terms),
        Content.assemble((_parts_in_words(hit, trace, arms), MUTED)),
    ]
    if hit.repeats:
        lines.append(Content.assemble((_also_at(hit), MUTED)))
    if hit.unknown_share > 0.5:
        lines.append(
            Content.assemble(
                ("! the encoder cannot read most of this sentence", "$text-warning"),
            )
        )
    return Content("\n").join([*lines, Content("")])


def _also_at(hit: Hit) -> str:
    shown = ", ".join(place_label(place) for place in hit.repeats[:PLACES_SHOWN])
    left = len(hit.repeats) - PLACES_SHOWN
    return f"the same in {shown}" + (f" and {left:,} more places" if left > 0 else "")


def _parts_in_words(hit: Hit, trace: Trace, arms: dict[str, ArmSummary]) -> str:
    said = ", ".join(f"{ordinal(part.rank)} in {arms[part.arm].label}" for part in hit.parts)
    return f"{said}: fused {hit.score:.4f}" if trace.fusion else f"{said}, score {hit.score:.3f}"
