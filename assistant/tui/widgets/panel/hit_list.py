"""A list of the trace's hits: Enter opens one, `a` marks it as an answer, all tabs follow."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.tui.messages import PlaceChosen, SentenceMarked
from assistant.tui.widgets.panel.tab import HitSelected, Shown


class HitList(OptionList):
    """One entry per hit of the trace, in any order."""

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id, markup=False)
        self._shown = Shown()
        self._order: list[int] = []

    def show(self, shown: Shown, entries: Iterable[Content], order: list[int]) -> None:
        """`order`: for each entry the place of its hit in the trace."""
        self._shown, self._order = shown, order
        self.clear_options()
        self.add_options([Option(entry) for entry in entries])
        if shown.selected in order:
            self.highlighted = order.index(shown.selected)

    def follow(self, shown: Shown) -> None:
        """The same entries, perhaps with another one selected."""
        self._shown = shown
        if shown.selected in self._order:
            self.highlighted = self._order.index(shown.selected)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        index = self._order[event.option_index] if event.option_index < len(self._order) else 0
        if index != self._shown.selected:
            self.post_message(HitSelected(index))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._shown.trace is not None:
            hit = self._shown.trace.hits[self._order[event.option_index]]
            self.post_message(PlaceChosen(hit.place))

    def action_mark(self) -> None:
        trace, hit = self._shown.trace, self._shown.hit
        if trace is not None and hit is not None:
            self.post_message(SentenceMarked(trace.question, hit.place, hit.sentence))
