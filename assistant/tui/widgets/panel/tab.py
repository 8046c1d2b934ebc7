"""What every tab of the side panel is: a view of one trace, drawn when it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from assistant.records import Answer, Hit, SentenceComparison, SentenceExplanation, Trace
from assistant.tui.opening import Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows. All tabs show the same."""

    trace: Trace | None = None
    selected: int = 0
    """The hit that every tab speaks of: its place in `trace.hits`."""
    choices: tuple[Choice, ...] = ()
    """The poolings, with their labels."""
    answer: Answer | None = None
    fault: str = ""
    """Why the trace has no ranks of poolings, or no tokens, where something went wrong."""
    waiting: str = ""
    """What is shown in place of the trace: why there is none."""

    @property
    def hit(self) -> Hit | None:
        hits = self.trace.hits if self.trace else ()
        return hits[self.selected] if self.selected < len(hits) else None

    @property
    def compared(self) -> SentenceComparison | None:
        comparison = self.trace.comparison if self.trace else None
        return comparison.sentences[self.selected] if comparison and self.hit else None

    @property
    def explained(self) -> SentenceExplanation | None:
        explanation = self.trace.explanation if self.trace else None
        sentences = explanation.sentences if explanation and self.hit else ()
        return sentences[self.selected] if self.selected < len(sentences) else None

    def label_of(self, pooling: str) -> str:
        return {choice.name: choice.label for choice in self.choices}.get(pooling, "MaxSim")


class HitSelected(Message):
    """Another hit is to be spoken of, in every tab."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class PanelTab(Vertical):
    """Draws `shown` in `draw`, which is called only while the tab can be seen."""

    needs_explanation = False
    """Whether it cannot be drawn before the trace says why, token by token."""

    def __init__(self) -> None:
        super().__init__(classes="panel-tab")
        self.shown = Shown()
        self._is_stale = False

    def take(self, shown: Shown, is_active: bool) -> None:
        if shown != self.shown:
            self.shown, self._is_stale = shown, True
        if is_active and self._is_stale:
            self._is_stale = False
            self.draw()

    def draw(self) -> None:
        raise NotImplementedError

    def on_resize(self) -> None:
        self.draw()

    @property
    def focus_target(self) -> Widget:
        """What takes the keys when the tab is gone to."""
        raise NotImplementedError
