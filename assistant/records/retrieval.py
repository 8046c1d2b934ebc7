"""The trace of one question: everything that was decided, once. Ranks are 1-based."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.records.encoding import Reading
from assistant.records.explaining import Explanation
from assistant.records.scope import Scope


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
    page_label: str | None = None
    """What is printed on the page where that is not its number: "iv", "3-12"."""

    @property
    def where(self) -> str:
        """The page where the document has pages, else the line; a page label is hostile text."""
        if self.page is None:
            return str(self.line)
        printed = f" ({self.page_label})" if self.page_label else ""
        return f"p. {self.page}{printed}"


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
    repeats: tuple[Place, ...] = ()
    """Where else the same is said: those sentences are this one hit."""


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """One ranked list that went into the fusion."""

    name: str
    label: str
    weight: float
    found: int
    """Sentences that it ranked."""


@dataclass(frozen=True, slots=True)
class EvidenceStrength:
    """How much of the question the best hits account for; no probability."""

    strength: float
    """0..1"""
    floor: float
    """Below it the documents are taken not to answer the question."""
    words: float
    """The share of the question's words that the best hits' passages hold, by their rarity."""
    meaning: float | None
    """The mean over the question's tokens of the best cosine; None where vectors took no part."""

    @property
    def is_enough(self) -> bool:
        return self.strength >= self.floor


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
    """Mode -> rank; None where the mode does not find the sentence. Of a comparison that is still
    being made only those of the words."""
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
class AddedTerm:
    """A term that the lexical arm looked for although it was not typed."""

    term: str
    of: str
    """The words of the question that it translates."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The question in other words, searched beside the one that was typed."""

    text: str
    by: str
    """The chat model's name, or the rule that made it."""


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
    evidence: EvidenceStrength | None = None
    """None only in a trace that no search made."""
    fusion: str = ""
    """The fusion arithmetic in words, empty where one arm alone ranked."""
    comparison: Comparison | None = None
    explanation: Explanation | None = None
    """Why each hit was found, token by token; made after the search, as the comparison is."""
    notes: tuple[str, ...] = ()
    """What the reader of the ranks must know: unreadable question, degraded engine."""
    added_terms: tuple[AddedTerm, ...] = ()
    """Translations of the question's terms that the words were searched for too, lighter."""
    rewrites: tuple[Rewrite, ...] = ()
    """Of a question that leans on earlier ones; each was searched and fused with the typed one."""
    scope: Scope = field(default_factory=Scope)
    """The documents that were asked; all ranks are among their sentences."""
    timings: dict[str, float] = field(default_factory=dict)
    """Step -> seconds."""

    @property
    def is_weak(self) -> bool:
        """Whether the evidence is below the floor: the documents are taken not to answer."""
        return self.evidence is not None and not self.evidence.is_enough
