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
    from assistant.workspace import Workspace


class _Floor(NamedTuple):
    metric: str
    value: float


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", metavar="QUESTIONS.jsonl", help="one JSON object a line")
    add_folder(parser)
    parser.add_argument(
        "--modes", metavar="A,B", default="", help=f"of {', '.join(mode_names())} (default: all)"
    )
    parser.add_argument("--hits", metavar="FILE", help="write every hit as JSON lines")
    parser.add_argument("--save", metavar="FILE", help="write the report, for --against")
    parser.add_argument("--against", metavar="FILE", help="show what changed since a saved report")
    parser.add_argument(
        "--fail-under",
        metavar="METRIC=X",
        action="append",
        default=[],
        help="exit 1 where the mode of the settings, or else the first of --modes, is below X,"
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
    reports = {
        kind: _evaluate(context, workspace, questions, modes)
        for kind, workspace in _workspaces(context)
    }
    report = next(iter(reports.values()))
    view = evaluation_view(report)
    if len(reports) > 1:
        view["passages"] = {kind: evaluation_view(each) for kind, each in reports.items()}
    changes = changes_since(earlier, report) if earlier else None
    if changes:
        view["against"] = {"modes": changes_view(changes[0]), "poolings": changes_view(changes[1])}
    if arguments.save:
        _save(arguments.save, view)
    if arguments.json:
        terminal.print_json(view)
    else:
        for kind, each in reports.items():
            if len(reports) > 1:
                terminal.print(title_lines(f"Passages by {kind}"))
            terminal.print(report_lines(each, changes if each is report else None))
    for remark in report.remarks:
        terminal.say(f"note: {remark}")
    return _judge(context, report, floors)


def _workspaces(context: Context) -> Iterator[tuple[str, Workspace]]:
    """One for each wanted kind of passages, indexed. Raises: UsageError."""
    from pathlib import Path

    from assistant.cli.asking import prepare
    from assistant.settings import with_passages

    wanted = [kind.strip() for kind in context.arguments.passages.split(",") if kind.strip()]
    for kind in wanted or [context.settings.index.passages]:
        settings = with_passages(context.settings, kind)
        workspace = context.open_workspace(Path(context.arguments.docs), settings)
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
        closing(workspace.evaluate(questions, modes)) as events,
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


def _judge(context: Context, report: EvaluationReport, floors: list[_Floor]) -> int:
    default = context.settings.search.mode
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
