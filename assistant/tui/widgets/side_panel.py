"""The panel beside the chat: views of the one trace of the current question."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from assistant.records import Trace
from assistant.tui.opening import Choice
from assistant.tui.widgets.matches import Matches
from assistant.tui.widgets.poolings import Poolings


class SidePanel(Vertical):
    def __init__(self) -> None:
        super().__init__(id="panel")

    def compose(self) -> ComposeResult:
        yield Static(id="panel-notes", markup=False)
        with TabbedContent(initial="matches-pane"):
            with TabPane("Matches", id="matches-pane"):
                yield Static(id="matches-empty", classes="empty", markup=False)
                yield Matches()
            with TabPane("Poolings", id="poolings-pane"):
                yield Poolings()

    def on_mount(self) -> None:
        self._show_notes(())
        self.show_empty("No question yet: type one and press Enter.")

    @property
    def matches(self) -> Matches:
        return self.query_one(Matches)

    @property
    def poolings(self) -> Poolings:
        return self.query_one(Poolings)

    def show_busy(self) -> None:
        self.show_empty("Searching …")
        self.poolings.show_waiting()

    def show_empty(self, text: str) -> None:
        """A text in place of the matches; none brings them back."""
        empty = self.query_one("#matches-empty", Static)
        empty.update(Content(text))
        empty.display = bool(text)
        self.matches.display = not text

    def show_trace(self, trace: Trace) -> None:
        self.matches.show_trace(trace)
        self.show_empty("" if trace.hits else "Nothing matches: try other words, or F2 for a mode.")
        self._show_notes(trace.notes)

    def show_comparison(self, trace: Trace, choices: tuple[Choice, ...]) -> None:
        self.poolings.show_trace(trace, choices)

    def next_tab(self) -> None:
        tabs = self.query_one(TabbedContent)
        showing_matches = tabs.active == "matches-pane"
        tabs.active = "poolings-pane" if showing_matches else "matches-pane"
        (self.poolings.matrix if showing_matches else self.matches).focus()

    def _show_notes(self, notes: tuple[str, ...]) -> None:
        shown = self.query_one("#panel-notes", Static)
        shown.update(Content("\n".join(notes)))
        shown.display = bool(notes)
