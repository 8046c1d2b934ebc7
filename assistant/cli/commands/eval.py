"""A file of questions into how well each mode and each pooling answers them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple, TextIO

from assistant.cli.command import Command, Context, add_folder, add_output
from assistant.cli.names import PASSAGE_KINDS, mode_names
from assistant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from assistant.evaluation.records import EvaluationReport
    from assistant.workspace import Since, Workspace


class _Evaluated(NamedTuple):
    kind: str
    """Of passages."""
    workspace: Workspace
    report: EvaluationReport


class _Floor(NamedTuple):
    metric: str
    value: float


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", metavar="QUESTIONS.jsonl", help="one JSON object a line")
    add_folder(parser)
    parser.add_argument(
        "--modes", metavar="A,B", default="", help=f"of {', '.join(mode_names())} (default: all)"
    )
    parser.add_argument(
        "--all-poolings",
        action="store_true",
        help="each mode under every pooling, not only under the trained one",
    )
    parser.add_argument(
        "--no-keep",
        action="store_true",
        help="keep no record of this run; the next one is held against the last that was kept",
    )
    parser.add_argument("--hits", metavar="FILE", help="write every hit as JSON lines")
    parser.add_argument("--save", metavar="FILE", help="write the report, for --against")
    parser.add_argument(
        "--against",
        metavar="FILE",
        help="show what changed since a saved report, not since the last run on these questions",
    )
    parser.add_argument(
        "--fail-under",
        metavar="METRIC=X",
        action="append",
        default=[],
        help="exit 1 where the folder's default mode, or else the first of --modes, is below X,"
        " as in ndcg@10=0.6",
    )
    parser.add_argument(
        "--passages",
        metavar="A,B",
        default="",
        help=f"of {', '.join(PASSAGE_KINDS)}: an index with each is made and scored"
        " (default: the settings')",
    )
    add_output(parser)


def _run(context: Context) -> int:
    from pathlib import Path

    from assistant.cli.eval_text import report_lines, title_lines
    from assistant.cli.evaluation_views import changes_view, evaluation_view
    from assistant.evaluation.earlier import changes_since, read_earlier
    from assistant.evaluation.questions import read_questions
    from assistant.retrieval.questions import known_mode

    arguments, terminal = context.arguments, context.terminal
    floors = [_floor(text) for text in arguments.fail_under]
    modes = [known_mode(name.strip()) for name in arguments.modes.split(",") if name.strip()]
    questions = Path(arguments.questions)
    read_questions(questions)  # what is wrong with it is said before minutes of indexing
    earlier = read_earlier(Path(arguments.against)) if arguments.against else None
    evaluated = [
        _Evaluated(kind, workspace, _evaluate(context, workspace, questions, modes))
        for kind, workspace in _workspaces(context)
    ]
    _, workspace, report = evaluated[0]
    view = evaluation_view(report)
    if len(evaluated) > 1:
        view["passages"] = {each.kind: evaluation_view(each.report) for each in evaluated}
    changes, since = None, "the saved run"
    if earlier:
        changes = changes_since(earlier, report)
        view["against"] = changes_view(changes)
    last = _keep(context, workspace, questions, report, view)
    if last and not changes:
        changes, since = last.named, _run_in_words(last)
    if arguments.save:
        _save(arguments.save, view)
    if arguments.json:
        terminal.print_json(view)
    else:
        for each in evaluated:
            if len(evaluated) > 1:
                terminal.print(title_lines(f"Passages by {each.kind}"))
            is_first = each.report is report
            terminal.print(report_lines(each.report, changes if is_first else None, since))
    for remark in report.remarks:
        terminal.say(f"note: {remark}")
    return _judge(context, workspace, report, floors)


def _keep(
    context: Context,
    workspace: Workspace,
    questions: Path,
    report: EvaluationReport,
    view: dict[str, object],
) -> Since | None:
    """Hold the run against the last one on these questions, and keep it for the next."""
    from assistant.cli.evaluation_views import since_view

    run = workspace.described(questions, report)
    since = workspace.evaluations.since_last(run)
    view["since_last"] = since_view(since) if since else None
    view["kept"] = None
    if not context.arguments.no_keep:
        view["kept"] = str(workspace.evaluations.keep(run))
    return since


def _run_in_words(since: Since) -> str:
    from datetime import datetime

    at = datetime.fromisoformat(since.earlier.kept_at).astimezone()
    return f"the run of {at:%Y-%m-%d %H:%M} ({len(since.same):,} questions unchanged)"


def _workspaces(context: Context) -> Iterator[tuple[str, Workspace]]:
    """One for each wanted kind of passages, indexed. Raises: UsageError."""

    from assistant.cli.asking import prepare
    from assistant.settings import with_passages

    wanted = [kind.strip() for kind in context.arguments.passages.split(",") if kind.strip()]
    for kind in wanted or [context.settings.index.passages]:
        settings = with_passages(context.settings, kind)
        workspace = context.open_workspace(context.arguments.docs, settings)
        prepare(context, workspace)
        yield kind, workspace


def _floor(text: str) -> _Floor:
    from assistant.evaluation.metrics import METRICS

    metric, _, value = text.partition("=")
    try:
        if metric not in METRICS:
            raise ValueError
        return _Floor(metric, float(value))
    except ValueError as error:
        raise UsageError(
            f"--fail-under cannot be read: {text}",
            f"write METRIC=X with one of {', '.join(METRICS)}",
        ) from error


def _evaluate(
    context: Context, workspace: Workspace, questions: Path, modes: list[str]
) -> EvaluationReport:
    from contextlib import closing

    from assistant.cli.evaluation_views import hits_line
    from assistant.cli.json_output import json_text
    from assistant.cli.progress import Progress
    from assistant.evaluation.records import EvaluationFinished, QuestionEvaluated
    from assistant.records import StageStarted

    progress = Progress(context.terminal)
    report: EvaluationReport | None = None
    with (
        _opened(context.arguments.hits) as hits,
        closing(workspace.evaluate(questions, modes, context.arguments.all_poolings)) as events,
    ):
        for event in events:
            if isinstance(event, QuestionEvaluated):
                run = f"{event.run.mode}, {event.run.pooling} pooling"
                progress.advance(f"evaluating {event.done:,}/{event.total:,} · {run}")
                if hits:
                    hits.write(json_text(hits_line(event)) + "\n")
            elif isinstance(event, EvaluationFinished):
                report = event.report
            elif isinstance(event, StageStarted):
                progress.advance(event.stage)
    assert report is not None  # the last event
    return report


def _opened(name: str | None) -> AbstractContextManager[TextIO | None]:
    """Raises: UsageError where the file cannot be written."""
    from contextlib import nullcontext

    if not name:
        return nullcontext()
    try:
        return open(name, "w", encoding="utf-8")
    except OSError as error:
        raise _unwritable(name, error) from error


def _save(name: str, view: dict[str, object]) -> None:
    from assistant.cli.json_output import json_text

    try:
        with open(name, "w", encoding="utf-8") as stream:
            stream.write(json_text(view) + "\n")
    except OSError as error:
        raise _unwritable(name, error) from error


def _unwritable(name: str, error: OSError) -> UsageError:
    return UsageError(
        f"the file cannot be written: {name}: {error.strerror}", "name a file that can be"
    )


def _judge(
    context: Context, workspace: Workspace, report: EvaluationReport, floors: list[_Floor]
) -> int:
    default = workspace.settings.search.mode
    judged = default if default in report.modes else next(iter(report.modes))
    means = report.modes[judged].overall.means
    code = 0
    for floor in floors:
        value = means.get(floor.metric, 0.0)
        if value < floor.value:
            code = 1
            context.terminal.complain(
                f"{judged} is under the wanted {floor.metric}: {value:.3f} < {floor.value:g}"
            )
    return code


EVAL = Command("eval", "score every mode and pooling on a file of questions", _add_arguments, _run)
