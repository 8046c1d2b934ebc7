"""Every mode under every pooling on a question file: figures, what they miss, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, ProgressBar, Static
from textual.worker import Worker, WorkerState

from assistant.evaluation.metrics import METRICS
from assistant.evaluation.records import (
    EvaluationStarted,
    Question,
    QuestionEvaluated,
    Run,
    RunScored,
)
from assistant.records import StageStarted
from assistant.tui import evaluation_jobs as jobs
from assistant.tui.messages import (
    DefaultChanged,
    EvaluationAdvanced,
    EvaluationKept,
    JobFailed,
    QuestionFilesFound,
    QuestionsRead,
)
from assistant.tui.opening import Opened, label_of
from assistant.tui.scoreboard import Scoreboard
from assistant.tui.screens import evaluation_words as words
from assistant.tui.widgets.missed_list import MissedList
from assistant.tui.widgets.run_list import RunList, header, in_words, scale_of

FIRST_METRIC = "ndcg@10"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the chat goes on with."""

    mode: str
    pooling: str
    question: str = ""
    """To be looked into; empty: only the folder's default changed."""


class EvaluateScreen(Screen[Outcome | None]):
    BINDING_GROUP_TITLE = "Evaluate"
    HELP = "Score every mode and pooling on the questions of a file."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Cancel, else back", id="evaluate.close"),
        Binding("r", "run", "Run", tooltip="Evaluate every mode and pooling", id="evaluate.run"),
        Binding("f", "file", "File", tooltip="Another question file", id="evaluate.file"),
        Binding("m", "metric", "Metric", tooltip="Bars by another one", id="evaluate.metric"),
        Binding("d", "default", "Default", tooltip=words.DEFAULT, id="evaluate.default"),
        Binding("x", "settings", "Reset", tooltip=words.SETTINGS, id="evaluate.settings"),
    ]

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self._opened = opened
        self._workspace = opened.workspace
        self._request = 0
        self._files: Sequence[Path] = ()
        self._file: Path | None = None
        self._questions: Mapping[str, Question] = {}
        self._scores = Scoreboard()
        self._metric = FIRST_METRIC
        self._n_runs = 0
        self._has_new_default = False

    # ── what is on the screen ──

    def compose(self) -> ComposeResult:
        yield Static(id="evaluate-file", markup=False)
        yield Static(id="evaluate-state", markup=False)
        yield ProgressBar(id="evaluate-progress", show_eta=False)
        yield Static(id="evaluate-empty", classes="empty", markup=False)
        yield Static(id="runs-header", markup=False)
        yield RunList()
        yield Static(id="run-detail", markup=False)
        yield Static(id="missed-header", markup=False)
        yield MissedList()
        yield Footer()

    @property
    def runs(self) -> RunList:
        return self.query_one(RunList)

    @property
    def missed(self) -> MissedList:
        return self.query_one(MissedList)

    @property
    def is_evaluating(self) -> bool:
        return any(w.group == "evaluate" and not w.is_finished for w in self.workers)

    def on_mount(self) -> None:
        self.query_one(ProgressBar).display = False
        self._show_empty("Looking for question files …")
        self._start("questions", jobs.find_question_files)

    def on_resize(self) -> None:
        self._draw()

    def _start(self, group: str, job: Callable[..., None], *arguments: object) -> None:
        work = partial(job, self.post_message, self._workspace, *arguments)
        self.run_worker(work, group=group, thread=True, exclusive=True, exit_on_error=False)

    def _set(self, part: str, content: Content) -> None:
        self.query_one(part, Static).update(content)

    def _show_empty(self, text: str) -> None:
        """A text in place of the rows; none brings them back."""
        self._set("#evaluate-empty", Content(text))
        self.query_one("#evaluate-empty").display = bool(text)
        for part in ("#runs-header", "#runs", "#run-detail", "#missed-header", "#missed"):
            self.query_one(part).display = not text

    def _draw(self) -> None:
        """The rows, best by the chosen metric first."""
        if not self._scores:
            return
        rows = self._scores.rows(self._metric, self._opened, self._default)
        width = self.size.width - 4
        self._show_empty("")
        self._set("#runs-header", header(self._metric, width, scale_of(rows, self._metric)))
        self.runs.show(rows, self._metric, width)

    @property
    def _default(self) -> Run:
        search = self._workspace.settings.search
        return Run(search.mode, search.pooling or self._workspace.model.trained_pooling)

    @on(RunList.Highlighted)
    def _show_detail(self, event: RunList.Highlighted) -> None:
        row = event.row
        self._set("#run-detail", in_words(row, self.runs.best, self._metric, len(self._questions)))
        self._set("#missed-header", words.missed(row))
        self.missed.show(row, self._questions, self.size.width - 4)

    # ── the question file ──

    @on(QuestionFilesFound)
    def _take_files(self, event: QuestionFilesFound) -> None:
        self._files = event.files
        if event.files:
            self._read(event.files[0])
        else:
            self._show_empty(words.no_questions(self._workspace.evaluations.own_questions))

    def _read(self, file: Path) -> None:
        self._file = file
        self._start("questions", jobs.read_question_file, file)

    @on(QuestionsRead)
    def _take_questions(self, event: QuestionsRead) -> None:
        self._forget_scores()
        self._questions = {question.id: question for question in event.questions}
        self._set("#evaluate-file", words.file_line(event.file, event.questions))
        if event.last is None:
            self._set("#evaluate-state", Content(""))
            self._show_empty(words.not_run(len(event.questions)))
            return
        self._scores.take_all(event.last)
        self._set("#evaluate-state", words.last_run(event.last, event.questions))
        self._draw()
        self.runs.focus()

    def action_file(self) -> None:
        from assistant.tui.screens.question_file import QuestionFileScreen

        if not self.is_evaluating:
            screen = QuestionFileScreen(self._files, self._workspace.evaluations.own_questions)
            self.app.push_screen(screen, self._take_file)

    def _take_file(self, file: Path | None) -> None:
        if file is not None:
            self._read(file)

    # ── the run ──

    def action_run(self) -> None:
        if self._file is None or not self._questions:
            self.action_file()
            return
        if self.is_evaluating:
            return
        self._request += 1
        self._forget_scores()
        self._show_empty("Searching …")
        self.query_one(ProgressBar).display = True
        self._start("evaluate", jobs.evaluate_questions, self._request, self._file)

    def _forget_scores(self) -> None:
        self._scores = Scoreboard()
        self.missed.clear()

    @on(EvaluationAdvanced)
    def _advance(self, event: EvaluationAdvanced) -> None:
        if event.request != self._request:
            return
        advanced = event.event
        if isinstance(advanced, QuestionEvaluated):
            self.query_one(ProgressBar).update(total=advanced.total, progress=advanced.done)
            self._set("#evaluate-state", words.progress(advanced))
        elif isinstance(advanced, StageStarted):
            self._set("#evaluate-state", words.stage(advanced.stage))
        elif isinstance(advanced, EvaluationStarted):
            self._n_runs = advanced.n_runs
        elif isinstance(advanced, RunScored):
            self._scores.take(advanced)
            self.call_later(self._draw)

    @on(EvaluationKept)
    def _take_run(self, event: EvaluationKept) -> None:
        if event.request != self._request:
            return
        self.query_one(ProgressBar).display = False
        self._scores.take_all(event.run, event.since)
        self._set("#evaluate-state", words.kept(event.run, event.since, event.file))
        self._draw()
        self.runs.focus()

    def _cancel(self) -> None:
        self._request += 1  # what the worker still sends is dropped
        self.workers.cancel_group(self, "evaluate")
        self.query_one(ProgressBar).display = False
        self._set("#evaluate-state", words.cancelled(self._scores.n_complete, self._n_runs))
        if not self._scores:
            self._show_empty(words.not_run(len(self._questions)))

    # ── the folder's default ──

    def action_metric(self) -> None:
        self._metric = METRICS[(METRICS.index(self._metric) + 1) % len(METRICS)]
        self._draw()
        if self._scores:
            self.runs.highlighted = 0  # who sorts wants to see what is first

    def action_default(self) -> None:
        """The highlighted mode and pooling; the highlight starts on the winner."""
        row = self.runs.highlighted_row
        if row is not None and row.is_complete:
            run = row.run
            self._start("default", jobs.choose_default, run.mode, run.pooling)

    def action_settings(self) -> None:
        self._start("default", jobs.forget_default)

    @on(DefaultChanged)
    def _show_default(self) -> None:
        self._has_new_default = True
        default, defaults = self._default, self._workspace.defaults
        mode = label_of(self._opened.modes, default.mode)
        pooling = label_of(self._opened.poolings, default.pooling)
        self.notify(
            words.default(defaults.chosen is not None, defaults.file),
            title=f"This folder is searched by {mode} · {pooling}",
            markup=False,
        )
        self._draw()

    # ── leaving ──

    @on(RunList.Chosen)
    def _to_missed(self) -> None:
        self.missed.focus()

    @on(MissedList.Chosen)
    def _look_into(self, event: MissedList.Chosen) -> None:
        if self.is_evaluating:
            self.notify(words.STILL_RUNNING, severity="warning", markup=False)
        elif (row := self.runs.highlighted_row) is not None:
            run = row.run
            self.dismiss(Outcome(run.mode, run.pooling, event.question.question))

    def action_leave(self) -> None:
        if self.is_evaluating:
            self._cancel()
        elif self.missed.has_focus:
            self.runs.focus()
        else:
            default = self._default
            changed = Outcome(default.mode, default.pooling) if self._has_new_default else None
            self.dismiss(changed)

    # ── failing ──

    @on(JobFailed)
    def _show_failure(self, event: JobFailed) -> None:
        event.stop()
        error = event.error
        self.query_one(ProgressBar).display = False
        if event.job == "questions" or (event.job == "evaluate" and not self._scores):
            self._forget_scores()
            self._questions = {}
            self._show_empty(f"{error.message}\n{error.hint}\nF names another file, Esc goes back.")
        else:
            self.notify(error.hint, title=error.message, severity="error", markup=False)

    @on(Worker.StateChanged)
    def _show_unexpected(self, event: Worker.StateChanged) -> None:
        """A defect of the program's own: say so and stay usable."""
        if event.state == WorkerState.ERROR:
            self.query_one(ProgressBar).display = False
            self.notify(
                f"{type(event.worker.error).__name__}: {event.worker.error}",
                title="The evaluation failed",
                severity="error",
                markup=False,
            )
