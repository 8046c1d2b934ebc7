"""Office files, tables, books and notebooks as a person reads them, and those that are none."""

from __future__ import annotations

import datetime
import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from assistant.documents import archives, read_document
from assistant.errors import UnreadableFile
from assistant.records import Document, Sentence
from tests.documents.laws import check_laws

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
]><x>&e;</x>"""


def read(name: str, data: bytes) -> tuple[Document, list[Sentence]]:
    document = read_document(name, data)
    return document, list(check_laws(document))


def heading_of(document: Document, sentence: Sentence) -> tuple[str, ...]:
    return document.sections[sentence.section].heading_path


def zipped(members: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def word_file() -> bytes:
    import docx

    made = docx.Document()
    made.core_properties.title = "A porting guide"
    made.add_heading("Memory", 1)
    made.add_heading("Training", 2)
    made.add_paragraph("DDR4 is trained first. ECC\nfollows.")
    made.add_paragraph("The first step", style="List Number")
    table = made.add_table(rows=3, cols=2)
    texts = (("Name", "Offset"), ("A", "0x10"), ("B", "0x14"))
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    made.add_paragraph("内存在复位后训练。")
    packed = BytesIO()
    made.save(packed)
    return packed.getvalue()


def slides() -> bytes:
    import pptx

    made = pptx.Presentation()
    for title, words in (("Boot", "The boot block runs first."), ("Memory", "Then memory.")):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = words
    slide.notes_slide.notes_text_frame.text = "Say that training is slow."
    packed = BytesIO()
    made.save(packed)
    return packed.getvalue()


def workbook(far: bool = False) -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "GPIO"
    sheet.append(["Pad", "Function", "Since"])
    sheet.append(["GPP_A0", "UART0 RXD", datetime.datetime(2024, 3, 1)])
    sheet.append([])
    sheet.append(["GPP_A1", 3.0, None])
    if far:
        sheet["A1000000"] = "beyond"
    packed = BytesIO()
    made.save(packed)
    return packed.getvalue()


CHAPTER = b"<html><body><h1>Boot</h1><p>It starts in ROM.</p></body></html>"


def book(href: str = "one.xhtml") -> bytes:
    package = f"""<package xmlns="http://www.idpf.org/2007/opf"><metadata>
        <title xmlns="http://purl.org/dc/elements/1.1/">A book</title></metadata><manifest>
        <item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>
        <item id="one" href="{href}" media-type="application/xhtml+xml"/></manifest>
        <spine><itemref idref="one"/><itemref idref="two"/></spine></package>"""
    return zipped(
        {
            "META-INF/container.xml": b"<container><rootfiles><rootfile full-path='OPS/p.opf'/>"
            b"</rootfiles></container>",
            "OPS/p.opf": package.encode(),
            "OPS/one.xhtml": CHAPTER,
            "OPS/two.xhtml": b"<html><body><h1>Memory</h1><p>Then memory.</p></body></html>",
        }
    )


def notebook(cells: object) -> bytes:
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def test_word_files_keep_headings_lists_and_tables() -> None:
    document, sentences = read("guide.docx", word_file())
    assert document.title == "A porting guide"
    found = [(s.kind, heading_of(document, s)[-1], s.text, s.context) for s in sentences]
    assert found == [
        ("prose", "Training", "DDR4 is trained first.", ""),
        ("prose", "Training", "ECC follows.", ""),
        ("list_item", "Training", "The first step", ""),
        ("table_row", "Training", "A | 0x10", "Name | Offset"),
        ("table_row", "Training", "B | 0x14", "Name | Offset"),
        ("prose", "Training", "内存在复位后训练。", ""),
    ]


def test_slides_are_pages_with_their_notes() -> None:
    document, sentences = read("talk.pptx", slides())
    assert [(s.page, heading_of(document, s), s.text) for s in sentences] == [
        (1, ("Boot",), "The boot block runs first."),
        (2, ("Memory",), "Then memory."),
        (2, ("Memory",), "Say that training is slow."),
    ]


def test_sheets_are_sections_and_rows_sentences() -> None:
    document, sentences = read("pads.xlsx", workbook())
    header = "Pad | Function | Since"
    assert [(s.line, heading_of(document, s), s.text, s.context) for s in sentences] == [
        (2, ("GPIO",), "GPP_A0 | UART0 RXD | 2024-03-01", header),
        (4, ("GPIO",), "GPP_A1 | 3", header),
    ]


def test_a_sheet_that_is_nearly_empty_is_no_endless_one() -> None:
    assert len(read("pads.xlsx", workbook(far=True))[1]) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_of_csv_stand_on_their_lines(delimiter: str) -> None:
    rows = [("Register", "Offset"), ('"two\nlines"', "0x10"), ("B", "0x14")]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    found = [(s.line, s.text, s.context) for s in read("r.csv", data)[1]]
    header = "Register | Offset"
    assert found == [(2, "two lines | 0x10", header), (4, "B | 0x14", header)]


def test_numbers_are_no_header() -> None:
    assert [s.text for s in read("n.csv", b"1,2\n3,4\n")[1]] == ["1 | 2", "3 | 4"]


def test_books_are_read_in_the_order_of_their_spine() -> None:
    document, sentences = read("b.epub", book())
    assert document.title == "A book"
    assert [(s.page, heading_of(document, s), s.text) for s in sentences] == [
        (1, ("Boot",), "It starts in ROM."),
        (2, ("Memory",), "Then memory."),
    ]


def test_a_book_reads_nothing_outside_of_itself() -> None:
    document, sentences = read("b.epub", book(href="../../../../etc/passwd"))
    assert [s.text for s in sentences] == ["Then memory."]
    assert "chapter 1 was left out" in document.warnings[0]


def test_cells_of_a_notebook_are_pages() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Timing\n", "\n", "It is slow. Very."]},
        {"cell_type": "code", "source": "x = measure()", "outputs": [{"text": ["took 3 s\n"]}]},
        {"cell_type": "raw", "source": None},
        "no cell",
    ]
    document, sentences = read("n.ipynb", notebook(cells))
    assert [(s.page, s.kind, heading_of(document, s), s.text) for s in sentences] == [
        (1, "prose", ("Timing",), "It is slow."),
        (1, "prose", ("Timing",), "Very."),
        (2, "code", ("Timing",), "x = measure()"),
        (2, "code", ("Timing",), "took 3 s"),
    ]


NAMES = ("a.docx", "a.pptx", "a.xlsx", "a.epub")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"Only text.",
        lambda: b"PK\x03\x04" + bytes(400),
        lambda: word_file()[:2000],
        lambda: zipped({"other": b"words"}),
        lambda: zipped({"[Content_Types].xml": ENTITIES, "META-INF/container.xml": ENTITIES}),
    ],
)
def test_what_is_no_such_file_says_so(name: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(name, make())
    assert caught.value.hint
    assert "aaaaaaaaaa" * 20 not in caught.value.message


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1 << 20)
    data = zipped({"[Content_Types].xml": b"", "part.xml": bytes(2 << 20)})
    for name in NAMES:
        with pytest.raises(UnreadableFile, match="zip bomb"):
            read(name, data)


def test_encrypted_and_old_files_say_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match="encrypted, or of the format before 2007") as caught:
        read("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600))
    assert "password" in caught.value.hint


DEEP_JSON = b'{"cells": ' + b"[" * 100_000


@pytest.mark.parametrize("data", [b"", b"{", b"[]", DEEP_JSON, b"\x00\x01" * 99])
def test_what_is_no_notebook_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read("a.ipynb", data)
