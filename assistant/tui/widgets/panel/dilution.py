"""The Dilution tab: the selected sentence alone, in its passage and in its section."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.records import Dilution, GrainStanding
from assistant.tui.texts import MUTED, counted, one_line, place_label
from assistant.tui.widgets.panel.dilution_words import dilution_in_words
from assistant.tui.widgets.panel.matrix import MAXSIM
from assistant.tui.widgets.panel.tab import PanelTab, Shown

BAR = 6
LABEL_WIDTH = 7
COLUMN = 14


class DilutionScroll(VerticalScroll):
    BINDING_GROUP_TITLE = "Dilution"
    HELP = """\
A vector of many words says a little of each: the sentence that answers is diluted by its
neighbours. For the sentence selected in Matches or Poolings each row shows one pooling: where the
sentence's own vector stands among all sentences, its passage's among all passages, and its
section's among all sections, with the cosines below.

The bars show ranks: full for the 1st, empty for the last, by the logarithm, so that 1st to 10th
weighs as much as 10th to 100th. Ranks of different grains are out of different numbers.
"""


class DilutionTab(PanelTab):
    def compose(self) -> ComposeResult:
        with DilutionScroll(id="dilution-scroll"):
            yield Static(id="dilution-text", markup=False)

    @property
    def focus_target(self) -> Widget:
        return self.query_one(DilutionScroll)

    def draw(self) -> None:
        lines = Content("\n").join(_lines(self.shown))
        self.query_one("#dilution-text", Static).update(lines)


def _lines(shown: Shown) -> Iterator[Content]:
    trace, hit, compared = shown.trace, shown.hit, shown.compared
    if trace is None or shown.waiting:
        yield Content.styled(shown.waiting, MUTED)
        return
    if hit is None:
        yield Content.styled("Nothing matched, so nothing is diluted.", MUTED)
        return
    yield Content.assemble((f"{hit.rank} ", "bold $text-accent"), (place_label(hit.place), "bold"))
    yield Content(one_line(hit.sentence))
    if compared is None:
        yield Content.styled(f"\n{shown.fault or 'Ranking under every pooling …'}", MUTED)
        return
    yield Content("")
    yield Content(dilution_in_words(shown, trace.pooling))
    yield Content("")
    active = compared.dilution[trace.pooling]
    yield Content.styled(_sizes(shown, active), MUTED)
    yield Content("")
    heads = "".join(f"{head:<{COLUMN}}" for head in ("alone", "in passage", "in section"))
    yield Content.styled(f"{'':<{LABEL_WIDTH}}{heads}", "bold")
    for pooling, dilution in compared.dilution.items():
        yield _row(shown, pooling, dilution)
    yield _maxsim_row(shown)
    yield Content("")
    legend = "bar: the rank, full for the 1st, by its logarithm; below: cosine; ★ trained"
    yield Content.styled(legend, MUTED)


def _sizes(shown: Shown, dilution: Dilution) -> str:
    sizes = (
        f"{dilution.sentence_tokens} tokens in a passage of {dilution.passage_tokens:,}"
        f" in a section of {dilution.section_tokens:,}"
    )
    explained = shown.explained
    if explained is None:
        return sizes
    around = len(explained.before) + len(explained.after)
    return (
        f"{sizes}; the passage holds {counted(around, 'other sentence')} under"
        f" {counted(explained.passage_headings, 'heading')}"
    )


def _row(shown: Shown, pooling: str, dilution: Dilution) -> Content:
    trace = shown.trace
    assert trace is not None  # there is a dilution
    label = f"{shown.label_of(pooling)}{'★' if pooling == trace.trained_pooling else ''}"
    style = "bold underline" if pooling == trace.pooling else ""
    standings = (dilution.sentence, dilution.passage, dilution.section)
    cells = [Content.styled(f"{label:<{LABEL_WIDTH}}"[:LABEL_WIDTH], style), *map(_cell, standings)]
    cosines = "".join(f"{s.score:>{COLUMN - 1}.2f} " for s in standings)
    return Content("").join([*cells, Content.styled(f"\n{'':<{LABEL_WIDTH}}{cosines}", MUTED)])


def _cell(standing: GrainStanding) -> Content:
    bar = rank_bar(standing.rank, standing.of)
    return Content.assemble((bar, "$accent"), f"{standing.rank:>{COLUMN - BAR - 1},} ")


def _maxsim_row(shown: Shown) -> Content:
    """MaxSim keeps every token: there is no passage vector to dilute it."""
    trace, compared = shown.trace, shown.compared
    assert trace is not None and trace.comparison is not None and compared is not None
    rank = compared.ranks[MAXSIM]
    if rank is None:
        return Content.styled(f"{'MaxSim':<{LABEL_WIDTH}}not among its candidates", MUTED)
    bar = rank_bar(rank, trace.comparison.maxsim_pool)
    keeps = f"{'MaxSim':<{LABEL_WIDTH}}"
    return Content.assemble(
        keeps, (bar, "$accent"), f"{rank:>{COLUMN - BAR - 1},}  keeps every token"
    )


def rank_bar(rank: int, of: int) -> str:
    """All cells for the first of many, none for the last, by the logarithm of the rank."""
    share = 1.0 if of < 2 else 1 - log(rank) / log(of)
    eighths = round(share * BAR * 8)
    part = " ▏▎▍▌▋▊▉"[eighths % 8].strip()
    return ("█" * (eighths // 8) + part).ljust(BAR, "·")
