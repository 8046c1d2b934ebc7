"""The records that travel between the rooms, the doors, the JSON and the saved sessions.

All are immutable values without behaviour beyond derived properties. Offsets are counted in
characters of `Document.text`, half-open. Lines, pages and ranks are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SentenceKind = Literal["prose", "list_item", "table_row", "code", "caption", "heading"]
Grain = Literal["sentence", "passage"]


# ── documents ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Section:
    """The text directly under one heading, up to the next heading of any level."""

    heading_path: tuple[str, ...]
    """From the outermost heading down; empty before the first heading."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no sentence crosses: a paragraph, list item, table row, code group."""

    kind: SentenceKind
    start: int
    end: int
    section: int
    """Index into `Document.sections`."""
    context: str = ""
    """What a reader sees around the block and its words lack, such as a table's header row."""


@dataclass(frozen=True, slots=True)
class Document:
    """One readable file as plain text with its structure. Blocks are in text order."""

    path: str
    """Relative to the indexed folder, with forward slashes."""
    title: str
    format: str
    encoding: str
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    line_marks: tuple[tuple[int, int], ...]
    """(offset, line of the file) wherever the line changes, ascending by offset."""
    page_marks: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest retrievable unit; `text == document.text[start:end]`."""

    start: int
    end: int
    text: str
    kind: SentenceKind
    section: int
    line: int
    page: int | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive whole sentences of one section: `sentences[first:last]`."""

    first: int
    last: int
    section: int
    start: int
    end: int


# ── reading check ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a text the encoder can read. Counts leave out [CLS] and [SEP]."""

    tokens: int
    unknown: int
    """Tokens that the vocabulary does not know: the encoder sees them all as one."""
    truncated: int
    """Tokens cut off because the text is longer than the encoder's window."""

    @property
    def unknown_share(self) -> float:
        return self.unknown / self.tokens if self.tokens else 0.0


@dataclass(frozen=True, slots=True)
class TokenNorms:
    min: float
    max: float
    mean: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the encoder makes of one text."""

    text: str
    tokens: tuple[str, ...]
    """Word pieces as the encoder sees them, [CLS] and [SEP] among them."""
    reading: Reading
    hidden_state_shape: tuple[int, int]
    """(tokens, dimensions)"""
    pooled_norms: dict[str, float]
    """Pooling -> length of its vector before normalisation."""
    token_norms: TokenNorms


# ── retrieval ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Part:
    """What one arm said of a hit. A score is comparable only within its arm."""

    arm: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A word of the sentence that the lexical arm matched: `sentence[start:end]`."""

    term: str
    start: int
    end: int
    score: float
    """The term's share of the BM25 score."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: enough to open it."""

    document: str
    start: int
    end: int
    line: int
    page: int | None
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence at a rank, with what each arm said of it."""

    rank: int
    score: float
    sentence_id: int
    place: Place
    sentence: str
    passage: str
    passage_id: int
    parts: tuple[Part, ...]
    terms: tuple[TermMatch, ...] = ()
    unknown_share: float = 0.0
    """Share of the sentence's tokens that the encoder does not know."""


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """One ranked list that went into the fusion."""

    name: str
    label: str
    weight: float
    found: int
    """Sentences that it ranked."""


@dataclass(frozen=True, slots=True)
class GrainStanding:
    """Where one text stands among all texts of its grain, under one pooling."""

    rank: int
    of: int
    score: float


@dataclass(frozen=True, slots=True)
class Dilution:
    """A hit alone, in its passage and in its section, under one pooling."""

    sentence: GrainStanding
    passage: GrainStanding
    section: GrainStanding
    sentence_tokens: int
    passage_tokens: int
    section_tokens: int


