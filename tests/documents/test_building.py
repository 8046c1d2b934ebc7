from __future__ import annotations

from assistant.documents.building import DocumentBuilder, Row
from assistant.documents.joining import Fragment, join_fragments
from assistant.documents.locating import line_at, page_at
from assistant.records import Document


def at(text: str, line: int = 1) -> list[Fragment]:
    return [Fragment(text, line)]


def headed(*levels_and_texts: tuple[int, str]) -> Document:
    """Headings by level; level 0 is a paragraph."""
    builder = DocumentBuilder("a/b.md", "markdown", "utf-8")
    for level, text in levels_and_texts:
        if level:
            builder.heading(level, at(text))
        else:
            builder.block("prose", at(text))
    return builder.build()


def test_heading_paths_follow_levels_even_when_some_are_skipped() -> None:
    document = headed((1, "A"), (3, "B"), (0, "x"), (2, "C"), (0, "y"), (1, "D"), (0, "z"))
    assert [s.heading_path for s in document.sections] == [
        (),
        ("A",),
        ("A", "B"),
        ("A", "C"),
        ("D",),
    ]


def test_only_headings_with_nothing_below_them_are_blocks() -> None:
    document = headed((1, "A"), (2, "B"), (2, "C"), (0, "x"), (1, "D"), (2, "E"))
    found = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading"]
    assert found == ["B", "D", "E"]
    assert [b.start for b in document.blocks] == sorted(b.start for b in document.blocks)


def test_headings_stand_in_the_text_and_sections_hold_what_is_under_them() -> None:
    document = headed((0, "before"), (1, "A"), (0, "x"), (0, "y"))
    assert document.text == "before\nA\nx\ny"
    spans = [document.text[s.start : s.end] for s in document.sections]
    assert spans == ["before", "x\ny"]


def test_the_title_is_given_or_the_outermost_heading_or_the_file_name() -> None:
    assert headed((2, "Deep"), (1, "Top"), (0, "x")).title == "Top"
    assert headed((0, "x")).title == "b"


def test_soft_wraps_become_spaces_but_not_between_cjk() -> None:
    joined = join_fragments([Fragment("one\n  two\n内\n存\nEFI", 5)])
    assert joined.text == "one two 内存 EFI"
    assert joined.marks == [(0, 5), (4, 6), (8, 7), (9, 8), (11, 9)]


def test_adjacent_fragments_are_not_spaced() -> None:
    fragments = [Fragment("EFI", 1), Fragment("_READY", 1), Fragment(" is ", 1), Fragment("on", 1)]
    assert join_fragments(fragments).text == "EFI_READY is on"


def test_the_space_that_markup_needs_before_chinese_punctuation_is_dropped() -> None:
    assert join_fragments([Fragment("EFI_READY", 1), Fragment(" 。", 1)]).text == "EFI_READY。"


def test_lines_are_known_within_joined_paragraphs_and_code() -> None:
    builder = DocumentBuilder("x", "plain", "utf-8")
    builder.block("prose", at("one\ntwo\nthree", 10))
    builder.code("a;\n\nb;", 20)
    document = builder.build()
    lines = {
        w: line_at(document, document.text.index(w)) for w in ("one", "two", "three", "a", "b")
    }
    assert lines == {"one": 10, "two": 11, "three": 12, "a": 20, "b": 22}


def test_pages_are_known_from_their_first_character_on() -> None:
    builder = DocumentBuilder("x", "pdf", "utf-8")
    for number, text in ((1, "first"), (2, "second")):
        builder.page(number)
        builder.block("prose", at(text))
    document = builder.build()
    assert page_at(document, document.text.index("first")) == 1
    assert page_at(document, document.text.index("second")) == 2
    assert page_at(headed((0, "x")), 0) is None


def test_header_names_are_context_and_not_part_of_the_quote() -> None:
    builder = DocumentBuilder("x", "plain", "utf-8")
    builder.table(Row(["Bit", "Name"], 1), [Row(["3", "READY"], 3), Row(["", "BUSY"], 4)])
    document = builder.build()
    assert document.text == "Bit | Name\n3 | READY\nBUSY"
    assert [(b.kind, b.context) for b in document.blocks] == [("table_row", "Bit | Name")] * 2


def test_a_header_without_rows_is_a_row() -> None:
    builder = DocumentBuilder("x", "plain", "utf-8")
    builder.table(Row(["Bit", "Name"], 7), [])
    document = builder.build()
    assert [(document.text[b.start : b.end], b.context) for b in document.blocks] == [
        ("Bit | Name", "")
    ]
    assert document.line_marks == ((0, 7),)


def test_blocks_without_words_are_left_out() -> None:
    builder = DocumentBuilder("x", "plain", "utf-8")
    builder.block("prose", at("-----"))
    builder.code("}", 1)
    builder.heading(1, at("***"))
    assert builder.build().text == ""
