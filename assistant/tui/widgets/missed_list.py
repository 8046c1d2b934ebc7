"""The questions that one way to search misses, and those it won or lost since the run before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.evaluation.records import Question
from assistant.tui.texts import MUTED, fitted, one_line
from assistant.tui.widgets.run_list import RunRow

MAX_ID_WIDTH = 16


@dataclass(frozen=True, slots=True)
class _Entry:
    question: Question
    mark: str
    style: str
    remark: str


class MissedList(OptionList):
    """One row per question; Enter looks into it in the lab."""

    BINDING_GROUP_TITLE = "Questions"
    HELP = """\
The questions for which the chosen mode and pooling have no relevant sentence in the first ten (✗),
and below them those that were won since the run before (▲). **Enter** closes the evaluation and
ranks that question with that mode and pooling, so that the panel shows what stood in its place.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Look into it", tooltip="Rank it in the lab", id="missed.open"),
    ]

    class Chosen(Message):
        def __init__(self, question: Question) -> None:
            super().__init__()
            self.question = question

    def __init__(self) -> None:
        super().__init__(id="missed", markup=False)
        self._entries: Sequence[_Entry] = ()

    def show(self, row: RunRow, questions: Mapping[str, Question], width: int) -> None:
        self._entries = _entries(row, questions)
        ids = (cell_len(one_line(entry.question.id)) for entry in self._entries)
        id_width = min(MAX_ID_WIDTH, max(ids, default=0))
        self.set_options([Option(_line(entry, id_width, width)) for entry in self._entries])
        if self._entries:
            self.highlighted = 0

    def clear(self) -> None:
        self._entries = ()
        self.clear_options()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._entries[event.option_index].question))


def _entries(row: RunRow, questions: Mapping[str, Question]) -> list[_Entry]:
    lost = row.change.lost if row.change else ()
    won = row.change.won if row.change else ()
    missed = [
        _Entry(questions[q], "✗", "$text-error", "▼ lost since" if q in lost else "")
        for q in row.report.missed
        if q in questions
    ]
    # What was lost since the run before is what one looks for first.
    missed.sort(key=lambda entry: not entry.remark)
    return missed + [
        _Entry(questions[q], "▲", "$text-success", "won since") for q in won if q in questions
    ]


def _line(entry: _Entry, id_width: int, width: int) -> Content:
    remark = f"  {entry.remark}" if entry.remark else ""
    room = max(10, width - id_width - cell_len(remark) - 4)
    return Content.assemble(
        (entry.mark, entry.style),
        (f" {fitted(entry.question.id, id_width)}  ", MUTED),
        fitted(entry.question.question, room),
        (remark, entry.style),
    )
