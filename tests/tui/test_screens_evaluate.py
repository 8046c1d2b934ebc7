"""The evaluate screen and the lesson as golden pictures, on figures that are scripted."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from assistant.embedding.poolings import POOLINGS
from assistant.errors import UsageError
from assistant.evaluation.earlier import changes_by_run, changes_since
from assistant.evaluation.keeping import KeptRun, Since, digests_of
from assistant.evaluation.metrics import mean_scores, question_metrics
from assistant.evaluation.records import (
    EvaluationReport,
    EvaluationStarted,
    Question,
    QuestionEvaluated,
    Relevant,
    Run,
    RunReport,
    RunScored,
)
from assistant.retrieval.modes import MODES
from assistant.tui.messages import EvaluationAdvanced, EvaluationKept, QuestionsRead
from assistant.tui.opening import Choice, Opened
from assistant.tui.screens.evaluate import EvaluateScreen
from tests.tui.support import until

Steps = Callable[[Pilot[None]], Awaitable[None]]
WIDE, NARROW = (120, 36), (80, 24)
FILE = Path("/documents/firmware/questions.jsonl")
KEPT = Path("/home/user/.local/share/assistant/folders/firmware-1/evaluations/20260102-1.json")
ASKED = (
    "In which order are the DDR4 mode registers written?",
    "模式寄存器按什么顺序写入？",
    "Which bit locks [bold]SMRAM[/bold] before the first option ROM runs?",
    "How long may a device answer with configuration request retry status until it is given up?",
)
QUESTIONS = tuple(
    Question(f"q-{i:02}", ASKED[i % len(ASKED)], (Relevant("a.md", f"quote {i}"),))
    for i in range(24)
)


class Scripted:
    """A workspace that has question files, or none."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._files = files
        self.evaluations = self
        self.own_questions = Path("/home/user/.local/share/assistant/folders/f-1/questions.jsonl")
        self.settings = self
        self.search = self
        self.mode, self.pooling = "late", ""
        self.model = self
        self.trained_pooling = "mean"

    def question_files(self) -> Sequence[Path]:
        return self._files

    def questions_of(self, file: Path) -> tuple[Sequence[Question], None]:
        if file.name == "bad.jsonl":
            raise UsageError(f"this question cannot be used: {file}:3: torn", "mend that line")
        return QUESTIONS, None


class Host(App[None]):
    CSS_PATH = Path(__file__).parents[2] / "assistant/tui/assistant.tcss"

    def __init__(self, workspace: Scripted) -> None:
        super().__init__()
        opened = Opened(
            workspace,  # type: ignore[arg-type]
            tuple(Choice(m.name, m.label, m.summary) for m in MODES.values()),
            tuple(Choice(p.name, p.label, p.summary, p.name == "mean") for p in POOLINGS.values()),
        )
        self.evaluate = EvaluateScreen(opened)

    def on_mount(self) -> None:
        self.push_screen(self.evaluate)


def report_of(run: Run, shift: int, n_questions: int = len(QUESTIONS)) -> RunReport:
    """Ranks that differ from run to run and from shift to shift, and always the same ones."""
    seed = sum(map(ord, run.mode + run.pooling)) % 7 + shift
    per_question = {
        question.id: question_metrics([(i * (seed + 3)) % 14 + 1])
        for i, question in enumerate(QUESTIONS[:n_questions])
    }
    is_whole = n_questions == len(QUESTIONS)
    took = 20.0 + seed if run.pooling == "mean" and is_whole else None
    scores = mean_scores(per_question, with_intervals=is_whole)
    return RunReport(run, scores, {}, {}, took, None, None, per_question)


def every_run() -> Iterator[Run]:
    for mode in MODES.values():
        for pooling in POOLINGS:
            if mode.uses_pooling or pooling == "mean":
                yield Run(mode.name, pooling)


def kept(shift: int) -> KeptRun:
    reports = [report_of(run, shift) for run in every_run()]
    crossed: dict[str, dict[str, RunReport]] = {}
    for report in reports:
        if report.run.pooling != "mean":
            crossed.setdefault(report.run.mode, {})[report.run.pooling] = report
    modes = {r.run.mode: r for r in reports if r.run.pooling == "mean"}
    return KeptRun(
        kept_at=f"2026-01-02T03:0{shift}:00+00:00",
        program="1",
        model="all-MiniLM-L6-v2",
        model_revision="r",
        passages="heading",
        index_generation=shift,
        n_sentences=9,
        questions_file=str(FILE),
        questions_sha256="0",
        question_digests=digests_of(QUESTIONS),
        report=EvaluationReport(len(QUESTIONS), 0, modes, {}, (), crossed),
    )


