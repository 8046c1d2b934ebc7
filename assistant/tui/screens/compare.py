"""All modes side by side for one question: what each finds, how fast, and how alike they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, HorizontalScroll, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from assistant.records import SideBySide, Trace
from assistant.tui import comparing_jobs, jobs
from assistant.tui.joining import Join, SentenceKey, joined, key_of
from assistant.tui.messages import (
    AnswerAdvanced,
    DocumentRead,
    JobFailed,
    OtherModelsListed,
    PlaceChosen,
    SideBySideAdvanced,
)
from assistant.tui.opening import Choice, Opened, label_of
from assistant.tui.texts import MUTED, one_line
from assistant.tui.widgets.comparing.answers import Answers
from assistant.tui.widgets.comparing.bump_chart import BumpChart, RankLine
from assistant.tui.widgets.comparing.mode_column import ModeColumn, SentencePointed
from assistant.tui.widgets.comparing.overlaps import overlap_lines

Outcome = tuple[str, SideBySide | None]
"""The mode to go on with, or none; and what is pinned."""

MOST_LINES = 8
"""Sentences in the chart: more of them cannot be told apart."""
NO_QUESTION = """\
Nothing to compare yet: Esc goes back, ask a question there, then F7 lays every mode beside the
others."""
ONE_MODEL = "This folder is indexed by one model: choose another with [index] model, and index it"


class CompareScreen(Screen[Outcome | None]):
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  (typed by Screen)
    BINDING_GROUP_TITLE = "Compare"
    HELP = """\
