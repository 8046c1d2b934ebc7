"""What each sentence of an answer rests on: a line of counts that opens into the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Collapsible, OptionList
from textual.widgets.option_list import Option

from assistant.records import SIGNS, SentenceSupport, support_in_words
from assistant.tui.messages import PlaceChosen
from assistant.tui.texts import MUTED, one_line, place_label

_COLOURS = {"supported": "$text-success", "weak": "$text-warning", "unsupported": "$text-error"}


class SupportList(OptionList):
    """The sentences of an answer, each with its state."""

    BINDING_GROUP_TITLE = "Checked sentences"
    HELP = """\
Each sentence of the answer, held against the sentences that it cites: ✓ supported, ~ weak, \
✗ unsupported, and why. It is a check of words, numbers, names and negations, no proof. \
**Enter** opens the sentence that it rests on in its document.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select",
            "Open",
            tooltip="Show the sentence that it rests on in its document",
            id="grounding.open",
        ),
    ]


class Grounding(Vertical):
    """Hidden until an answer was checked; opened where something in it is not supported."""

    def __init__(self) -> None:
        super().__init__(classes="grounding")
        self._grounding: tuple[SentenceSupport, ...] = ()

    def compose(self) -> ComposeResult:
        with Collapsible(title="Checked", collapsed=True):
            yield SupportList(markup=False)

    def on_mount(self) -> None:
        self.display = False

    def show(self, grounding: Sequence[SentenceSupport]) -> None:
        self._grounding = tuple(grounding)
        self.display = bool(grounding)
        listed = self.query_one(SupportList)
        listed.clear_options()
        listed.add_options([Option(_line(support)) for support in grounding])
        self.query_one(Collapsible).title = support_in_words(grounding)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        place = self._grounding[event.option_index].place
        if place is None:
            self.notify("This sentence rests on none of those that were sent.")
        else:
            self.post_message(PlaceChosen(place))


def _line(support: SentenceSupport) -> Content:
    rests = f"→ {place_label(support.place)}" if support.place else "rests on nothing"
    told = "  ".join(part for part in (support.reason, rests) if part)
    return Content.assemble(
        (f"{SIGNS[support.state]} ", f"bold {_COLOURS[support.state]}"),
        one_line(support.sentence),
        (f"\n  {one_line(told)}", MUTED),
    )
