"""AsciiDoc and manual pages: their words with structure, without their markup."""

from __future__ import annotations

from assistant.documents import read_document
from assistant.records import Document, Sentence
from tests.documents.laws import check_laws

ADOC = """= Porting guide
:board: Kestrel

== Memory

// A remark for authors.
The {board} board trains *DDR4* first. See <<ecc,the next part>>.

* A first item
* A second item

[[ecc]]
=== ECC

NOTE: ECC follows the training.

.Registers
|===
|Name |Offset

|MC_STS |0xB2
|MC_CTL |0xB4
|===

----
mem_init(&board);
----
"""
MAN = r""".TH FLASHTOOL 8 2024
.\" A remark for authors.
.SH NAME
flashtool \- write firmware images
.SH OPTIONS
.TP
.B \-\-verify
Read the image back. Compare \fIevery\fP block.
.SH "SEE ALSO"
.BR fwinfo (8)
"""
MDOC = """.Dd June 1, 2024
.Dt FWINFO 8
.Os
.Sh NAME
.Nm fwinfo
.Nd show firmware versions
.Sh DESCRIPTION
The
.Nm
tool reads the version from
.Pa /dev/fw .
"""


def read(name: str, source: str) -> tuple[Document, list[Sentence]]:
    document = read_document(name, source.encode())
    return document, list(check_laws(document))


def test_asciidoc_sections_lists_tables_and_code() -> None:
    document, sentences = read("guide.adoc", ADOC)
    found = {s.text: (document.sections[s.section].heading_path[-1], s.line) for s in sentences}
    assert found["The Kestrel board trains DDR4 first."] == ("Memory", 7)
    assert found["A second item"] == ("Memory", 10)
    assert any("ECC follows the training." in text for text in found)
    rows = [(s.text, s.context) for s in sentences if s.kind == "table_row"]
    assert rows == [("MC_STS | 0xB2", "Name | Offset"), ("MC_CTL | 0xB4", "Name | Offset")]
    assert ("mem_init(&board);", "code") in {(s.text, s.kind) for s in sentences}
    assert "remark" not in document.text


def test_manual_pages_of_man() -> None:
    document, sentences = read("flashtool.8", MAN)
    texts = [s.text for s in sentences]
    assert document.format == "man"
    assert any("write firmware images" in text for text in texts)
    assert any(text.startswith("--verify: Read the image back.") for text in texts)
    assert "Compare every block." in texts
    assert "remark" not in document.text


def test_manual_pages_of_mdoc() -> None:
    _, sentences = read("fwinfo.8", MDOC)
    assert "The fwinfo tool reads the version from /dev/fw." in [s.text for s in sentences]


def test_a_numbered_file_that_is_no_manual_page_is_plain_text() -> None:
    _, sentences = read("boot.1", "The log of the first boot.\n")
    assert [s.text for s in sentences] == ["The log of the first boot."]
