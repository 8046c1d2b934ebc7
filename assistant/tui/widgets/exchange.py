"""One question and its answer: streamed in, resolved, with the sources that can be opened."""

from __future__ import annotations

import re
import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Collapsible, Markdown, OptionList, Static
from textual.widgets.markdown import MarkdownStream
from textual.widgets.option_list import Option

from assistant.records import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    Citation,
    StageStarted,
    ThinkingProduced,
    TokenProduced,
    Turn,
)
from assistant.tui.copying import copy_out
from assistant.tui.messages import PlaceChosen
from assistant.tui.texts import MUTED, counted, heading_label, one_line, place_label
from assistant.tui.widgets.context_chip import context_chip
from assistant.tui.widgets.grounding import Grounding

_MARKER_OR_CODE = re.compile(r"(?P<code>```.*?(?:```|\Z)|`[^`\n]+`)|\[(?P<marker>\d+)\]", re.DOTALL)
_CITATION_LINK = "citation:"
_LONG_WAIT_S = 5
"""From then on a stage says how long it lasts: a model may load for minutes without a sign."""
_ENDINGS = {
    "cut off": "This answer is not whole: Ctrl+R asks again",
    "length": "This answer is not whole",  # a note says why, and what to raise
    "cancelled": "Stopped: Ctrl+R asks again",
}


