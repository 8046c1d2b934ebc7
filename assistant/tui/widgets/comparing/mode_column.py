"""One mode's best sentences, below its name and its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.cells import chop_cells
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.records import Hit, Trace
from assistant.tui.joining import Join, SentenceKey, key_of
from assistant.tui.messages import PlaceChosen
from assistant.tui.opening import Choice
from assistant.tui.texts import MUTED, fitted, one_line, place_label

TEXT_WIDTH = 35
"""Cells of an entry, within a column of `.mode-column`'s width."""


class SentencePointed(Message):
    """The cursor is on this sentence, in whichever column."""

    def __init__(self, key: SentenceKey) -> None:
        super().__init__()
        self.key = key


class RankedList(OptionList):
    """A mode's hits: a letter joins those that other columns have too."""

    BINDING_GROUP_TITLE = "Mode"
    HELP = """\
The best sentences of one mode. The letter and colour say that other columns have the sentence too;
**▶** stands where the sentence under the cursor is in them. **Enter** opens it in its document,
**Left** and **Right** go to the next mode.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="column.open"),
        # Here, because the row of columns has these keys for scrolling.
        Binding("right", "screen.go(1)", "Next mode", show=False, tooltip="Next", id="column.next"),
        Binding(
            "left", "screen.go(-1)", "Mode before", show=False, tooltip="Back", id="column.back"
        ),
    ]

    def __init__(self) -> None:
        super().__init__(classes="ranked", markup=False)
        self._hits: tuple[Hit, ...] = ()
        self._joins: Mapping[SentenceKey, Join] = {}
        self._pointed: SentenceKey | None = None

    def show(self, trace: Trace, joins: Mapping[SentenceKey, Join]) -> None:
        at = self.highlighted
        self._hits, self._joins = trace.hits, joins
        self.clear_options()
        self.add_options([Option(self._entry(hit)) for hit in trace.hits])
        self.highlighted = at if at is not None and at < len(trace.hits) else None
        if self.has_focus:
            self._begin()

    def point_at(self, key: SentenceKey) -> None:
        if key != self._pointed:
            self._pointed = key
            for i, hit in enumerate(self._hits):
                self.replace_option_prompt_at_index(i, self._entry(hit))

    def _entry(self, hit: Hit) -> Content:
        is_pointed_at = key_of(hit) == self._pointed
        join = self._joins.get(key_of(hit))
        letter = (f"{join.letter:<2}", join.style) if join else ("· ", MUTED)
        place = fitted(place_label(hit.place), TEXT_WIDTH - 8)
        return Content.assemble(
            ("▶" if is_pointed_at else " ", "bold $text-accent"),
            (f"{hit.rank:>3} ", "bold"),
            letter,
            (place.rstrip(), MUTED),
            "\n     ",
            ("\n     ".join(_first_lines(hit.sentence)), join.style if join else ""),
        )

    def on_focus(self) -> None:
        self._begin()

    def _begin(self) -> None:
        if self.highlighted is None and self._hits:
            self.highlighted = 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self.has_focus:
            self.post_message(SentencePointed(key_of(self._hits[event.option_index])))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(PlaceChosen(self._hits[event.option_index].place))


class ModeColumn(Vertical):
    """The mode's hits for the question at hand and, below, for what is laid beside it."""

    def __init__(self, choice: Choice, is_active: bool) -> None:
        super().__init__(classes="mode-column")
        self.mode = choice.name
        self._label = choice.label
        self._is_active = is_active

    def compose(self) -> ComposeResult:
        yield Static(self._head(None), classes="mode-head", markup=False)
        yield RankedList()
        yield Static(classes="mode-head beside-head", markup=False)
        yield RankedList()

    def on_mount(self) -> None:
        self.show_beside(None, {})

    @property
    def lists(self) -> tuple[RankedList, RankedList]:
        upper, lower = self.query(RankedList)
        return upper, lower

    def show(self, trace: Trace, joins: Mapping[SentenceKey, Join]) -> None:
        self.query_one(".mode-head", Static).update(self._head(trace))
        self.lists[0].show(trace, joins)

    def show_beside(self, trace: Trace | None, joins: Mapping[SentenceKey, Join]) -> None:
        head = self.query_one(".beside-head", Static)
        head.display = self.lists[1].display = trace is not None
        if trace is not None:
            head.update(Content.styled(f"beside · {_told(trace)}", MUTED))
            self.lists[1].show(trace, joins)

    def point_at(self, key: SentenceKey) -> None:
        for ranked in self.lists:
            ranked.point_at(key)

    def _head(self, trace: Trace | None) -> Content:
        active = "● " if self._is_active else ""
        told = _told(trace) if trace else "waiting"
        return Content.assemble(
            (active, "$text-accent"), (self._label, "bold"), (f"  {told}", MUTED)
        )


def _first_lines(sentence: str) -> list[str]:
    """Broken between words where there are some; Chinese has no blanks."""
    width = TEXT_WIDTH - 5
    first = chop_cells(one_line(sentence), width)[0]
    rest = one_line(sentence)[len(first) :]
    if rest and not rest.startswith(" ") and " " in first[width // 2 :]:
        cut = first.rindex(" ")
        first, rest = first[:cut], first[cut:] + rest
    return [first, fitted(rest, width).rstrip()] if rest.strip() else [first]


def _told(trace: Trace) -> str:
    found = "" if trace.hits else " · nothing found"
    return f"{trace.timings['total'] * 1000:.0f} ms{found}"
