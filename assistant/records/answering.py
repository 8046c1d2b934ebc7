"""An answer, what it rests on and what was sent to get it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.grounding import SentenceSupport
from assistant.records.retrieval import Place


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that an answer may cite."""

    sentence_id: int
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class EvidencePassage:
    """A passage that may go into the prompt, whole; its citable unit is the sentence."""

    passage_id: int
    document: str
    heading: tuple[str, ...]
    rank: int
    """The rank of its best hit: passages are left out highest number first."""
    sentences: tuple[EvidenceSentence, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, bound to one source sentence."""

    marker: int
    sentence_id: int
    place: Place
    quote: str


@dataclass(frozen=True, slots=True)
class PromptPassage:
    """A passage that was found, and whether the model was sent it."""

    name: str
    """document:line"""
    tokens: int
    """Estimated; of one that was shortened, what was sent."""
    sentences: int
    why_not: str = ""
    """Empty where it was sent."""


NO_ROOM = "no room in the context"


@dataclass(frozen=True, slots=True)
class PromptReport:
    """What was sent to the model and what did not fit."""

    messages: tuple[tuple[str, str], ...] = ()
    """(role, content), exactly as sent."""
    tokens: int = 0
    """Estimated before sending; the server's own count is in `Answer.prompt_eval_count`."""
    num_ctx: int = 0
    passages: tuple[PromptPassage, ...] = ()
    """All that were found, by rank."""
    earlier_sent: int = 0
    """Earlier exchanges that went along."""
    earlier_left_out: int = 0

    @property
    def sent(self) -> tuple[str, ...]:
        """Passages sent, as "document:line"."""
        return tuple(each.name for each in self.passages if not each.why_not)

    @property
    def left_out(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.passages if each.why_not)

    @property
    def n_without_room(self) -> int:
        return sum(each.why_not == NO_ROOM for each in self.passages)


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    """Markdown with [n] markers, each of them bound in `citations`."""
    citations: tuple[Citation, ...]
    uncited: tuple[str, ...]
    """Sentences of the answer that cite nothing."""
    declined: bool
    backend: str
    chat_model: str
    prompt: PromptReport
    dropped_markers: int = 0
    """Markers of the model's own making that named no sentence."""
    thinking: str = ""
    stopped: str = ""
    """Empty, or why the answer ended early: cancelled, length, cut off."""
    prompt_eval_count: int | None = None
    is_prompt_cut: bool = False
    """Whether that count shows that the server dropped a part of the prompt, silently."""
    notes: tuple[str, ...] = ()
    grounding: tuple[SentenceSupport, ...] = ()
    """What each sentence rests on; empty for quotes, refusals and what was written unchecked."""