Every mode for the question at hand. The time of a mode is its own, with the question already
encoded. Below: how much of their best ten any two modes share, and each sentence's rank from mode
to mode; `t` shows the same of the poolings.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Stop the answer, else back", id="compare.back"),
        Binding("a", "answer", "Answer with it", tooltip="An answer by it", id="compare.answer"),
        Binding("u", "use", "Use", tooltip="Go on with this mode", id="compare.use"),
        Binding("t", "turn", "Modes/poolings", tooltip="What is charted", id="compare.chart"),
        Binding("p", "pin", "Pin", tooltip="Lay it beside the next question", id="compare.pin"),
        Binding("o", "other", "Other model", tooltip="Another model's index", id="compare.model"),
    ]

    def __init__(
        self, opened: Opened, question: str, pooling: str, trace: Trace | None = None
    ) -> None:
        super().__init__()
        self._opened = opened
        self._workspace = opened.workspace
        self._question = question
        self._pooling = pooling
        self._trace = trace
        self._found: SideBySide | None = None
        self.beside: SideBySide | None = None
        """Another question, or another model: a pinned one outlives this screen."""
        self._is_pinned = False
        self._charts_poolings = False
        self._n_answers = 0

    # ── what is on the screen ──

    def compose(self) -> ComposeResult:
        yield Static(id="compare-title", markup=False)
        yield Static(id="compare-empty", classes="empty", markup=False)
        with HorizontalScroll(id="columns"):
            active = self._trace.mode if self._trace else ""
            for choice in self._opened.modes:
                yield ModeColumn(choice, choice.name == active)
        yield Answers()
        with Horizontal(id="compare-charts"):
            with VerticalScroll(id="overlaps", can_focus=False):
                yield Static(id="overlap-text", markup=False)
            yield BumpChart(id="bump-chart")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(Answers).display = False
        self._show_instead("" if self._question else NO_QUESTION)
        self._is_pinned = self.beside is not None
        self._show_title()
        if self._question:
            self.columns[0].lists[0].focus()
            job = comparing_jobs.lay_side_by_side
            self._start("side by side", job, 0, self._question, self._pooling)

    @property
    def columns(self) -> list[ModeColumn]:
        return list(self.query(ModeColumn))

    def _show_instead(self, text: str) -> None:
        """Of the columns, why there are none; nothing where there are some."""
        empty = self.query_one("#compare-empty", Static)
        empty.update(Content(text))
        empty.display = bool(text)
        for part in ("#columns", "#compare-charts"):
            self.query_one(part).display = not text

    def _start(self, group: str, job: Callable[..., None], *arguments: object) -> None:
        work = partial(job, self.post_message, self._workspace, *arguments)
        self.run_worker(work, group=group, thread=True, exclusive=True, exit_on_error=False)

    def _show_title(self) -> None:
        parts = [(one_line(self._question) or "Compare", "bold $text-accent")]
        if self.beside is not None:
            pinned = "pinned" if self._is_pinned else "beside"
            told = f"   {pinned}: {one_line(self.beside.question)} · {one_line(self.beside.model)}"
            parts.append((told, MUTED))
        self.query_one("#compare-title", Static).update(Content.assemble(*parts))

    @on(SideBySideAdvanced)
    def _take(self, event: SideBySideAdvanced) -> None:
        if event.request == 0:
            self._found = event.found
        else:
            self.beside, self._is_pinned = event.found, False
        self._draw()

    def _draw(self) -> None:
        self._show_title()
        if self._found is None:
            return
        joins = self._joins()
        below = {t.mode: t for t in self.beside.traces} if self.beside else {}
        above = {t.mode: t for t in self._found.traces}
        for column in self.columns:
            if column.mode in above:
                column.show(above[column.mode], joins)
            column.show_beside(below.get(column.mode), joins)
        self._draw_charts(joins)

    def _joins(self) -> dict[SentenceKey, Join]:
        shown = (self._found, self.beside)
        return joined(trace for each in shown if each is not None for trace in each.traces)

    # ── the charts ──

    def action_turn(self) -> None:
        """From modes to poolings and back."""
        if self._found is None:
            return
        if self._trace is None or self._trace.comparison is None:
            self.notify("The poolings' ranks come with the panel: go back and wait for it.")
            return
        # Where there is room for one thing only, its numbers come after its lines.
        is_next = not self.has_class("-narrow") or self.has_class("-numbers")
        self.set_class(not is_next, "-numbers")
        self._charts_poolings ^= is_next
        self._draw_charts(self._joins())

    def _draw_charts(self, joins: dict[SentenceKey, Join]) -> None:
        chart = self.query_one(BumpChart)
        if self._charts_poolings:
            labels, pairs, lines = self._of_poolings(joins)
        else:
            labels, pairs, lines = self._of_modes(joins)
        self.query_one("#overlap-text", Static).update(overlap_lines(labels, pairs))
        chart.draw_lines([label[:8] for label in labels.values()], list(lines))

    def _of_modes(
        self, joins: dict[SentenceKey, Join]
    ) -> tuple[dict[str, str], list[tuple[str, str, float]], Iterator[RankLine]]:
        assert self._found is not None
        ranks = [{key_of(h): h.rank for h in t.hits} for t in self._found.traces]
        labels = {t.mode: label_of(self._opened.modes, t.mode) for t in self._found.traces}
        pairs = [(o.a, o.b, o.overlap_at_10) for o in self._found.overlaps]
        lines = (
            RankLine(join.letter, tuple(each.get(key) for each in ranks))
            for key, join in list(joins.items())[:MOST_LINES]
        )
        return labels, pairs, lines

    def _of_poolings(
        self, joins: dict[SentenceKey, Join]
    ) -> tuple[dict[str, str], list[tuple[str, str, float]], Iterator[RankLine]]:
        assert self._trace is not None and self._trace.comparison is not None
        comparison = self._trace.comparison
        labels = {name: self._pooling_label(name) for name in comparison.poolings}
        pairs = [(a.a, a.b, a.overlap_at_10) for a in comparison.agreement]
        hits = zip(self._trace.hits, comparison.sentences, strict=True)
        lines = (
            RankLine(
                joins[key_of(hit)].letter if key_of(hit) in joins else str(hit.rank),
                tuple(compared.ranks.get(name) for name in comparison.poolings),
            )
            for hit, compared in list(hits)[:MOST_LINES]
        )
        return labels, pairs, lines

    def _pooling_label(self, name: str) -> str:
        known: tuple[Choice, ...] = self._opened.poolings
        return label_of(known, name) if any(c.name == name for c in known) else "MaxSim"

    # ── moving ──

    def _column_at_hand(self) -> ModeColumn:
        for column in self.columns:
            if column.has_focus_within:
                return column
        return self.columns[0]

    def action_go(self, step: int) -> None:
        columns = self.columns
        at = columns.index(self._column_at_hand())
        columns[(at + step) % len(columns)].lists[0].focus()

    @on(SentencePointed)
    def _point(self, event: SentencePointed) -> None:
        for column in self.columns:
            column.point_at(event.key)

    @on(PlaceChosen)
    def _open_document(self, event: PlaceChosen) -> None:
        self._start("read", jobs.read_document, event.place)

    @on(DocumentRead)
    def _show_document(self, event: DocumentRead) -> None:
        from assistant.tui.screens.document import DocumentScreen

        if self.is_current:
            self.app.push_screen(
                DocumentScreen(event.document, event.place, (), self._workspace.source_file)
            )

    # ── answers ──

    async def action_answer(self) -> None:
        """By the mode at hand, beside the answer that was asked for before."""
        if not self._question:
            return
        mode = self._column_at_hand().mode
        self._n_answers += 1
        label = label_of(self._opened.modes, mode)
        await self.query_one(Answers).begin(self._n_answers, label, self._question)
        work = (self._n_answers, self._question, mode, self._pooling)
        self._start("answer", jobs.answer_question, *work)

    @on(AnswerAdvanced)
    async def _show_answer(self, event: AnswerAdvanced) -> None:
        await self.query_one(Answers).advance(event.request, event.event)

    @on(JobFailed)
    async def _show_failure(self, event: JobFailed) -> None:
        error = event.error
        if event.job == "answer":
            await self.query_one(Answers).fail(event.request, error.message, error.hint)
        elif event.job == "side by side" and self._found is None:
            self._show_instead(f"{error.message}\n{error.hint}")
        else:
            self.notify(error.hint, title=error.message, severity="error", markup=False)

    # ── pins and other models ──

    def action_pin(self) -> None:
        """Pin what is shown, or let go of what is pinned."""
        if self._is_pinned:
            self.beside, self._is_pinned = None, False
            self.notify("Nothing is pinned any more.")
        elif self._found is not None and self._found.is_whole:
            self.beside, self._is_pinned = self._found, True
            self.notify("Pinned: ask another question, then F7 lays it beside this one.")
        self._draw()

    def action_other(self) -> None:
        self._start("models", comparing_jobs.list_other_models)

    @on(OtherModelsListed)
    def _offer_models(self, event: OtherModelsListed) -> None:
        from assistant.tui.screens.choosing import ChoosingScreen

        if not event.models:
            self.notify(ONE_MODEL, markup=False)
        elif self._question:
            choices = tuple(Choice(name, one_line(name), "its own index") for name in event.models)
            screen = ChoosingScreen("Another model beside this one", choices, "")
            self.app.push_screen(screen, self._lay_model)

    def _lay_model(self, model: str | None) -> None:
        if model:
            self._start("beside", comparing_jobs.lay_other_model, 1, self._question, model)

    # ── leaving ──

    def action_use(self) -> None:
        self._finish(self._column_at_hand().mode)

    def action_leave(self) -> None:
        answering = [w for w in self.workers if w.group == "answer" and not w.is_finished]
        if answering:
            self._stop_answer()
        else:
            self._finish("")

    def _stop_answer(self) -> None:
        for worker in self.workers:
            if worker.group == "answer":
                worker.cancel()
        self._workspace.stop_answering()
        self.run_worker(self.query_one(Answers).fail(self._n_answers, "Stopped.", ""))

    def _finish(self, mode: str) -> None:
        self.dismiss((mode, self.beside if self._is_pinned else None))
