"""The Matches tab: the sentences that were found, and why the selected one was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.records import ArmSummary, Hit, SentenceExplanation, Trace
from assistant.tui.texts import MUTED, heading_label, one_line, ordinal, place_label, with_matches
from assistant.tui.widgets.panel.hit_list import HitList
from assistant.tui.widgets.panel.tab import PanelTab, Shown

PLACES_SHOWN = 3
GRADES = ((0.8, "$accent 55%", "▆"), (0.6, "$accent 35%", "▄"), (0.4, "$accent 18%", "▂"))
"""Cosine from which on, its tint, and the same as a shape."""

NOTHING = "Nothing matches: try other words, or F2 for a mode."


class Matches(HitList):
    BINDING_GROUP_TITLE = "Matches"
    HELP = """\
The sentences that matched, best first: where each stands, and which rank each arm gave it.
Underlined words are those that the question shares with the sentence. The deeper a word's tint,
the nearer it is to a token of the question (cosine of the token vectors).

Below the list, for the selected sentence: for every token of the question its nearest token here,
which together are the MaxSim score; what each shared word adds to the BM25 score; how the ranks
were fused; and the sentences that stand around it.

Scores of different arms have different scales and are never compared; ranks are.
**Enter** opens the sentence in its document, **a** keeps it as an answer to the question.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="matches.open"),
        Binding("a", "mark", "Answers it", tooltip="This sentence answers the question", id="mark"),
    ]


class MatchesTab(PanelTab):
    def compose(self) -> ComposeResult:
        yield Static(id="matches-empty", classes="empty", markup=False)
        yield Matches("matches")
        with VerticalScroll(id="match-why", can_focus=False):
            yield Static(id="match-why-text", markup=False)

    @property
    def matches(self) -> Matches:
        return self.query_one(Matches)

    @property
    def focus_target(self) -> Widget:
        return self.matches

    def draw(self) -> None:
        shown = self.shown
        is_listed = bool(shown.trace and shown.trace.hits) and not shown.waiting
        empty = self.query_one("#matches-empty", Static)
        empty.update(Content(shown.waiting or NOTHING))
        empty.display = not is_listed
        self.matches.display = is_listed
        why = self.query_one("#match-why")
        why.display = is_listed and shown.hit is not None
        if not is_listed or shown.trace is None:
            return
        self.matches.show(shown, _entries(shown.trace), list(range(len(shown.trace.hits))))
        self._draw_why()

    def _draw_why(self) -> None:
        if self.shown.trace is not None and self.shown.hit is not None:
            lines = Content("\n").join(_why(self.shown, self.shown.hit))
            self.query_one("#match-why-text", Static).update(lines)

    def take(self, shown: Shown, is_active: bool) -> None:
        is_same_list = shown.trace is self.shown.trace and shown.waiting == self.shown.waiting
        if is_active and is_same_list and not self._is_stale:
            self.shown = shown  # only another hit: the list need not be made anew
            self.matches.follow(shown)
            self._draw_why()
        else:
            super().take(shown, is_active)


def _entries(trace: Trace) -> Iterator[Content]:
    arms = {arm.name: arm for arm in trace.arms}
    explained = trace.explanation.sentences if trace.explanation else ()
    for hit, why in zip_longest(trace.hits, explained):
        yield _match(hit, why, trace, arms)


def _match(
    hit: Hit, why: SentenceExplanation | None, trace: Trace, arms: dict[str, ArmSummary]
) -> Content:
    heading = heading_label(hit.place.heading[-1:])
    sentence = with_matches(hit.sentence, hit.terms)
    lines = [
        Content.assemble(
            (f"{hit.rank} ", "bold $text-accent"),
            (place_label(hit.place), "bold"),
            (f"  {heading}" if heading else "", MUTED),
        ),
        _graded(sentence, why) if why else sentence,
        Content.assemble((_parts_in_words(hit, trace, arms), MUTED)),
    ]
    if hit.repeats:
        lines.append(Content.assemble((_also_at(hit), MUTED)))
    if hit.unknown_share > 0.5:
        warning = "! the encoder cannot read most of this sentence"
        lines.append(Content.assemble((warning, "$text-warning")))
    return Content("\n").join([*lines, Content("")])


def _graded(sentence: Content, why: SentenceExplanation) -> Content:
    """Each word tinted by the cosine of the question's token that is nearest to it."""
    best: dict[tuple[int, int], float] = {}
    for aligned in why.alignment:
        span = aligned.start - why.quote_start, aligned.end - why.quote_start
        if span[0] >= 0:  # else it stands in the heading before the sentence
            best[span] = max(best.get(span, 0.0), aligned.cosine)
    for (start, end), cosine in best.items():
        if tint := next((tint for least, tint, _ in GRADES if cosine >= least), ""):
            sentence = sentence.stylize(f"on {tint}", start, end)
    return sentence


def _why(shown: Shown, hit: Hit) -> Iterator[Content]:
    trace, explained = shown.trace, shown.explained
    assert trace is not None  # there is a hit
    if explained is None:
        yield Content.styled(shown.fault or "Reading the tokens …", MUTED)
    elif explained.alignment:
        tokens = (
            f"{_shape(a.cosine)}{one_line(a.question_token)}→{one_line(a.token)} {a.cosine:.2f}"
            for a in explained.alignment
        )
        score = sum(aligned.cosine for aligned in explained.alignment)
        yield _labelled("MaxSim", f"{'  '.join(tokens)}  = {score:.2f}")
    elif trace.explanation and trace.explanation.note:
        yield _labelled("MaxSim", trace.explanation.note)
    if hit.terms:
        shares = dict.fromkeys((match.term, match.score) for match in hit.terms)
        said = " + ".join(f"{one_line(term)} {score:.2f}" for term, score in shares)
        total = sum(score for _, score in shares)
        yield _labelled("BM25", f"{said} = {total:.2f} (idf x tf of each shared word)")
    if trace.fusion:
        yield _labelled("Fused", f"{_sum_of_ranks(hit, trace)} = {hit.score:.4f}")
        yield Content.styled(f"  {trace.fusion}", MUTED)
    if explained is None:
        return
    for text in explained.before[-1:]:
        yield Content.styled(f"… {one_line(text)}", "dim")
    yield Content(one_line(hit.sentence))
    for text in explained.after[:1]:
        yield Content.styled(f"{one_line(text)} …", "dim")
    legend = "  ".join(f"{shape} cosine ≥ {least}" for least, _, shape in GRADES)
    yield Content.styled(f"tint and {legend}; underlined: shared words", MUTED)


def _labelled(label: str, text: str) -> Content:
    return Content.assemble((f"{label}: ", "bold"), text)


def _shape(cosine: float) -> str:
    return next((shape for least, _, shape in GRADES if cosine >= least), " ")


def _also_at(hit: Hit) -> str:
    shown = ", ".join(place_label(place) for place in hit.repeats[:PLACES_SHOWN])
    left = len(hit.repeats) - PLACES_SHOWN
    return f"the same in {shown}" + (f" and {left:,} more places" if left > 0 else "")


def _sum_of_ranks(hit: Hit, trace: Trace) -> str:
    labels = {arm.name: arm.label for arm in trace.arms}
    return " + ".join(f"{ordinal(part.rank)} in {labels[part.arm]}" for part in hit.parts)


def _parts_in_words(hit: Hit, trace: Trace, arms: dict[str, ArmSummary]) -> str:
    said = ", ".join(f"{ordinal(part.rank)} in {arms[part.arm].label}" for part in hit.parts)
    return f"{said}: fused {hit.score:.4f}" if trace.fusion else f"{said}, score {hit.score:.3f}"
