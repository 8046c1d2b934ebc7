"""Chinese questions about English documents: what is added, its weight, and where it is told."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.expansion import ADDED_WEIGHT
from assistant.retrieval.glossary import Glossary, load_glossary
from assistant.retrieval.retrieving import retrieve
from tests.builders import Corpus, corpus

LINES = ("内存控制器\tmemory controller|MC", "内存\tmemory|DRAM", "# a remark", "no entry")


def asked(folder: Corpus, question: str, lines: tuple[str, ...] = LINES):  # type: ignore[no-untyped-def]
    return folder.search(question, glossary=Glossary(lines))


def test_the_longest_term_counts() -> None:
    (only,) = Glossary(LINES).translations("内存控制器 是什么")
    assert only.variants == ("memory controller", "MC")


def test_an_english_question_is_left_as_it_is() -> None:
    assert load_glossary().translations("How is the memory controller initialised?") == ()


def test_the_list_has_several_hundred_terms_with_variants() -> None:
    glossary = load_glossary()
    assert len(glossary) >= 300
    assert glossary.translations("内存条")[0].variants == ("DIMM", "memory module")


def test_a_file_of_the_users_adds_to_it_and_a_broken_one_does_not_stop_a_question(
    tmp_path: Path,
) -> None:
    own = tmp_path / "terms.tsv"
    own.write_text("蜂窝固件\thoneycomb firmware\n破\n", "utf-8")
    assert load_glossary(own).translations("蜂窝固件")[0].variants == ("honeycomb firmware",)
    assert len(load_glossary(tmp_path / "none.tsv")) == len(load_glossary())
    broken = tmp_path / "broken.tsv"
    broken.write_bytes(b"\xff\xfe\x00")
    assert len(load_glossary(broken)) == len(load_glossary())


@given(st.text(max_size=80))
def test_no_question_breaks_it_and_what_it_finds_stands_in_the_question(question: str) -> None:
    for translation in load_glossary().translations(question):
        assert translation.written and translation.variants


def test_only_what_the_documents_hold_is_added_and_it_weighs_less(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"a.md": "DRAM is trained early.\n\nFans are loud.\n\nLids close."})
    search = asked(folder, "内存")
    assert [added.term for added in search.expansion.added] == ["DRAM"]
    trace = retrieve(search, "bm25", 5, "mean")
    assert trace.hits[0].sentence == "DRAM is trained early."
    assert (
        trace.hits[0].terms[0].score
        == ADDED_WEIGHT
        * folder.search("DRAM").term_shares(int(search.lexical_scores().argmax()))["dram"]
    )
    assert any("DRAM (内存)" in note for note in trace.notes)
    assert trace.evidence is not None and trace.evidence.words == 1


def test_documents_in_chinese_alone_leave_the_question_as_it_was(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"a.md": "内存在上电后训练。\n\n风扇很吵。"})
    trace = retrieve(asked(folder, "内存"), "bm25", 5, "mean")
    plain = retrieve(folder.search("内存"), "bm25", 5, "mean")
    assert trace.added_terms == ()
    assert (trace.hits, trace.notes, trace.evidence) == (plain.hits, plain.notes, plain.evidence)
