"""Questions that are asked of a part of the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.indexing.snapshot import Snapshot
from assistant.records import Scope, Trace
from assistant.retrieval.comparison import comparing
from assistant.retrieval.modes import MODES
from assistant.retrieval.retrieving import retrieve
from tests.builders import FIRMWARE, Corpus, corpus

FILES = {
    **FIRMWARE,
    "zh/memory.md": "# 内存\n\n模式寄存器 MR0 最后写入。训练在写入之后开始。",
    "notes/flash.txt": "The flash is erased before it is written.\n\nMemory is trained first.",
    "notes/same.txt": "The flash is erased before it is written.",
}
QUESTION = "When is memory trained and written?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus(tmp_path_factory.mktemp("whole"), FILES)


def documents_in(snapshot: Snapshot) -> set[str]:
    return {s.place.document for s in snapshot.sentences(range(snapshot.n_sentences))}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(paths=("notes/",)), {"notes/flash.txt", "notes/same.txt"}),
        (Scope(paths=("*.txt", "!same.txt", "!boot/*")), {"notes/flash.txt"}),
        (Scope(formats=("txt",), paths=("flash.*",)), {"notes/flash.txt"}),
        (Scope(languages=("zh",)), {"zh/memory.md"}),
        (Scope(languages=("en", "zh"), paths=("memory.md",), formats=("md",)), None),
    ],
)
def test_only_the_documents_within_are_searched(
    made: Corpus, scope: Scope, expected: set[str] | None
) -> None:
    expected = expected or {name for name in FILES if name.endswith("memory.md")}
    assert documents_in(made.snapshot().within(scope)) == expected


@pytest.mark.parametrize(
    "scope",
    [
        Scope(paths=("no/such/**",)),
        Scope(formats=("pdf",)),
        Scope(languages=("xx",)),
        Scope(languages=("zh",), paths=("notes/",)),
    ],
)
def test_a_scope_without_documents_says_so(made: Corpus, scope: Scope) -> None:
    with pytest.raises(UsageError):
        made.snapshot().within(scope)


def ranked(search: object, mode: str) -> Trace:
    trace = retrieve(search, mode, 50, "mean")  # type: ignore[arg-type]
    return list(comparing(search, trace, "not asked"))[-1]  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in ("bm25", "hybrid", "late")])
def test_it_ranks_as_if_there_were_no_other_documents(
    made: Corpus, tmp_path: Path, mode: str
) -> None:
    kept = {name: text for name, text in FILES.items() if name.startswith("notes/")}
    alone = corpus(tmp_path, kept)
    scope = Scope(paths=("notes/",))
    within = ranked(made.search(QUESTION, "mean", snapshot=made.snapshot().within(scope)), mode)
    expected = ranked(alone.search(QUESTION, "mean"), mode)
    assert within.scope == scope
    assert within.n_sentences == expected.n_sentences == 3
    assert [hit.sentence for hit in within.hits] == [hit.sentence for hit in expected.hits]
    assert [len(hit.repeats) for hit in within.hits] == [len(hit.repeats) for hit in expected.hits]
    assert within.comparison and expected.comparison
    for mine, theirs in zip(
        within.comparison.sentences, expected.comparison.sentences, strict=True
    ):
        assert mine.ranks == theirs.ranks
        assert mine.scores == pytest.approx(theirs.scores, abs=1e-5)
        assert {p: d.passage.rank for p, d in mine.dilution.items()} == {
            p: d.passage.rank for p, d in theirs.dilution.items()
        }
        assert {p: d.section.of for p, d in mine.dilution.items()} == {
            p: d.section.of for p, d in theirs.dilution.items()
        }


@pytest.mark.parametrize("mode", ["bm25", "hybrid", "late"])
def test_words_keep_the_weights_that_they_have_among_all(made: Corpus, mode: str) -> None:
    whole = made.snapshot()
    part = whole.within(Scope(paths=("notes/",)))
    terms = ["memory", "written", "trained", "zzz"]
    numbers = [whole.number_of(int(i)) for i in part.sentence_ids]
    assert part.lexical.scores(terms).tolist() == whole.lexical.scores(terms)[numbers].tolist()
    for position, number in enumerate(numbers):
        assert part.lexical.contributions(terms, position) == (
            whole.lexical.contributions(terms, number)
        )
    trace = ranked(made.search(QUESTION, "mean", snapshot=part), mode)
    assert {hit.place.document for hit in trace.hits} <= {"notes/flash.txt", "notes/same.txt"}
    assert any("notes/" in note for note in trace.notes)
