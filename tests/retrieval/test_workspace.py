"""The facade under use: many threads, documents that change under a question, a harmed Chroma."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import POOLINGS
from assistant.errors import IndexFault, IndexLocked, ModelUnavailable, UsageError
from assistant.indexing.chroma import ChromaMirror
from assistant.paths import Paths
from assistant.records import IndexReport, ModelDownloadProgressed, NoticeGiven, StageStarted, Trace
from assistant.retrieval.ranking import exact_rank
from assistant.settings import ChromaSettings, Settings
from assistant.workspace import Workspace
from tests.builders import FIRMWARE, WordEncoder, report_of
from tests.tiny_models import cross_encoder, multi_vector

QUESTION = "How is DDR4 memory initialised?"
PATIENCE_S = 20


def loader(model: ModelInfo, cache: Path, threads: int) -> WordEncoder:
    return WordEncoder(model)


def folder_with(home: Path, files: dict[str, str]) -> Path:
    folder = home / "docs"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def settings(**tables: dict[str, object]) -> Settings:
    return msgspec.convert(tables, Settings)


@pytest.fixture
def home(home_with_model: Path) -> Path:
    return home_with_model


WITHOUT_CHROMA = settings(chroma={"enabled": False})


def opened(
    home: Path,
    chosen: Settings = WITHOUT_CHROMA,
    load: Callable[..., WordEncoder] = loader,
) -> Workspace:
    return Workspace(chosen, Paths.below(home), folder_with(home, FIRMWARE), load)


def index(workspace: Workspace) -> IndexReport:
    return report_of(workspace.index())


def edit(workspace: Workspace, name: str = "memory.md", text: str = "All is new here.") -> None:
    (workspace.folders.roots[0] / name).write_text(text)


# ── one thread ──


def test_a_question_goes_from_folder_to_trace(home: Path) -> None:
    workspace = opened(home)
    report = index(workspace)
    assert (report.added, report.documents) == (4, 4)
    trace = workspace.retrieve(f"  {QUESTION}\n")
    assert (trace.question, trace.searched, trace.mode) == (QUESTION, QUESTION, "late")
    assert (trace.pooling, trace.trained_pooling, trace.engine) == ("mean", "mean", "exact")
    assert trace.hits[0].sentence.startswith("DDR4 memory is initialised")
    assert len(trace.hits) == 10
    compared = workspace.compare(trace)
    assert compared.hits == trace.hits
    assert compared.comparison
    assert len(compared.comparison.sentences) == 10


def test_an_unchanged_folder_is_no_new_generation(home: Path) -> None:
    workspace = opened(home)
    index(workspace)
    snapshot = workspace.snapshot()
    report = index(workspace)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 4)
    assert workspace.snapshot() is snapshot


def test_a_second_program_sees_the_first_one_s_index(home: Path) -> None:
    first = opened(home)
    index(first)
    trace = first.retrieve(QUESTION)
    assert opened(home).retrieve(QUESTION).hits == trace.hits


def test_a_folder_without_an_index_says_how_to_make_one(home: Path) -> None:
    workspace = opened(home)
    with pytest.raises(UsageError, match="not indexed") as caught:
        workspace.retrieve(QUESTION)
    assert caught.value.hint == f"assistant index {workspace.folders.in_words}"


def test_an_empty_folder_is_indexed_and_finds_nothing(home: Path) -> None:
    (home / "empty").mkdir()
    workspace = Workspace(WITHOUT_CHROMA, Paths.below(home), home / "empty", loader)
    assert index(workspace).documents == 0
    trace = workspace.retrieve(QUESTION)
    assert (trace.hits, workspace.evidence(trace)) == ((), ())
    assert workspace.compare(trace).comparison is not None


@pytest.mark.parametrize(("mode", "pooling"), [("hybird", ""), ("", "maen")])
def test_an_unknown_mode_or_pooling_is_named(home: Path, mode: str, pooling: str) -> None:
    workspace = opened(home)
    index(workspace)
    with pytest.raises(UsageError, match=f"no (mode|pooling) '{mode or pooling}'"):
        workspace.retrieve(QUESTION, mode, pooling)


def test_a_data_folder_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "data").write_text("a file in the way")
    workspace = opened(home)
    with pytest.raises(IndexFault) as caught:
        index(workspace)
    assert str(home / "data") in caught.value.message
    assert "ASSISTANT_HOME" in caught.value.hint


def test_evidence_is_each_passage_once_best_first(home: Path) -> None:
    workspace = opened(home)
    index(workspace)
    trace = workspace.retrieve(QUESTION)
    evidence = workspace.evidence(trace)
    assert [e.rank for e in evidence] == sorted({e.rank for e in evidence})
    assert {e.passage_id for e in evidence} == {hit.passage_id for hit in trace.hits}
    for passage in evidence:
        best = trace.hits[passage.rank - 1]
        assert best.sentence_id in {s.sentence_id for s in passage.sentences}
        starts = [s.place.start for s in passage.sentences]
        assert starts == sorted(starts)


def test_another_pooling_of_the_same_question_encodes_it_once(home: Path) -> None:
    workspace = opened(home)
    index(workspace)
    encoder = workspace.encoder()
    assert isinstance(encoder, WordEncoder)
    encoder.pooled_texts.clear()
    for pooling in POOLINGS:
        workspace.compare(workspace.retrieve(QUESTION, pooling=pooling))
    assert encoder.pooled_texts == [QUESTION]


# ── several threads, and documents that change ──


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_words_can_be_searched_while_the_model_loads(home: Path) -> None:
    index(opened(home))
    loading, may_finish, answers = threading.Event(), threading.Event(), []

    def slowly(model: ModelInfo, cache: Path, threads: int) -> WordEncoder:
        loading.set()
        may_finish.wait(PATIENCE_S)
        return WordEncoder(model)

    workspace = opened(home, load=slowly)
    warming = in_thread(workspace.encoder)
    assert loading.wait(PATIENCE_S)
    asking = in_thread(lambda: answers.append(workspace.retrieve(QUESTION, "bm25")))
    asking.join(5)
    try:
        assert [trace.mode for trace in answers] == ["bm25"]
    finally:
        may_finish.set()
        warming.join(PATIENCE_S)


def test_a_document_that_changes_between_ranking_and_reading_is_searched_anew(home: Path) -> None:
    index(opened(home))

    def meanwhile(model: ModelInfo, cache: Path, threads: int) -> WordEncoder:
        other = opened(home)
        edit(other)
        index(other)
        return WordEncoder(model)

    workspace = opened(home, load=meanwhile)
    trace = workspace.retrieve(QUESTION, "sentence", limit=50)
    assert trace.n_sentences == len(trace.hits) == workspace.snapshot().n_sentences
    assert "All is new here." in [hit.sentence for hit in trace.hits]


def test_a_comparison_of_sentences_that_are_gone_says_to_ask_again(home: Path) -> None:
    workspace = opened(home)
    index(workspace)
    trace = workspace.retrieve(QUESTION)
    edit(workspace)
    index(workspace)
    with pytest.raises(UsageError, match="changed") as caught:
        workspace.compare(trace)
    assert "ask again" in caught.value.hint


def test_sections_are_those_of_the_snapshot_that_is_compared(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(home)
    index(workspace)
    trace = workspace.retrieve(QUESTION)
    expected = workspace.compare(trace)
    older = workspace._search_for(trace.searched, trace.pooling)
    edit(workspace, "new.md", "# One\n\nA.\n\n# Two\n\nB.\n\n# Three\n\nC.")
    index(workspace)
    workspace.compare(workspace.retrieve("bridge"))  # sections of the newer snapshot
    # As when the index changes between taking a search and comparing with it.
    monkeypatch.setattr(workspace, "_search_for", lambda *_: older)
    late = workspace.compare(trace)
    assert late.comparison
    assert expected.comparison
    assert [s.dilution for s in late.comparison.sentences] == [
        s.dilution for s in expected.comparison.sentences
    ]


def test_questions_from_many_threads_while_the_index_changes_are_each_whole(home: Path) -> None:
    workspace = opened(home)
    index(workspace)
    faults: list[BaseException] = []
    traces: list[Trace] = []

    def ask(question: str, mode: str) -> None:
        try:
            for _ in range(12):
                trace = workspace.retrieve(question, mode, limit=5)
                traces.append(trace)
                try:
                    workspace.compare(trace)
                except UsageError as error:
                    assert "changed" in error.message
        except BaseException as error:
            faults.append(error)

    asking = [
        in_thread(lambda q=q, m=m: ask(q, m))  # type: ignore[misc]
        for q, m in [(QUESTION, "hybrid"), ("secure boot keys", "sentence"), (QUESTION, "passage")]
    ]
    for i in range(6):
        edit(workspace, "memory.md", f"DDR4 memory number {i} is initialised. It is number {i}.")
        index(workspace)
    for thread in asking:
        thread.join(PATIENCE_S)
    assert faults == []
    assert len(traces) == 36
    for trace in traces:
        assert trace.hits
        assert [hit.rank for hit in trace.hits] == list(range(1, len(trace.hits) + 1))


def test_an_index_made_whole_is_reported_though_chroma_s_turn_was_taken(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(home, settings())

    def locked(path: Path) -> Iterator[None]:
        raise IndexLocked("another program is writing this index: process 1")

    monkeypatch.setattr("assistant.indexing.folder_index.writing", locked)
    events = list(workspace.index())
    assert report_of(events).documents == 4
    assert "process 1" in [e.text for e in events if isinstance(e, NoticeGiven)][-1]


# ── Chroma ──

chroma = pytest.mark.xdist_group("chroma")
BY_CHROMA = settings(search={"engine": "chroma"})


@pytest.fixture(scope="module")
def indexed_home(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """A home whose index has its Chroma, to be copied: making one takes seconds."""
    home = tmp_path_factory.mktemp("chroma-home")
    (home / "cache").mkdir()
    (home / "cache" / "models").symlink_to(model_cache)
    index(opened(home, BY_CHROMA))
    return home


@pytest.fixture
def chroma_home(indexed_home: Path, tmp_path: Path) -> Path:
    # The folder's own path is part of the index's, so the documents stay where they are.
    shutil.copytree(indexed_home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def by_chroma(indexed_home: Path, home: Path, chosen: Settings = BY_CHROMA) -> Workspace:
    return Workspace(chosen, Paths.below(home), indexed_home / "docs", loader)


@chroma
def test_chroma_answers_as_exact_search_does_on_a_small_index(
    indexed_home: Path, chroma_home: Path
) -> None:
    asked = by_chroma(indexed_home, chroma_home)
    exact = by_chroma(indexed_home, chroma_home, settings())
    trace = asked.retrieve(QUESTION, "sentence")
    expected = exact.retrieve(QUESTION, "sentence")
    assert (trace.engine, expected.engine, trace.notes) == ("chroma", "exact", ())
    assert [h.sentence_id for h in trace.hits] == [h.sentence_id for h in expected.hits]
    assert [h.score for h in trace.hits] == pytest.approx(
        [h.score for h in expected.hits], abs=1e-5
    )


@chroma
def test_the_comparison_s_chroma_column_is_chroma_s_rank(
    indexed_home: Path, chroma_home: Path
) -> None:
    workspace = by_chroma(indexed_home, chroma_home, settings())
    comparison = workspace.compare(workspace.retrieve(QUESTION, "hybrid", limit=20)).comparison
    assert comparison
    assert comparison.chroma_state == ""
    for row in comparison.sentences:
        assert row.chroma_rank == row.ranks["mean"]


@chroma
def test_the_trace_names_the_engine_that_ranked(indexed_home: Path, chroma_home: Path) -> None:
    workspace = by_chroma(indexed_home, chroma_home)
    engines = {mode: workspace.retrieve(QUESTION, mode).engine for mode in ("bm25", "passage")}
    assert engines == {"bm25": "exact", "passage": "exact"}
    assert workspace.retrieve(QUESTION, "hybrid").engine == "chroma"
    assert workspace.retrieve("如何初始化内存？", "hybrid").engine == "exact"


@chroma
@pytest.mark.parametrize("pooling", ["cls", "max"])
def test_a_pooling_that_chroma_does_not_hold_is_searched_exactly_and_says_so(
    indexed_home: Path, chroma_home: Path, pooling: str
) -> None:
    workspace = by_chroma(indexed_home, chroma_home)
    trace = workspace.retrieve(QUESTION, "sentence", pooling, limit=50)
    search = workspace._search_for(QUESTION, pooling)
    scores = search.dense_scores("sentence", pooling)
    for hit in trace.hits:
        (part,) = hit.parts
        assert part.rank == exact_rank(scores, search.snapshot.number_of(hit.sentence_id))
    assert trace.engine == "exact"
    comparison = workspace.compare(trace).comparison
    assert comparison
    assert "Mean" in comparison.chroma_state


def chroma_folder(workspace: Workspace) -> Path:
    return workspace.index_path / "chroma"


def _delete(folder: Path) -> None:
    shutil.rmtree(folder)


def _tear(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "generation":
            file.write_bytes(b"torn")


def _empty(folder: Path) -> None:
    """As when a server lost its data: everything is in order, and nothing is there."""
    mark = (folder / "generation").read_text()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "generation").write_text(mark)


@chroma
@pytest.mark.parametrize("harm", [_delete, _tear, _empty])
def test_a_harmed_chroma_costs_nothing_but_a_note(
    indexed_home: Path, chroma_home: Path, harm: Callable[[Path], None]
) -> None:
    workspace = by_chroma(indexed_home, chroma_home)
    harm(chroma_folder(workspace))
    trace = workspace.retrieve(QUESTION, "sentence")
    expected = by_chroma(indexed_home, chroma_home, WITHOUT_CHROMA).retrieve(QUESTION, "sentence")
    assert trace.hits == expected.hits
    assert trace.engine == "exact"
    (note,) = trace.notes
    assert "exact search did" in note
    comparison = workspace.compare(trace).comparison
    assert comparison
    assert [row.chroma_rank for row in comparison.sentences] == [None] * len(trace.hits)
    assert comparison.chroma_state


@chroma
@pytest.mark.parametrize("harm", [_delete, _empty])
def test_a_lost_chroma_is_made_again_by_the_next_index(
    indexed_home: Path, chroma_home: Path, harm: Callable[[Path], None]
) -> None:
    workspace = by_chroma(indexed_home, chroma_home)
    harm(chroma_folder(workspace))
    assert by_chroma(indexed_home, chroma_home).retrieve(QUESTION, "sentence").engine == "exact"
    index(workspace)
    trace = workspace.retrieve(QUESTION, "sentence")
    assert (trace.engine, trace.notes) == ("chroma", ())


@chroma
def test_chroma_follows_edits_and_removals(indexed_home: Path, chroma_home: Path) -> None:
    docs = chroma_home / "docs"
    workspace = Workspace(BY_CHROMA, Paths.below(chroma_home), docs, loader)
    index(workspace)
    edit(workspace)
    (docs / "pci.md").unlink()
    index(workspace)
    trace = workspace.retrieve(QUESTION, "sentence", limit=50)
    assert (trace.engine, trace.notes) == ("chroma", ())
    snapshot = workspace.snapshot()
    assert sorted(h.sentence_id for h in trace.hits) == sorted(snapshot.sentence_ids.tolist())


@chroma
def test_an_older_snapshot_s_search_never_gets_a_newer_one_s_numbers(
    indexed_home: Path, chroma_home: Path
) -> None:
    docs = chroma_home / "docs"
    workspace = Workspace(BY_CHROMA, Paths.below(chroma_home), docs, loader)
    index(workspace)
    older = workspace._search_for(QUESTION, "mean")
    edit(workspace, "a-first.md", "This stands before all others. So all numbers move.")
    index(workspace)
    ranking = older.nearest_sentences()
    scores = older.dense_scores("sentence", "mean")
    ranks = [exact_rank(scores, int(number)) for number in ranking.numbers]
    assert ranks == list(range(1, older.snapshot.n_sentences + 1))


ON_SERVER = ChromaSettings(url="http://127.0.0.1:1")


def test_two_folders_on_one_server_have_collections_of_their_own(tmp_path: Path) -> None:
    one = ChromaMirror(tmp_path / "one" / "index", "f" * 64, ON_SERVER)
    two = ChromaMirror(tmp_path / "two" / "index", "f" * 64, ON_SERVER)
    names: list[str] = []

    class Client:
        def get_or_create_collection(self, name: str, **_: object) -> None:
            names.append(name)

    one._client = two._client = Client()
    for mirror in (one, two):
        for grain in ("sentence", "passage"):
            mirror._collection(grain)  # type: ignore[arg-type]
    assert len(set(names)) == 4
    assert all(3 <= len(name) <= 63 for name in names)


def test_a_server_that_is_not_there_costs_nothing_but_a_note(home: Path) -> None:
    workspace = opened(home, settings(chroma={"url": "http://127.0.0.1:1"}))
    events = list(workspace.index())
    assert any("vector database" in e.stage for e in events if isinstance(e, StageStarted))
    assert report_of(events).documents == 4
    trace = workspace.retrieve(QUESTION, "sentence")
    assert len(trace.hits) == 10
    assert trace.engine == "exact"
    assert np.all(np.diff([hit.score for hit in trace.hits]) <= 0)


@pytest.mark.model
@pytest.mark.xdist_group("torch")
def test_models_that_the_settings_name_rerank(home: Path, tmp_path: Path) -> None:
    reranker, late = cross_encoder(tmp_path / "pairs"), multi_vector(tmp_path / "late")
    plain = opened(home)
    index(plain)
    chosen = settings(
        chroma={"enabled": False},
        rerank={"model": str(reranker), "depth": 5, "late_model": str(late)},
    )
    workspace = opened(home, chosen)
    trace = workspace.retrieve(QUESTION, "late")
    assert [arm.name for arm in trace.arms][:2] == ["cross-encoder", "maxsim"]
    (of_pairs, of_late) = trace.arms[:2]
    assert (of_pairs.found, str(reranker) in of_pairs.label) == (5, True)
    assert of_late.found > 5
    ours = {h.sentence_id: p.score for h in trace.hits for p in h.parts if p.arm == "maxsim"}
    encoder_s = {
        h.sentence_id: p.score
        for h in plain.retrieve(QUESTION, "late").hits
        for p in h.parts
        if p.arm == "maxsim"
    }
    assert all(ours[i] != pytest.approx(encoder_s[i]) for i in ours.keys() & encoder_s.keys())
    compared = workspace.compare(trace).comparison
    assert compared is not None
    ranks = [row.mode_ranks["late"] for row in compared.sentences]
    assert ranks == [hit.rank for hit in trace.hits]


def test_every_model_of_the_settings_is_fetched_before_indexing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(name: str) -> Iterator[ModelDownloadProgressed]:
        asked.append(name)
        yield ModelDownloadProgressed(name, 2_000_000, 5_000_000)

    monkeypatch.setattr("assistant.embedding.loaded.fetch_missing", fetch)
    named = {"model": "some/pairs", "late_model": "some/late"}
    chosen = settings(chroma={"enabled": False}, rerank=named)
    events = list(opened(home, chosen).index())
    assert asked == ["all-MiniLM-L6-v2", "some/pairs", "some/late"]
    assert events[1] == StageStarted("fetching some/pairs: 2 of 5 MB")


def test_a_reranker_that_is_not_there_says_what_to_do(home: Path) -> None:
    index(opened(home))
    workspace = opened(home, settings(rerank={"model": "/nowhere/at/all"}))
    with pytest.raises(ModelUnavailable, match="/nowhere/at/all"):
        workspace.retrieve(QUESTION)
