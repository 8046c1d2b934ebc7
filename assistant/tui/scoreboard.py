"""The ways to search that were scored so far, in the order of the chosen metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.evaluation.earlier import RunChange
from assistant.evaluation.records import Run, RunReport, RunScored
from assistant.tui.opening import Opened, label_of
from assistant.tui.widgets.run_list import RunRow

if TYPE_CHECKING:
    from assistant.workspace import KeptRun, Since


class Scoreboard:
    """Runs that are complete, and those of which some questions are in."""

    def __init__(self) -> None:
        self._scored: dict[Run, RunReport] = {}
        self._partial: set[Run] = set()
        self._changes: Mapping[Run, RunChange] = {}

    def __bool__(self) -> bool:
        return bool(self._scored)

    @property
    def n_complete(self) -> int:
        return len(self._scored) - len(self._partial)

    def take(self, event: RunScored) -> None:
        run = event.report.run
        self._scored[run] = event.report
        (self._partial.discard if event.is_complete else self._partial.add)(run)

    def take_all(self, kept: KeptRun, since: Since | None = None) -> None:
        """A whole run, and how it stands to the one before."""
        self._scored, self._partial = dict(kept.report.runs), set()
        self._changes = since.by_run if since else {}

    def rows(self, metric: str, opened: Opened, default: Run) -> list[RunRow]:
        """Complete ones first, each kind best first; ties in the order of the tables."""

        def place(report: RunReport) -> tuple[bool, float]:
            # A few questions' mean stands above or below a whole file's by chance.
            return report.run in self._partial, -report.overall.means.get(metric, -1.0)

        ranked = sorted(self._scored.values(), key=place)
        complete = (report.run for report in ranked if report.run not in self._partial)
        best = next(complete, None)
        return [
            RunRow(
                report,
                label_of(opened.modes, report.run.mode),
                label_of(opened.poolings, report.run.pooling),
                report.run not in self._partial,
                self._changes.get(report.run),
                report.run == best,
                report.run == default,
            )
            for report in ranked
        ]
