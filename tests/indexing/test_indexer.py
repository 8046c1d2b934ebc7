"""A folder's changes into the index: nothing twice, nothing lost, nothing half."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.poolings import POOLINGS
from assistant.errors import IndexDamaged, IndexFault, IndexLocked, ModelUnavailable
from assistant.indexing import catalogue
from assistant.indexing import embedding_batch as batch_module
from assistant.indexing import indexer as indexer_module
from assistant.indexing.database import opened
from assistant.indexing.reading_process import ReadingHere
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.sweeping import n_unused_rows
from assistant.indexing.tokens import StoredTokens
from assistant.indexing.vectors import GRAINS, VectorFiles
from assistant.records import (
    FileFailed,
    FileIndexed,
    FolderScanned,
    Grain,
    IndexFinished,
    IndexProgressed,
    StageStarted,
)
from tests.builders import (
    FIRMWARE,
    Corpus,
    WordEncoder,
    changed_of,
    corpus,
    failures_of,
    report_of,
    taking,
)

TABLES = ("documents", "texts", "sections", "passages", "sentences", "failures")
BINARY = bytes(range(256)) * 40
QUESTIONS = ("How is DDR4 memory initialised?", "EFI_NOT_READY", "secure boot keys")


def counts(made: Corpus) -> dict[str, int]:
    with opened(made.index / "catalogue.db") as database:
        return {
            table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }


def vector_rows(made: Corpus) -> int:
    with opened(made.index / "catalogue.db") as database:
        return int(database.execute("SELECT COUNT(*) FROM vector_rows").fetchone()[0])


def rows_in_use(made: Corpus, grain: Grain) -> set[int]:
    with opened(made.index / "catalogue.db") as database:
        query = "SELECT row FROM vector_rows WHERE grain = ?"
        return {int(row) for (row,) in database.execute(query, (grain,))}


def content(made: Corpus) -> list[tuple[object, ...]]:
    """Every sentence with its place and its vectors' bytes; ids and rows left out."""
    snapshot = made.snapshot()
    numbers = range(snapshot.n_sentences)
    vectors = [snapshot.unit_vectors("sentence", name).round(5) for name in POOLINGS]
    return [
        (s.place, s.text, s.context, s.passage, *(v[i].tobytes() for v in vectors))
        for i, s in zip(numbers, snapshot.sentences(numbers), strict=True)
    ]


def ranks(snapshot: Snapshot, made: Corpus) -> list[list[int]]:
    from assistant.retrieval.modes import MODES
    from assistant.retrieval.retrieving import mode_ranking

    return [
        mode_ranking(made.search(question, snapshot=snapshot), mode).numbers.tolist()
        for question in QUESTIONS
        for mode in MODES
    ]


# ── what a run says and does ──


def test_events_come_in_the_order_of_the_work(tmp_path: Path) -> None:
    events = Corpus(tmp_path).write(FIRMWARE).refresh()
    kinds = [type(event) for event in events]
    assert kinds[0] is FolderScanned
    assert kinds[1] is StageStarted
    assert kinds[-1] is IndexFinished
    assert [e.document for e in events if isinstance(e, FileIndexed)] == sorted(FIRMWARE)
    searchable = [e for e in events if isinstance(e, IndexProgressed) and e.searchable]
    assert searchable[-1].files_done == searchable[-1].files == len(FIRMWARE)


def test_the_report_adds_up(tmp_path: Path) -> None:
    made = Corpus(tmp_path).write(FIRMWARE)
    report = made.report()
    assert (report.added, report.updated, report.removed, report.unchanged) == (4, 0, 0, 0)
    table = counts(made)
    assert report.documents == table["documents"] == 4
    assert report.sentences == table["sentences"] == made.snapshot().n_sentences
    assert report.passages == table["passages"]
    assert 0 < report.unreadable_share < 0.5  # the Chinese document
    assert report.model == "words"