class Sources(OptionList):
    """The sentences that an answer cites."""

    BINDING_GROUP_TITLE = "Sources"
    HELP = """\
The sentences that this answer rests on, by their markers. **Enter** opens one in its document,
**y** copies the sentence with its place.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Show it in its document", id="sources.open"),
        Binding("y", "copy", "Copy", tooltip="Quote and place", id="sources.copy"),
    ]

    class CopyWanted(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def action_copy(self) -> None:
        if self.highlighted is not None:
            self.post_message(self.CopyWanted(self.highlighted))


class Exchange(Vertical):
    """One question and its answer."""

    def __init__(self, question: str) -> None:
        super().__init__(classes="exchange")
        self.question = question
        self._citations: tuple[Citation, ...] = ()
        self._stream: MarkdownStream | None = None
        self._thinking = ""
        self._text = ""
        """Of the answer, as much as there is."""
        self._stage = ""
        self._stage_began = 0.0
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(Content(self.question), classes="question", markup=False)
        yield Static(classes="stage", markup=False)
        with Collapsible(title="Thinking", collapsed=True, classes="thinking"):
            yield Static(classes="thinking-text", markup=False)
        yield Markdown(classes="answer", open_links=False)
        yield Grounding()
        yield Static(classes="remarks", markup=False)
        yield Sources(classes="sources", markup=False)

    def on_mount(self) -> None:
        for name in (".thinking", ".remarks", ".sources"):
            self.query_one(name).display = False
        self._clock = self.set_interval(1, self._tell_stage)
        self.show_stage("Searching …")

    @property
    def _answer(self) -> Markdown:
        return self.query_one(".answer", Markdown)

    async def advance(self, event: AnswerEvent) -> None:
        """What the answer's making reports; the evidence is for others to show."""
        if isinstance(event, StageStarted):
            self.show_stage(f"{event.stage[:1].upper()}{event.stage[1:]} …")
        elif isinstance(event, TokenProduced):
            await self.add_token(event.text)
        elif isinstance(event, ThinkingProduced):
            self.add_thinking(event.text)
        elif isinstance(event, AnswerFinished):
            await self.finish(event.answer)

    def show_stage(self, text: str) -> None:
        self._stage, self._stage_began = text, time.monotonic()
        self._tell_stage()
        if self._clock is None:
            return
        if text:
            self._clock.resume()
        else:
            self._clock.pause()

    def _tell_stage(self) -> None:
        waited_s = time.monotonic() - self._stage_began
        wait = f" {waited_s:.0f} s · Esc stops" if waited_s >= _LONG_WAIT_S else ""
        stage = self.query_one(".stage", Static)
        stage.update(Content(f"{self._stage}{wait}"))
        stage.display = bool(self._stage)

    async def add_token(self, text: str) -> None:
        if self._stream is None:
            self.show_stage("")
            self._stream = Markdown.get_stream(self._answer)
        self._text += text
        await self._stream.write(text)

    def add_thinking(self, text: str) -> None:
        self._thinking += text
        self.query_one(".thinking").display = True
        self.query_one(".thinking-text", Static).update(Content(self._thinking))

    @property
    def has_thought(self) -> bool:
        return bool(self._thinking)

    def toggle_thinking(self) -> None:
        folded = self.query_one(".thinking", Collapsible)
        folded.collapsed = not folded.collapsed
        if not folded.collapsed:
            # From its first line: a thought may be longer than the screen.
            self.call_after_refresh(folded.scroll_visible, top=True, animate=False)

    async def finish(self, answer: Answer) -> None:
        """Put the resolved text in place of the streamed one, and its sources below."""
        await self.stop_stream()
        self._text, self._citations = answer.text, answer.citations
        if answer.thinking and not self._thinking:  # of an earlier sitting: nothing streamed it
            self.add_thinking(answer.thinking)
        await self._answer.update(_with_links(answer.text, answer.citations))
        self.query_one(Grounding).show(answer.grounding)
        self._show_remarks(answer)
        sources = self.query_one(Sources)
        sources.clear_options()
        sources.add_options([Option(_source(citation)) for citation in answer.citations])
        sources.display = bool(answer.citations)

    async def restore(self, turn: Turn) -> None:
        """As it stood when the program was left."""
        if turn.answer is not None:
            await self.finish(turn.answer)
            return
        self._text = turn.text
        await self._answer.update(turn.text)
        await self.fail(*_ended(turn))

    @property
    def plain_text(self) -> str:
        """The answer with its sources; empty before there is one."""
        sources = [copied_source(c, f"[{c.marker}] ") for c in self._citations]
        return "\n\n".join(filter(None, [self._text.strip(), "\n".join(sources)]))

    async def fail(self, message: str, hint: str) -> None:
        await self.stop_stream()
        remarks = self.query_one(".remarks", Static)
        remarks.update(
            Content.assemble((message, "$text-error"), (f"\n{hint}" if hint else "", ""))
        )
        remarks.display = True

    async def stop_stream(self) -> None:
        self.show_stage("")
        if self._stream is not None:
            stream, self._stream = self._stream, None
            await stream.stop()

    def _show_remarks(self, answer: Answer) -> None:
        by = [Content.styled(name, MUTED) for name in (answer.backend, answer.chat_model) if name]
        lines = [Content.styled(" · ", MUTED).join([*by, *context_chip(answer)])]
        if answer.stopped:
            ending = _ENDINGS.get(answer.stopped, answer.stopped)
            lines.append(Content.styled(ending, "$text-warning"))
        if answer.dropped_markers:
            dropped = (
                f"Removed, for it named no sentence: {counted(answer.dropped_markers, 'marker')}"
            )
            lines.append(Content.styled(dropped, "$text-warning"))
        if answer.uncited:
            uncited = f"Without a source: {counted(len(answer.uncited), 'sentence')} of this answer"
            lines.append(Content.styled(uncited, "$text-warning"))
        lines.extend(Content.styled(note, MUTED) for note in answer.notes)
        remarks = self.query_one(".remarks", Static)
        remarks.update(Content("\n").join(lines))
        remarks.display = True

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        if event.href.startswith(_CITATION_LINK):
            marker = event.href.removeprefix(_CITATION_LINK)
            for citation in self._citations:
                if str(citation.marker) == marker:
                    self.post_message(PlaceChosen(citation.place))

    @on(Sources.CopyWanted)
    def _copy_source(self, event: Sources.CopyWanted) -> None:
        event.stop()
        copy_out(self.app, copied_source(self._citations[event.index]), "one source")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(PlaceChosen(self._citations[event.option_index].place))


def _ended(turn: Turn) -> tuple[str, str]:
    """What happened to an answer that is not whole, and what to do."""
    if turn.ending == "failed":
        message, _, hint = turn.failure.partition("\n")
        return message, hint
    if turn.ending == "stopped":
        return "Stopped.", "Ctrl+R asks again."
    return "The program ended while this was being written.", "Ctrl+R asks again."


def copied_source(citation: Citation, before: str = "") -> str:
    return f"{before}“{one_line(citation.quote)}” ({place_label(citation.place)})"


def _with_links(text: str, citations: tuple[Citation, ...]) -> str:
    """Bound markers become links; what stands in code stays as it is."""
    bound = {str(citation.marker) for citation in citations}

    def link(match: re.Match[str]) -> str:
        marker = match["marker"]
        if marker not in bound:
            return match.group()
        return rf"[\[{marker}\]]({_CITATION_LINK}{marker})"

    return _MARKER_OR_CODE.sub(link, text)


def _source(citation: Citation) -> Content:
    return Content.assemble(
        (f"[{citation.marker}] ", "bold $text-accent"),
        (place_label(citation.place), "bold"),
        (f"  {heading_label(citation.place.heading[-1:])}\n", MUTED),
        one_line(citation.quote),
    )
