"""Folders of documents and all that can be done with it: the facade that both doors call."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from assistant.answering.asking import answer_question
from assistant.answering.chat_models import ChatModels
from assistant.answering.diagnosis import check_chat
from assistant.answering.followups import rewrite_question
from assistant.embedding.encoder import Encoder, load_encoder
from assistant.embedding.loaded import EncoderLoader, LoadedModels
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.errors import UsageError
from assistant.evaluation.defaults import FolderDefaults
from assistant.evaluation.evaluating import evaluate
from assistant.evaluation.keeping import FolderEvaluations, KeptRun, Since, described_run
from assistant.evaluation.records import EvaluationEvent, EvaluationReport
from assistant.folders import Folders
from assistant.indexing.diagnosis import diagnose_index
from assistant.indexing.folder_index import FolderIndex
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.watching import watched_changes
from assistant.lesson.dilution import dilution_lesson
from assistant.lesson.documents import lesson_documents, lesson_settings
from assistant.paths import Paths
from assistant.records import (
    AnswerEvent,
    Check,
    DocumentSummary,
    DocumentText,
    EvidenceFound,
    EvidencePassage,
    IndexEvent,
    Inspection,
    LessonEvent,
    Rewrite,
    Scope,
    SideBySide,
    StageStarted,
    StoredIndex,
    Trace,
)
from assistant.reporting.writing import write_report
from assistant.retrieval.approximate import ApproximateIndex
from assistant.retrieval.comparison import comparing
from assistant.retrieval.current_search import CurrentSearch, of_unchanged_documents, retried
from assistant.retrieval.evidence import evidence_of
from assistant.retrieval.explaining import explaining
from assistant.retrieval.glossary import load_glossary
from assistant.retrieval.likeness import likeness_by
from assistant.retrieval.modes import MODES
from assistant.retrieval.questions import cleaned_question, known_mode, known_pooling
from assistant.retrieval.retrieving import retrieve
from assistant.retrieval.search import Search
from assistant.retrieval.side_by_side import side_by_side
from assistant.sessions.recording import Recorder
from assistant.sessions.store import FolderSessions
from assistant.settings import Settings, with_model

__all__ = ["MODES", "POOLINGS", "EncoderLoader", "KeptRun", "Recorder", "Since", "Workspace"]


class Workspace:
    """Opens what it needs when it is first needed. Safe to call from several threads."""

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        folder: Path | Folders,
        load: EncoderLoader = load_encoder,
    ) -> None:
        """Raises: UsageError where a folder cannot be listed, SettingsError for its default."""
        self.paths = paths
        self.folders = Folders.of(folder) if isinstance(folder, Path) else folder
        self.defaults = FolderDefaults(settings, paths.preferences_file(self.folders))
        kept = paths.kept_of(self.folders)
        self.evaluations = FolderEvaluations(kept, self.folders)  # its questions, and what was kept
        self.sessions = FolderSessions(paths.sessions_file, kept.name, paths.reports)
        self._load = load
        self._models = LoadedModels(settings, paths.models, load)
        self._index = FolderIndex(settings, paths, self.folders, self._models)
        terms = load_glossary(paths.terms_file)
        self._searches = CurrentSearch(self._models, settings.rerank.depth, terms)
        self.chats = ChatModels(settings.chat)
        self.scope = Scope()  # of the documents that questions are asked of from now on

    @property
    def settings(self) -> Settings:
        """With the folder's own default mode and pooling, where it has some."""
        return self.defaults.settings

    # ── the model ──

    @property
    def models(self) -> LoadedModels:
        """The models of the settings, and those to choose from."""
        return self._models

    @property
    def model(self) -> ModelInfo:
        """Raises: ModelUnavailable."""
        return self._models.info

    def encoder(self) -> Encoder:
        """The model, loaded at the first call. Raises: ModelUnavailable."""
        return self._models.encoder()

    def inspect(self, texts: Sequence[str]) -> list[Inspection]:
        """How the encoder reads each text. Raises: ModelUnavailable."""
        return self.encoder().inspect(texts)

    # ── the index ──

    @property
    def index_path(self) -> Path:
        return self._index.path

    def index(self) -> Generator[IndexEvent, None, None]:
        """Bring the index up to date; close to cancel. The report is the last event.

        Raises: UsageError, IndexLocked, IndexFault, ModelUnavailable.
        """
        yield from self._models.fetch()
        yield from self._index.refresh()

    def repair_index(self) -> Generator[IndexEvent, None, None]:
        """Verify the index, drop what breaks a law and index that again. Raises: as `index`."""
        yield from self._models.fetch()
        yield from self._index.repair()

    def changes(self, stop: threading.Event) -> Iterator[int]:
        """How many paths changed in the folder, whenever some did, until it is stopped."""
        return watched_changes(self.folders, stop)

    def stored_indexes(self) -> list[StoredIndex]:
        return self._index.stored()

    def purge(self, indexes: list[StoredIndex]) -> None:
        """Delete these indexes with all text in them. Raises: IndexLocked, IndexFault."""
        self._index.purge(indexes)

    def snapshot(self) -> Snapshot:
        """The newest commit of the index. Raises: UsageError where nothing is indexed yet."""
        return self._index.snapshot()

    def documents(self) -> list[DocumentSummary]:
        return self.snapshot().documents()

    def document(self, path: str) -> DocumentText:
        """Raises: UsageError where no such document is indexed."""
        try:
            return self.snapshot().document(path)
        except KeyError as error:
            raise UsageError(
                f"this document is no longer in the index: {path}", "ask again"
            ) from error

    def source_file(self, path: str) -> Path:
        """The file itself. Raises: UsageError where it is not, or no longer, below a folder."""
        return self.folders.existing_file(path)

    @property
    def _approximate(self) -> ApproximateIndex:
        return ApproximateIndex(self._index.mirror, self.settings, self.model.trained_pooling)

    # ── questions ──

    def retrieve(
        self,
        question: str,
        mode: str = "",
        pooling: str = "",
        limit: int = 0,
        rewrites: Sequence[Rewrite] = (),
    ) -> Trace:
        """The trace of a question; what is not given comes from the settings.

        `rewrites` say the same in other words; they are searched too and fused with it.
        Raises: UsageError, IndexFault, ModelUnavailable.
        """
        mode = known_mode(mode or self.settings.search.mode)
        question, pooling = cleaned_question(question), self._pooling(pooling)
        limit = limit or self.settings.search.limit
        return retried(lambda: self._retrieve(question, mode, pooling, limit, rewrites))

    def _retrieve(
        self, question: str, mode: str, pooling: str, limit: int, rewrites: Sequence[Rewrite]
    ) -> Trace:
        started = time.perf_counter()
        search = self._search_for(question, pooling)
        if MODES[mode].uses_encoder and search.trust > 0:
            self.encoder()
        loaded_s = time.perf_counter() - started
        others = [(each, self._search_for(each.text, pooling)) for each in rewrites]
        trace = retrieve(search, mode, limit, self.model.trained_pooling, others)
        trace.timings["open"] = loaded_s
        return trace

    def side_by_side(self, question: str, pooling: str = "") -> Generator[SideBySide, None, None]:
        """The question under one mode after the other; close to cancel.

        Raises: UsageError, IndexFault, ModelUnavailable.
        """
        search = self._search_for(cleaned_question(question), self._pooling(pooling))
        with of_unchanged_documents():
            yield from side_by_side(
                search, self.model.name, self.model.trained_pooling, self.settings.search.limit
            )

    def with_model(self, name: str) -> Workspace:
        """The same folder by another model, with an index of its own."""
        return Workspace(with_model(self.settings, name), self.paths, self.folders, self._load)

    def compare(self, trace: Trace) -> Trace:
        """With every pooling's and mode's rank of each hit; raises as `explain` does."""
        return list(self.comparing(trace))[-1]

    def comparing(self, trace: Trace) -> Generator[Trace, None, None]:
        """What `compare` makes, in two steps: the poolings' ranks, then every mode's too."""
        search = self._search_for(trace.searched, trace.pooling, trace.scope)
        column = self._approximate.column(search)
        with of_unchanged_documents():
            yield from comparing(search, trace, column)

    def explain(self, trace: Trace) -> Trace:
        """The trace with why each of its hits was found, token by token.

        Raises: UsageError where one of them is gone, IndexFault, ModelUnavailable.
        """
        return list(self.explaining(trace))[-1]

    def explaining(self, trace: Trace) -> Generator[Trace, None, None]:
        """What `explain` makes, in two steps: the best hit, then every hit."""
        search = self._search_for(trace.searched, trace.pooling, trace.scope)
        with of_unchanged_documents():
            yield from explaining(search, trace, self.encoder())

    def write_report(self, trace: Trace, file: Path, kind: str, force: bool = False) -> Path:
        """The compared trace as a file: see REPORTS for the kinds. Raises: UsageError."""
        return write_report(trace, self.model.name, file, kind, self.folders, force)

    def evidence(self, trace: Trace) -> tuple[EvidencePassage, ...]:
        """The passages of the hits, best first, each once."""
        return evidence_of(self.snapshot(), trace.hits)

    # ── answers ──

    def ask(
        self,
        question: str,
        mode: str = "",
        pooling: str = "",
        limit: int = 0,
        history: Sequence[tuple[str, str]] = (),
    ) -> Generator[AnswerEvent, None, None]:
        """The evidence, then the answer as it is made; close to cancel.

        `history`: earlier (question, answer) pairs, oldest first.
        Raises: UsageError, IndexFault, ModelUnavailable, ChatUnavailable.
        """
        yield StageStarted("searching")
        typed = self._search_for(cleaned_question(question), self._pooling(pooling))
        rewriting = yield from rewrite_question(
            typed, history, self.chats.open, self.chats.settings
        )
        trace = rewriting.noted(self.retrieve(question, mode, pooling, limit, rewriting.rewrites))
        if not trace.n_sentences:  # no verdict on documents that were not read
            raise UsageError("nothing is indexed yet", "ask again when some files are indexed")
        yield EvidenceFound(trace)
        chat, chosen = self.chats.open(), self.chats.settings
        likeness = likeness_by(self._models.loaded_encoder)
        evidence = self.evidence(trace)
        yield from answer_question(trace.question, trace, evidence, chat, chosen, history, likeness)

    def stop_answering(self) -> None:
        """End the answer under way, from any thread, also while the server is silent."""
        self.chats.stop()

    # ── quality and health ──

    def evaluate(
        self, questions: Path, modes: Sequence[str] = (), crossed: bool = False
    ) -> Generator[EvaluationEvent, None, None]:
        """Score modes and poolings on a question file; `crossed`: each mode under each pooling.

        Raises: UsageError, IndexFault, ModelUnavailable.
        """
        return evaluate(self, questions, modes, crossed)

    def described(self, questions: Path, report: EvaluationReport) -> KeptRun:
        """The report with what it was made of, as `evaluations` keeps it. Raises: UsageError."""
        return described_run(questions, report, self.model, self.settings.index, self.snapshot())

    def make_default(self, mode: str, pooling: str) -> None:
        """What this folder is searched by from now on. Raises: UsageError."""
        mode, pooling = known_mode(mode), known_pooling(pooling)
        self.defaults.choose(mode, "" if pooling == self.model.trained_pooling else pooling)

    def lesson(self) -> Generator[LessonEvent, None, None]:
        """What dilution costs, on documents and an index that come with the program.

        Raises: UsageError, IndexLocked, IndexFault, ModelUnavailable.
        """
        settings = lesson_settings(self.settings)
        own = Workspace(settings, self.paths.lesson, lesson_documents(), self._load)
        return dilution_lesson(own)

    def diagnose(self) -> Iterator[Check]:
        """What works, and what to do about the rest, one thing after the other."""
        parts = (self._models.info_if_here, lambda: self.index_path, lambda: self._index.mirror)
        yield from diagnose_index(self.folders, self.paths, *parts)
        yield check_chat(self.settings.chat)

    def _pooling(self, name: str) -> str:
        name = name or self.settings.search.pooling
        return known_pooling(name) if name else self.model.trained_pooling

    def _search_for(self, question: str, pooling: str, scope: Scope | None = None) -> Search:
        snapshot = self._searches.part_of(self.snapshot(), self.scope if scope is None else scope)
        search = self._searches.of(question, pooling, snapshot)
        return search.under(pooling, self._approximate.engine(snapshot, pooling))
