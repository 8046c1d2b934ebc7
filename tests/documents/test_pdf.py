"""PDF pages as a person reads them: columns apart, tables by row, no running headers."""

from __future__ import annotations

import pytest

from assistant.documents import read_document
from assistant.errors import UnreadableFile
from assistant.records import Document, Sentence
from tests.documents.laws import check_laws
from tests.documents.pdf_files import Page, bomb, encrypted, endless_pages, manual, pdf

LEFT = [
    "The left column begins here and",
    "goes on for a while until it has",
    "said all that it has to say about",
    "the memory controller and its many",
    "timing registers. Then it stops at",
    "the bottom of the page, as columns",
    "do in every manual that I know.",
]
RIGHT = [
    "The right column is about another",
    "thing: the bridge and its windows,",
    "which are programmed after the bus",
    "numbers are known. No line of it is",
    "part of a line of the left column,",
    "whatever the heights of both may be",
    "on a page of this very document.",
]


def read(data: bytes) -> tuple[Document, list[Sentence]]:
    document = read_document("manual.pdf", data)
    return document, list(check_laws(document))


def texts(data: bytes) -> list[str]:
    return [sentence.text for sentence in read(data)[1]]


def test_paragraphs_are_joined_over_lines_and_divided_by_space() -> None:
    page = Page().lines(72, 700, ["The SPD is read", "over SMBus. It lies", "at 0x50."])
    page.at(72, 600, "Another paragraph.")
    assert texts(pdf([page])) == [
        "The SPD is read over SMBus.",
        "It lies at 0x50.",
        "Another paragraph.",
    ]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The initiali-", "sation ends."], "The initialisation ends."),
        (["It runs at DDR4-", "3200 always."], "It runs at DDR4-3200 always."),
        (["The fields are read-", "Only by name."], "The fields are read-Only by name."),
    ],
)
def test_a_word_divided_at_the_end_of_a_line_is_one_word(lines: list[str], joined: str) -> None:
    assert texts(pdf([Page().lines(72, 700, lines)])) == [joined]


def test_columns_are_read_one_after_the_other() -> None:
    page = Page().at(72, 740, "A title over both of the columns of this page, as wide as they are")
    page.lines(72, 700, LEFT).lines(320, 703, RIGHT)
    said = " ".join(texts(pdf([page])))
    assert " ".join(LEFT) in said
    assert " ".join(RIGHT) in said
    assert said.index(LEFT[0]) < said.index(RIGHT[0])


def test_rows_of_a_table_are_sentences_with_the_header_as_context() -> None:
    rows = [("Register", "Offset", "Access"), ("MC_STS", "0xB2", "RO"), ("MC_CTL", "0xB4", "RW")]
    page = Page().at(72, 740, "The registers are these.")
    for i, row in enumerate(rows):
        for x, cell in zip((72, 200, 300), row, strict=True):
            page.at(x, 700 - 14 * i, cell)
    page.at(200, 658, "(sticky)")  # the middle cell of the last row goes on
    _, sentences = read(pdf([page]))
    found = [(s.text, s.context) for s in sentences if s.kind == "table_row"]
    header = "Register | Offset | Access"
    assert found == [
        ("MC_STS | 0xB2 | RO", header),
        ("MC_CTL | 0xB4 (sticky) | RW", header),
    ]


def test_bookmarks_and_size_make_headings() -> None:
    first = Page().at(72, 740, "1.2 Memory").at(72, 700, "DDR4 is trained first.")
    second = Page().at(72, 740, "Large words", 20).at(72, 700, "ECC follows.")
    second.lines(72, 650, ["Body text is small,", "as it is elsewhere."])
    document, sentences = read(pdf([first, second], [("Memory", 0)]))
    paths = {s.text: document.sections[s.section].heading_path for s in sentences}
    assert paths["DDR4 is trained first."] == ("1.2 Memory",)
    assert paths["ECC follows."][-1] == "Large words"


def test_what_repeats_at_the_edges_of_pages_is_dropped_and_counted() -> None:
    document, sentences = read(manual(30))
    said = [sentence.text for sentence in sentences]
    assert not any("Example Controller Manual" in text or "Page " in text for text in said)
    assert sum(text.startswith("The ") for text in said) == 30 * 18
    assert document.pages == 30
    assert document.source_characters > len("".join(document.text.split()))
    first_words = {s.text.split()[0]: s.page for s in sentences if s.page and s.page > 28}
    assert first_words


def test_pages_and_their_printed_labels() -> None:
    pages = [Page().at(72, 700, f"Sentence number {i} stands here.") for i in range(4)]
    document, sentences = read(pdf(pages, labels="0 << /S /r >> 2 << /S /D /P (A-) >>"))
    assert [s.page for s in sentences] == [1, 2, 3, 4]
    assert document.page_labels == ((1, "i"), (2, "ii"), (3, "A-1"), (4, "A-2"))


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    pages = [
        Page().lines(72, 120, ["The last paragraph of this page has", "no end here but"]),
        Page().lines(72, 700, ["goes on there. Then another."]).at(72, 600, "And more."),
    ]
    _, sentences = read(pdf(pages))
    assert [(s.text, s.page) for s in sentences] == [
        ("The last paragraph of this page has no end here but goes on there.", 1),
        ("Then another.", 1),
        ("And more.", 2),
    ]


def test_a_table_of_contents_is_no_prose() -> None:
    page = Page().at(72, 700, "1.1 Memory ................ 12").at(72, 600, "Real words here.")
    assert texts(pdf([page])) == ["Real words here."]


def test_pages_without_text_are_told() -> None:
    pages = [Page().at(72, 700, "Words are here.")] + [Page() for _ in range(9)]
    document, _ = read(pdf(pages))
    assert document.warnings[0] == "page 2 has no text: scanned?"
    assert document.warnings[-1] == "4 more pages have no text"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (encrypted(), "encrypted"),
        (pdf([Page(), Page()]), "none of its 2 pages has text: scanned?"),
        (b"%PDF-1.7\n" + b"\x00" * 500, "damaged"),
        (manual(3)[:900], "damaged"),
        (b"", "damaged"),
        (endless_pages(), "manual.pdf"),
        (bomb(50_000_000), "has text"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says) as caught:
        read(data)
    assert caught.value.message.startswith("manual.pdf: ")
    assert caught.value.hint


def test_hostile_words_are_only_words() -> None:
    page = Page().at(72, 700, "[@click=app.quit]x[/] \x1b]52;c;aGk=\x07 [RO]")
    (sentence,) = read(pdf([page]))[1]
    assert "\x1b" not in sentence.text
    assert "[RO]" in sentence.text