def since(now: KeptRun, then: KeptRun) -> Since:
    same = frozenset(question.id for question in QUESTIONS)
    by_run = changes_by_run(then.report.runs, now.report.runs, same)
    return Since(then, same, by_run, changes_since(then.report, now.report, same))


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def screen_of(pilot: Pilot[None]) -> EvaluateScreen:
    app = pilot.app
    assert isinstance(app, Host)
    return app.evaluate


async def at_rest(pilot: Pilot[None]) -> None:
    screen = screen_of(pilot)
    await until(pilot, lambda: screen.is_mounted and screen.is_current)
    await until(pilot, lambda: all(w.is_finished for w in screen.workers))
    await pilot.pause()


async def _read(pilot: Pilot[None]) -> None:
    await at_rest(pilot)
    screen_of(pilot).post_message(QuestionsRead(FILE, QUESTIONS, None))
    await pilot.pause()


async def _busy(pilot: Pilot[None]) -> None:
    """Some ways are complete, of others a part of the questions is in."""
    await _read(pilot)
    screen = screen_of(pilot)
    runs = list(every_run())
    screen.post_message(EvaluationAdvanced(0, EvaluationStarted(24, len(runs))))
    for run in runs[:12]:
        screen.post_message(EvaluationAdvanced(0, RunScored(report_of(run, 1), True)))
    for run in runs[12:18]:
        screen.post_message(EvaluationAdvanced(0, RunScored(report_of(run, 1, 8), False)))
    evaluated = QuestionEvaluated(QUESTIONS[8], runs[18], (), False, 305, 768)
    screen.query_one("#evaluate-progress").display = True
    screen.post_message(EvaluationAdvanced(0, evaluated))
    await until(pilot, lambda: screen.runs.option_count == 18)
    screen.runs.focus()
    await pilot.pause()


async def _cancelled(pilot: Pilot[None]) -> None:
    await _busy(pilot)
    screen_of(pilot)._cancel()
    await pilot.pause()


async def _full(pilot: Pilot[None]) -> None:
    await _read(pilot)
    now, then = kept(2), kept(1)
    screen_of(pilot).post_message(EvaluationKept(0, now, since(now, then), KEPT))
    await pilot.pause()
    await pilot.press("down", "down")
    await pilot.pause()


async def _by_another_metric(pilot: Pilot[None]) -> None:
    await _full(pilot)
    await pilot.press("m", "m")  # recall@10, hit@1
    await pilot.pause()


async def _missed(pilot: Pilot[None]) -> None:
    await _full(pilot)
    await pilot.press("enter", "down")
    await pilot.pause()


async def _light(pilot: Pilot[None]) -> None:
    pilot.app.theme = "textual-light"
    await _full(pilot)


async def _last(pilot: Pilot[None]) -> None:
    await at_rest(pilot)
    changed = (replace(QUESTIONS[0], question="Another one?"), *QUESTIONS[1:])
    screen_of(pilot).post_message(QuestionsRead(FILE, changed, kept(1)))
    await pilot.pause()


async def _files(pilot: Pilot[None]) -> None:
    await _read(pilot)
    await pilot.press("f")
    await until(pilot, lambda: pilot.app.screen is not screen_of(pilot))
    await pilot.pause()


@pytest.mark.parametrize(
    ("steps", "size", "files"),
    [
        pytest.param(at_rest, WIDE, (), id="empty"),
        pytest.param(at_rest, NARROW, (), id="empty-narrow"),
        pytest.param(_read, WIDE, (FILE,), id="not-run"),
        pytest.param(_busy, WIDE, (FILE,), id="busy"),
        pytest.param(_cancelled, WIDE, (FILE,), id="cancelled"),
        pytest.param(_full, WIDE, (FILE,), id="full"),
        pytest.param(_full, NARROW, (FILE,), id="narrow"),
        pytest.param(_by_another_metric, WIDE, (FILE,), id="another-metric"),
        pytest.param(_missed, WIDE, (FILE,), id="missed"),
        pytest.param(_light, WIDE, (FILE,), id="light"),
        pytest.param(_last, WIDE, (FILE,), id="last-run"),
        pytest.param(_files, WIDE, (FILE, FILE.with_name("more.jsonl")), id="files"),
        pytest.param(at_rest, WIDE, (FILE.with_name("bad.jsonl"),), id="error"),
    ],
)
def test_screen(
    snap_compare: Any, steps: Steps, size: tuple[int, int], files: Sequence[Path]
) -> None:
    assert snap_compare(Host(Scripted(files)), terminal_size=size, run_before=steps)
