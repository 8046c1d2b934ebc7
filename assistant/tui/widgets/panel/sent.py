"""The Prompt tab: exactly what was sent to the chat model, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.records import Answer, PromptReport
from assistant.tui.texts import MUTED, one_line
from assistant.tui.texts import counted as counted_as
from assistant.tui.widgets.panel.tab import PanelTab, Shown

NOTHING_SENT = """\
Nothing was sent for this ranking yet: the prompt stands here when an answer is finished.
Ctrl+R asks with this mode and pooling."""


class SentScroll(VerticalScroll):
    BINDING_GROUP_TITLE = "Prompt"
    HELP = """\
Exactly what the chat model was sent: every message as it stands, the passages that went in and
those that did not fit, the estimated tokens beside what the server itself counted, and the context
that the server was asked for.
"""


class SentTab(PanelTab):
    def compose(self) -> ComposeResult:
        with SentScroll(id="sent-scroll"):
            yield Static(id="sent-text", markup=False)

    @property
    def focus_target(self) -> Widget:
        return self.query_one(SentScroll)

    def draw(self) -> None:
        lines = Content("\n").join(_lines(self.shown))
        self.query_one("#sent-text", Static).update(lines)


def _lines(shown: Shown) -> Iterator[Content]:
    answer = shown.answer
    if answer is None:
        yield Content.styled(shown.waiting or NOTHING_SENT, MUTED)
        return
    prompt = answer.prompt
    if not prompt.messages:
        yield Content(f"Nothing was sent to a model: this answer is {_origin(answer)}.")
        return
    counted = answer.prompt_eval_count
    server = f"{counted:,} by the server's own count" if counted is not None else "not told"
    yield Content.assemble(("To ", ""), (one_line(answer.chat_model or answer.backend), "bold"))
    yield Content.styled(
        f"tokens: about {prompt.tokens:,} estimated, {server}; context {prompt.num_ctx:,}", MUTED
    )
    if answer.is_prompt_cut:
        cut = "✂ the server's count shows that it dropped a part of the prompt"
        yield Content.styled(cut, "bold $text-error")
    if prompt.earlier_sent or prompt.earlier_left_out:
        yield Content.styled(_earlier(prompt), MUTED)
    yield Content("")
    yield from _passages(prompt)
    for role, content in prompt.messages:
        yield Content("")
        yield Content.styled(role, "bold $text-accent")
        yield Content(content)


def _origin(answer: Answer) -> str:
    return "declined" if answer.declined else "made of quoted sentences"


def _earlier(prompt: PromptReport) -> str:
    left = f", {prompt.earlier_left_out} left out for want of room" * bool(prompt.earlier_left_out)
    return f"earlier exchanges: {prompt.earlier_sent} sent{left}"


def _passages(prompt: PromptReport) -> Iterator[Content]:
    """A row for each passage that was found: its tokens, and why it did not go in."""
    yield Content.styled("   tokens  passage", MUTED)
    for passage in prompt.passages:
        mark = ("  ", "") if not passage.why_not else ("✗ ", "$text-warning")
        named = f"{passage.tokens:>7,}  {one_line(passage.name)}"
        sentences = f"  {counted_as(passage.sentences, 'sentence')}"
        why_not = f"  {passage.why_not}" * bool(passage.why_not)
        yield Content.assemble(mark, named, (sentences, MUTED), (why_not, "$text-warning"))
