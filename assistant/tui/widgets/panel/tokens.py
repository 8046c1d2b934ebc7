"""The Tokens tab: what the encoder saw of the question and of the selected sentence."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.records import Inspection, WordPiece
from assistant.tui.texts import MUTED, one_line
from assistant.tui.widgets.panel.tab import PanelTab, Shown

LEVELS = (("▁", ""), ("▃", "on $accent 15%"), ("▅", "on $accent 35%"), ("▇", "on $accent 55%"))
MOST_WINNERS = 8


class TokensScroll(VerticalScroll):
    BINDING_GROUP_TITLE = "Tokens"
    HELP = """\
The word pieces that the encoder was given. The shape before a piece and its tint show the length
of its state between the shortest and the longest of the text: under mean pooling a longer one
weighs more. `?` marks pieces that the vocabulary does not know: the encoder sees them all as one.

The max-pooled vector takes each dimension from the token with the largest value there; the last
line says which tokens gave most dimensions. The numbers are those of `assistant inspect`.
"""


class TokensTab(PanelTab):
    needs_explanation = True

    def compose(self) -> ComposeResult:
        with TokensScroll(id="tokens-scroll"):
            yield Static(id="tokens-text", markup=False)

    @property
    def focus_target(self) -> Widget:
        return self.query_one(TokensScroll)

    def draw(self) -> None:
        lines = Content("\n").join(_lines(self.shown))
        self.query_one("#tokens-text", Static).update(lines)


def _lines(shown: Shown) -> Iterator[Content]:
    trace = shown.trace
    if trace is None or shown.waiting:
        yield Content.styled(shown.waiting, MUTED)
        return
    if trace.explanation is None:
        yield Content.styled(shown.fault or "Reading the tokens …", MUTED)
        return
    yield from _inspected("Question", trace.explanation.question, shown)
    if shown.explained is not None and shown.hit is not None:
        yield Content("")
        yield from _inspected(f"Sentence {shown.hit.rank}", shown.explained.inspection, shown)


def _inspected(title: str, inspection: Inspection, shown: Shown) -> Iterator[Content]:
    reading, norms = inspection.reading, inspection.token_norms
    n_states, dimension = inspection.hidden_state_shape
    yield Content.styled(title, "bold $text-accent")
    pieces = [_piece(piece, norms.min, norms.max) for piece in inspection.pieces]
    if reading.truncated:
        cut = f" ✂ {reading.truncated:,} tokens more are cut off"
        pieces.append(Content.styled(cut, "bold $text-error"))
    yield Content(" ").join(pieces)
    unknown = f", {reading.unknown:,} of them unknown" if reading.unknown else ""
    yield Content.styled(
        f"{reading.tokens:,} tokens{unknown}; hidden state {n_states} x {dimension}", MUTED
    )
    yield Content.styled(
        f"token norms: min {norms.min:.2f}, mean {norms.mean:.2f}, max {norms.max:.2f}", MUTED
    )
    pooled = (
        f"{shown.label_of(name)} {norm:.2f}" for name, norm in inspection.pooled_norms.items()
    )
    yield Content.styled(f"pooled norms: {' · '.join(pooled)}", MUTED)
    winners = sorted(inspection.pieces, key=lambda piece: -piece.dimensions_won)[:MOST_WINNERS]
    won = (f"{one_line(p.text)} {p.dimensions_won}" for p in winners if p.dimensions_won)
    yield Content.styled(f"of {dimension} max-pooled dimensions: {' · '.join(won)}", MUTED)


def _piece(piece: WordPiece, shortest: float, longest: float) -> Content:
    if piece.is_unknown:
        return Content.styled(f"?{one_line(piece.text)}", "bold $text-error")
    share = (piece.norm - shortest) / (longest - shortest) if longest > shortest else 0.0
    shape, tint = LEVELS[min(int(share * len(LEVELS)), len(LEVELS) - 1)]
    style = "dim" if piece.is_special else tint
    text = f"{shape}{one_line(piece.text)}"
    return Content.styled(text, style) if style else Content(text)