@dataclass(frozen=True, slots=True)
class SentenceComparison:
    """One hit as every pooling and every mode ranks it. Same order as `Trace.hits`."""

    sentence_id: int
    embedded_text: str
    """What the encoder was given for this sentence."""
    ranks: dict[str, int | None]
    """Pooling -> exact rank among all indexed sentences; maxsim: see `Comparison`."""
    scores: dict[str, float | None]
    mode_ranks: dict[str, int | None]
    """Mode -> rank; None where the mode does not find the sentence."""
    chroma_rank: int | None
    """Where the approximate index has it; None where it is not among those returned."""
    dilution: dict[str, Dilution]
    """Pooling -> what the passage and the section do to the sentence."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two poolings rank: over the union of their top 10."""

    a: str
    b: str
    kendall_tau: float
    overlap_at_10: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every pooling's and every mode's rank of each hit."""

    poolings: tuple[str, ...]
    """Every column with ranks: the poolings of one vector, then maxsim."""
    trained_pooling: str
    maxsim_pool: int
    """MaxSim is exact over this many sentences: the union of every pooling's top 200 and the
    hits. A sentence outside of it has no MaxSim rank."""
    n_sentences: int
    sentences: tuple[SentenceComparison, ...]
    agreement: tuple[Agreement, ...]
    chroma_state: str = ""
    """Empty, or why there is no Chroma column."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that one question decided. All views are views of this one object."""

    question: str
    searched: str
    """The question as it was searched, after cleaning."""
    mode: str
    pooling: str
    trained_pooling: str
    engine: str
    reading: Reading
    arms: tuple[ArmSummary, ...]
    hits: tuple[Hit, ...]
    n_sentences: int
    fusion: str = ""
    """The fusion arithmetic in words, empty where one arm alone ranked."""
    comparison: Comparison | None = None
    notes: tuple[str, ...] = ()
    """What the reader of the ranks must know: unreadable question, degraded engine."""
    timings: dict[str, float] = field(default_factory=dict)
    """Step -> seconds."""


# ── answering ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, bound to one source sentence."""

    marker: int
    sentence_id: int
    place: Place
    quote: str


@dataclass(frozen=True, slots=True)
class PromptReport:
    """What was sent to the model and what did not fit."""

    messages: tuple[tuple[str, str], ...] = ()
    """(role, content), exactly as sent."""
    tokens: int = 0
    """Estimated before sending; the server's own count is in `Answer.prompt_eval_count`."""
    num_ctx: int = 0
    sent: tuple[str, ...] = ()
    """Passages sent, as "document:line"."""
    left_out: tuple[str, ...] = ()


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
    notes: tuple[str, ...] = ()


# ── events of long work, in the past tense ───────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A step without a countable end began, such as loading the model."""

    stage: str


@dataclass(frozen=True, slots=True)
class FolderScanned:
    files: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileIndexed:
    document: str
    sentences: int


@dataclass(frozen=True, slots=True)
class FileFailed:
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexProgressed:
    """Work done so far; after one with `searchable`, questions find what is indexed."""

    files_done: int
    files: int
    sentences: int
    sentences_per_s: float
    left_s: float | None
    searchable: bool = False


@dataclass(frozen=True, slots=True)
class IndexReport:
    added: int
    updated: int
    removed: int
    unchanged: int
    failures: tuple[FileFailed, ...]
    documents: int
    passages: int
    sentences: int
    unreadable_share: float
    """Share of all indexed tokens that the encoder does not know."""
    truncated_passages: int
    elapsed_s: float
    model: str
    warnings: tuple[FileFailed, ...] = ()
    """Documents that were indexed with a remark."""


@dataclass(frozen=True, slots=True)
class IndexFinished:
    report: IndexReport


IndexEvent = (
    StageStarted | FolderScanned | FileIndexed | FileFailed | IndexProgressed | IndexFinished
)


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    trace: Trace


@dataclass(frozen=True, slots=True)
class TokenProduced:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingProduced:
    text: str


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    answer: Answer


AnswerEvent = StageStarted | EvidenceFound | TokenProduced | ThinkingProduced | AnswerFinished


# ── doctor ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    """What to do about it; empty where nothing is wrong."""
