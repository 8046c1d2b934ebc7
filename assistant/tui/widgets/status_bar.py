"""One line that says what is open, how it is searched, and how far long work has come."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ProgressBar, Static

from assistant.records import IndexProgressed
from assistant.tui.texts import MUTED


@dataclass(frozen=True, slots=True)
class Standing:
    """What the left half of the line says."""

    folder: str = ""
    documents: int = 0
    sentences: int = 0
    mode: str = ""
    pooling: str = ""


class StatusBar(Horizontal):
    def __init__(self) -> None:
        super().__init__(id="status-bar")

    def compose(self) -> ComposeResult:
        yield Static(id="standing", markup=False)
        yield Static(id="work", markup=False)
        yield ProgressBar(id="progress", show_eta=False, show_percentage=False)

    def on_mount(self) -> None:
        self.show_idle()

    def show_standing(self, standing: Standing) -> None:
        counts = f"{standing.documents:,} documents · {standing.sentences:,} sentences"
        parts = [
            Content.styled(standing.folder, "bold"),
            Content.styled(counts if standing.documents else "nothing indexed", MUTED),
            Content.styled(standing.mode, "$accent"),
            Content.styled(standing.pooling, "$accent"),
        ]
        line = Content.styled("  ·  ", MUTED).join([p for p in parts if p.plain])
        self.query_one("#standing", Static).update(line)

    def show_stage(self, text: str) -> None:
        """Work whose end cannot be counted."""
        self.query_one("#work", Static).update(Content.styled(text, "$text-warning"))
        bar = self.query_one(ProgressBar)
        bar.update(total=None)
        bar.display = True

    def show_progress(self, event: IndexProgressed, elapsed_s: float) -> None:
        left = f" · {_clock(event.left_s)} left" if event.left_s is not None else ""
        rate = f"{event.sentences_per_s:,.0f} sentences/s" if event.sentences_per_s else "reading"
        text = f"Indexing {event.files_done}/{event.files} files · {rate}{left} · Esc cancels"
        self.query_one("#work", Static).update(Content.styled(text, "$text-warning"))
        bar = self.query_one(ProgressBar)
        bar.display = True
        if event.left_s is None:
            bar.update(total=None)
        else:
            bar.update(total=elapsed_s + event.left_s, progress=elapsed_s)

    def show_idle(self, text: str = "") -> None:
        self.query_one("#work", Static).update(Content.styled(text, MUTED))
        self.query_one(ProgressBar).display = False


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