def test_progress_reaches_the_end_whatever_became_of_the_files(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.md": "One.", "b.md": "Two."})
    made.write({"a.md": "One.", "bad.md": BINARY, "c.md": "Three."})  # touched, broken, new
    events = made.refresh()
    last = [event for event in events if isinstance(event, IndexProgressed)][-1]
    assert last.files_done == last.files == changed_of(events) == 2
    assert last.left_s == pytest.approx(0.0, abs=1e-6)


def test_indexing_twice_adds_nothing_and_loads_no_encoder(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    before, loads, generation = content(made), made.loads, made.snapshot().generation
    report = made.report()
    assert (report.added, report.updated, report.removed, report.unchanged) == (0, 0, 0, 4)
    assert made.loads == loads == 1
    assert made.snapshot().generation == generation
    assert content(made) == before


def test_a_new_time_on_the_same_content_encodes_nothing(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    os.utime(made.folder / "pci.md", (1, 1))
    events = made.refresh()
    assert (changed_of(events), report_of(events).updated, made.loads) == (0, 0, 1)
    assert changed_of(made.refresh()) == 0


def test_an_edit_embeds_only_the_texts_that_are_new(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "One is here. Two is there.", "b.txt": "Three."})
    made.encoder.pooled_texts.clear()
    made.write({"a.txt": "One is here. Four is new."})
    report = made.report()
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    assert sorted(made.encoder.pooled_texts) == ["Four is new.", "One is here. Four is new."]


def test_a_removed_file_leaves_no_row_of_its_own(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "One. Two.", "bad.txt": BINARY})
    (made.folder / "a.txt").unlink()
    (made.folder / "bad.txt").unlink()
    made.refresh()
    assert counts(made) == dict.fromkeys(TABLES, 0)


def test_vectors_of_removed_texts_are_wiped_from_the_files(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "Kept words.", "b.txt": "Secret words. Kept words."})
    files = VectorFiles(made.index / "vectors", made.encoder.model.dimension)
    before = {grain: rows_in_use(made, grain) for grain in GRAINS}
    (made.folder / "b.txt").unlink()
    made.refresh()
    for grain in GRAINS:
        gone = sorted(before[grain] - rows_in_use(made, grain))
        assert gone, grain
        with opened(made.index / "catalogue.db") as database:
            assert n_unused_rows(database, grain) == 0
            n_rows = catalogue.n_vector_rows(database, grain)
        assert n_rows == max(before[grain]) + 1  # files never become shorter
        for pooling in GRAINS[grain]:
            matrix = files.matrix(grain, pooling, n_rows).whole()
            assert not matrix[gone].any()
            assert matrix[sorted(rows_in_use(made, grain))].any(axis=1).all()
    tokens = StoredTokens(made.index / "vectors", made.encoder.model.dimension, 2)
    (gone_sentence,) = before["sentence"] - rows_in_use(made, "sentence")
    (wiped,) = tokens.vectors(np.array([gone_sentence]))
    assert wiped is not None and not wiped.any()


def test_a_text_that_comes_back_is_embedded_anew(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "Kept words.", "b.txt": "Lost words."})
    expected = content(made)
    (made.folder / "b.txt").rename(tmp_path / "b.txt")
    made.refresh()
    (tmp_path / "b.txt").rename(made.folder / "b.txt")
    made.refresh()
    assert content(made) == expected


def test_a_file_saved_within_the_clocks_tick_is_hashed_and_one_with_a_false_time_too(
    tmp_path: Path,
) -> None:
    made = corpus(tmp_path, {"a.txt": "Some text.", "b.txt": "More text."})
    file = made.folder / "a.txt"
    times = file.stat()
    file.write_text("Same size.")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # as `cp -p` and rsync leave it
    assert made.report().updated == 1
    tomorrow = times.st_mtime_ns + 86_400 * 10**9
    for text in ("Once more.", "And again."):
        file.write_text(text)
        os.utime(file, ns=(tomorrow, tomorrow))
        assert made.report().updated == 1
    assert made.report().updated == 0


