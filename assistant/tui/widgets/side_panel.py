"""The panel beside the chat: views of the one trace of the current question."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from assistant.records import Answer, Trace
from assistant.tui.opening import Choice
from assistant.tui.widgets.panel import TABS
from assistant.tui.widgets.panel.tab import HitSelected, PanelTab, Shown

NO_QUESTION = "No question yet: type one and press Enter."


class SidePanel(Vertical):
    """Holds what is shown; the tab that can be seen draws it, the others when they are gone to."""

    def __init__(self) -> None:
        super().__init__(id="panel")
        self._shown = Shown(waiting=NO_QUESTION)

    def compose(self) -> ComposeResult:
        yield Static(id="panel-notes", markup=False)
        with TabbedContent(initial=f"{next(iter(TABS))}-pane"):
            for name, (title, make) in TABS.items():
                with TabPane(title, id=f"{name}-pane"):
                    yield make()

    def on_mount(self) -> None:
        self._show_notes(())
        self._show(self._shown)

    def show_waiting(self, text: str) -> None:
        """A text in place of the trace."""
        self._show(replace(self._shown, trace=None, answer=None, selected=0, waiting=text))
        self._show_notes(())

    def show_fault(self, text: str) -> None:
        """In place of what could not be made of the trace; the matches stay."""
        self._show(replace(self._shown, fault=text))

    def show_trace(self, trace: Trace) -> None:
        """Of another question or another ranking, or the same trace with more in it."""
        is_same = self._shown.trace is not None and self._shown.trace.hits == trace.hits
        selected = self._shown.selected if is_same else 0
        self._show(replace(self._shown, trace=trace, selected=selected, waiting="", fault=""))
        self._show_notes(trace.notes)

    def show_answer(self, answer: Answer) -> None:
        self._show(replace(self._shown, answer=answer))

    def take_choices(self, choices: tuple[Choice, ...]) -> None:
        """The poolings' labels."""
        self._show(replace(self._shown, choices=choices))

    @on(HitSelected)
    def _select(self, event: HitSelected) -> None:
        event.stop()
        self._show(replace(self._shown, selected=event.index))

    @on(TabbedContent.TabActivated)
    def _draw_active(self, event: TabbedContent.TabActivated) -> None:
        event.stop()
        self._show(self._shown)

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        active = self._active
        for tab in self.query(PanelTab):
            tab.take(shown, tab is active)

    @property
    def is_explaining(self) -> bool:
        """Whether the tab that is looked at waits for the tokens, not for the ranks."""
        return self._active is not None and self._active.needs_explanation

    @property
    def _active(self) -> PanelTab | None:
        pane = self.query_one(TabbedContent).active_pane
        return pane.query_one(PanelTab) if pane is not None else None

    def go_to_tab(self, step: int) -> None:
        """The next one, or with -1 the one before."""
        tabs = self.query_one(TabbedContent)
        names = [f"{name}-pane" for name in TABS]
        tabs.active = names[(names.index(tabs.active) + step) % len(names)]
        if (active := self._active) is not None:
            active.take(self._shown, is_active=True)
            active.focus_target.focus()

    def _show_notes(self, notes: tuple[str, ...]) -> None:
        shown = self.query_one("#panel-notes", Static)
        shown.update(Content("\n".join(notes)))
        shown.display = bool(notes)