def test_of_two_files_one_removed_leaves_the_other_as_it_was(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    kept = [row for row in content(made) if row[0].document != "pci.md"]  # type: ignore[attr-defined]
    (made.folder / "pci.md").unlink()
    report = made.report()
    assert (report.removed, report.documents) == (1, 3)
    assert content(made) == kept


def test_a_renamed_file_keeps_its_vectors(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    rows = vector_rows(made)
    made.encoder.pooled_texts.clear()
    (made.folder / "pci.md").rename(made.folder / "renamed.md")
    report = made.report()
    assert (report.added, report.removed) == (1, 1)
    assert (vector_rows(made), made.encoder.pooled_texts) == (rows, [])


def test_sentences_that_read_the_same_share_one_vector(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "Same words.", "b.txt": "Same words.", "c.txt": "Other."})
    assert made.encoder.pooled_texts.count("Same words.") == 2  # as a sentence, as a passage
    assert vector_rows(made) == 6  # two sentences, two passages, two sentences in passages
    first, second = made.snapshot().unit_vectors("sentence", "mean")[:2]
    np.testing.assert_array_equal(first, second)


def test_vectors_are_those_of_the_embedded_texts(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    snapshot = made.snapshot()
    stored = snapshot.sentences(range(snapshot.n_sentences))
    assert stored[12].embedded_text.endswith(
        "ECC: Register | Offset | Access: MC_STS | 0xB2 | [RO]"
    )
    expected = WordEncoder().pool([s.embedded_text for s in stored], "document")
    for name in POOLINGS:
        np.testing.assert_array_equal(
            snapshot.unit_vectors("sentence", name), expected.vectors[name]
        )


def test_offsets_of_the_index_slice_its_texts(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    snapshot = made.snapshot()
    for stored in snapshot.sentences(range(snapshot.n_sentences)):
        text = snapshot.document(stored.place.document).text
        assert text[stored.place.start : stored.place.end] == stored.text
        assert stored.text in stored.passage


# ── cancelled, killed, damaged ──


def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer_module, "COMMIT_SENTENCES", 3)
    monkeypatch.setattr(batch_module, "ENCODE_SENTENCES", 3)


def test_a_run_cancelled_at_any_event_and_run_again_gives_the_same_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    files = {**FIRMWARE, "bad.md": BINARY}
    whole = Corpus(tmp_path / "whole").write(files)
    n_events = len(whole.refresh())
    expected, expected_ranks = content(whole), ranks(whole.snapshot(), whole)
    assert n_events > 15
    for n in range(n_events + 1):
        made = Corpus(tmp_path / str(n)).write(files)
        taken = taking(made.indexer().refresh(), n)
        assert len(taken) == n
        made.refresh()
        assert content(made) == expected, n
        assert ranks(made.snapshot(), made) == expected_ranks, n
        assert made.report().failures == whole.report().failures


def test_what_was_committed_before_a_cancel_is_not_encoded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    made = Corpus(tmp_path).write(FIRMWARE)
    run = made.indexer().refresh()
    next(event for event in run if isinstance(event, IndexProgressed) and event.searchable)
    run.close()
    done = set(made.encoder.pooled_texts)
    made.encoder.pooled_texts.clear()
    made.refresh()
    assert done
    assert done.isdisjoint(made.encoder.pooled_texts)


def test_an_encoder_that_fails_midway_loses_only_what_was_not_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    whole = corpus(tmp_path / "whole", FIRMWARE)
    made = Corpus(tmp_path / "made").write(FIRMWARE)

    class Failing(WordEncoder):
        def pool(self, texts, role):  # type: ignore[no-untyped-def]
            if len(self.pooled_texts) > 9:
                raise MemoryError
            return super().pool(texts, role)

    made.encoder = Failing()
    with pytest.raises(MemoryError):
        made.refresh()
    made.encoder = WordEncoder()
    made.refresh()
    assert content(made) == content(whole)


def test_vectors_beyond_the_commit_are_cut_and_nothing_else_is_touched(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    before = content(made)
    for file in (made.index / "vectors").iterdir():
        with file.open("ab") as stream:
            stream.write(b"\xff" * 1000)
    made.write({"new.txt": "Capsules update firmware."})
    made.refresh()
    assert [row for row in content(made) if row[1] != "Capsules update firmware."] == before


def test_a_catalogue_that_is_none_is_damage_with_the_cure(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    for file in made.index.glob("catalogue.db*"):
        file.write_bytes(b"no database at all" * 100)
    with pytest.raises(IndexDamaged) as caught:
        made.refresh()
    assert "index the folder again" in caught.value.hint


def test_a_busy_or_full_disk_is_no_reason_to_delete_the_index(tmp_path: Path) -> None:
    made = corpus(tmp_path, FIRMWARE)
    with pytest.raises(IndexFault) as caught, opened(made.index / "catalogue.db"):
        raise sqlite3.OperationalError("database or disk is full")
    assert not isinstance(caught.value, IndexDamaged)
    assert "disk is full" in caught.value.message
    assert "delete" not in caught.value.hint


# ── files that cannot be indexed ──


def test_failures_are_rows_and_the_rest_is_indexed(tmp_path: Path) -> None:
    made = Corpus(tmp_path, max_file_bytes=2**20).write(
        {"good.md": "Good text.", "binary.md": BINARY, "empty.md": "", "big.txt": b"x" * 2**21}
    )
    events = made.refresh()
    report = report_of(events)
    assert report.documents == 1
    assert {f.document for f in report.failures} == {"binary.md", "empty.md", "big.txt"}
    assert set(failures_of(events)) == set(report.failures)
    big = next(f for f in report.failures if f.document == "big.txt")
    assert "larger than 1 MB" in big.reason
    assert "max_file_mb" in big.reason  # the cure stands beside the failure


def test_a_failure_is_reported_again_but_not_retried_until_its_file_changes(
    tmp_path: Path,
) -> None:
    made = corpus(tmp_path, {"good.md": "Good.", "bad.md": BINARY})
    events = made.refresh()
    assert changed_of(events) == 0
    assert failures_of(events) == []
    assert [f.document for f in report_of(events).failures] == ["bad.md"]
    made.write({"bad.md": "Mended text."})
    report = made.report()
    assert (report.added, report.failures) == (1, ())


def test_a_file_too_large_is_read_once_the_limit_is_raised(tmp_path: Path) -> None:
    made = Corpus(tmp_path, max_file_bytes=5).write({"a.txt": "Longer than five bytes."})
    assert len(made.report().failures) == 1
    made.max_file_bytes = 100
    report = made.report()
    assert (report.added, report.failures) == (1, ())


@pytest.mark.parametrize("fault", [PermissionError(13, "denied"), OSError(5, "I/O error")])
def test_a_file_that_could_not_be_read_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError
) -> None:
    made = Corpus(tmp_path).write({"a.txt": "Some text.", "b.txt": "More text."})
    really_open = Path.open

    def failing(self: Path, *how, **named):  # type: ignore[no-untyped-def]
        if self.name == "a.txt":
            raise fault
        return really_open(self, *how, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", failing)
        report = made.report()
    assert [f.document for f in report.failures] == ["a.txt"]
    assert str(fault.strerror) in report.failures[0].reason
    report = made.report()
    assert (report.added, report.failures) == (1, ())


def test_a_file_that_vanishes_between_listing_and_reading_is_a_failure(tmp_path: Path) -> None:
    made = Corpus(tmp_path).write({"a.txt": "Some text.", "b.txt": "More text."})
    run = made.indexer().refresh()
    next(run)  # the folder is listed
    (made.folder / "b.txt").unlink()
    (failed,) = failures_of(run)
    assert (failed.document, counts(made)["documents"]) == ("b.txt", 1)
    assert made.report().failures == ()


def test_a_reader_that_breaks_ends_nothing_but_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ReadingHere.read

    def breaking(self, path, data):  # type: ignore[no-untyped-def]
        if path == "a.txt":
            raise RecursionError("too deep")
        return (yield from read(self, path, data))

    monkeypatch.setattr(ReadingHere, "read", breaking)
    made = Corpus(tmp_path).write({"a.txt": "Some text.", "b.txt": "More text."})
    report = made.report()
    assert report.failures == (FileFailed("a.txt", "RecursionError: too deep"),)
    assert report.documents == 1


def test_a_document_that_becomes_unreadable_leaves_the_index(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "Some text.", "b.txt": "More text."})
    made.write({"a.txt": BINARY})
    report = made.report()
    assert (report.documents, [f.document for f in report.failures]) == (1, ["a.txt"])
    assert counts(made)["sentences"] == 1


@pytest.mark.parametrize("fault", [RuntimeError("broken"), ImportError("no torch")])
def test_a_model_that_cannot_be_loaded_is_no_fault_of_the_files(
    tmp_path: Path, fault: Exception
) -> None:
    made = Corpus(tmp_path).write(FIRMWARE)
    indexer = made.indexer()

    def load() -> WordEncoder:
        raise fault

    indexer._load_encoder = load
    with pytest.raises(type(fault)):
        list(indexer.refresh())
    assert made.report().documents == 4


def test_an_unavailable_model_ends_the_run_with_its_own_error(tmp_path: Path) -> None:
    made = Corpus(tmp_path).write(FIRMWARE)
    indexer = made.indexer()

    def load() -> WordEncoder:
        raise ModelUnavailable("no model", "get one")

    indexer._load_encoder = load
    with pytest.raises(ModelUnavailable):
        list(indexer.refresh())
    assert counts(made) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize("name", ["[@click=app.quit].md", "内存.md"])
def test_any_file_name_can_be_indexed_and_forgotten(tmp_path: Path, name: str) -> None:
    made = corpus(tmp_path, {name: "Some text."})
    (stored,) = made.snapshot().sentences([0])
    assert stored.place.document == name
    (made.folder / name).unlink()
    made.refresh()
    assert counts(made) == dict.fromkeys(TABLES, 0)


def test_a_subfolder_that_cannot_be_listed_keeps_its_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = corpus(tmp_path, {"a.txt": "Some text.", "sub/b.txt": "More text.", "sub2/c.txt": "C."})
    scandir = os.scandir

    def failing(path):  # type: ignore[no-untyped-def]
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", failing)
        report = made.report()
    assert (report.removed, report.documents) == (0, 3)
    assert [f.document for f in report.failures] == ["sub"]
    assert made.report().failures == ()


# ── more than one at a time ──


def test_a_second_run_meanwhile_is_locked_out_and_names_the_owner(tmp_path: Path) -> None:
    made = Corpus(tmp_path).write(FIRMWARE)
    run = made.indexer().refresh()
    next(run)
    with pytest.raises(IndexLocked, match=f"process {os.getpid()}"):
        made.refresh()
    run.close()
    assert made.report().documents == 4


def test_a_reader_sees_the_last_commit_while_a_writer_works(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "Old words here."})
    made.write({"b.txt": "New words here."})
    run = made.indexer().refresh()
    next(event for event in run if isinstance(event, IndexProgressed) and not event.searchable)
    during = made.snapshot()
    assert during.n_sentences == 1
    list(run)
    assert during.n_sentences == 1
    assert during.scores("sentence", "mean", during.unit_vectors("sentence", "mean")[0]).shape == (
        1,
    )
    after = made.snapshot()
    assert after.n_sentences == 2
    assert after.generation > during.generation


def test_ids_are_never_used_twice(tmp_path: Path) -> None:
    made = corpus(tmp_path, {"a.txt": "One. Two."})
    seen: set[int] = set()
    for text in ("Three. Four.", "Five.", "Six. Seven. Eight."):
        before = made.snapshot()
        seen |= set(before.sentence_ids.tolist())
        made.write({"a.txt": text})
        made.refresh()
        assert seen.isdisjoint(made.snapshot().sentence_ids.tolist())


def test_a_data_folder_that_cannot_be_written_is_named_with_the_cure(tmp_path: Path) -> None:
    made = Corpus(tmp_path).write(FIRMWARE)
    made.index.write_text("a file in the way")
    with pytest.raises(IndexFault) as caught:
        made.refresh()
    assert str(made.index) in caught.value.message
    assert "ASSISTANT_HOME" in caught.value.hint


@pytest.mark.parametrize("is_closed_early", [False, True])
def test_a_run_ends_the_reading_however_it_ends(tmp_path: Path, is_closed_early: bool) -> None:
    class Watched(ReadingHere):
        is_open = True

        def close(self) -> None:
            self.is_open = False

    reading = Watched()
    run = Corpus(tmp_path, reading=reading).write({"a.md": "One. Two.", "b.md": "Three."}).indexer()
    events = run.refresh()
    assert isinstance(next(events), FolderScanned)
    if is_closed_early:
        next(events)
        events.close()
    else:
        list(events)
    assert not reading.is_open
