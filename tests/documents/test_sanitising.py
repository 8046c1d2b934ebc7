from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import read_document, sanitise
from assistant.documents.sanitising import sanitise_source


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm"),
        ("\x1b[2Jgone", "[2Jgone"),
        ("\x9b2Jgone", "2Jgone"),
        ("a\u202egnp.exe\u202c", "agnp.exe"),
        ("\u2066x\u2069\u200e\u200f\u061c", "x"),
        ("PCD\u200b_NAME\ufeff\u2060", "PCD_NAME"),
        ("plain\U000e0041\U000e007f", "plain"),
        ("\ud800 lone", "\ufffd lone"),
        ("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\x00\x7f\x08", ""),
        ("tab\tstays\n", "tab\tstays\n"),
        ("PCI[3:0] = [RO] [/etc/passwd]", "PCI[3:0] = [RO] [/etc/passwd]"),
        ("内存 é 😀", "内存 é 😀"),
    ],
)
def test_hostile_characters_are_neutralised_and_others_kept(hostile: str, harmless: str) -> None:
    assert sanitise(hostile) == harmless


@given(st.text())
def test_a_stream_of_single_characters_gives_the_same_as_the_whole(text: str) -> None:
    whole = text.replace("\r", "")  # the one pair that spans two tokens
    assert "".join(map(sanitise, whole)) == sanitise(whole)


@given(st.text(st.characters()))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    clean = sanitise(text)
    assert sanitise(clean) == clean
    assert all(c in "\n\t" or c >= " " for c in clean)
    assert not any("\x7f" <= c <= "\x9f" for c in clean)


def test_form_feeds_do_not_add_lines_to_a_source() -> None:
    assert sanitise_source("page one\n\fpage two\r\nend").split("\n") == [
        "page one",
        " page two",
        "end",
    ]


@pytest.mark.parametrize("name", ["x.md", "x.rst", "x.txt", "x.html"])
def test_no_document_carries_escapes(name: str) -> None:
    data = "Reset \x1b[31mthe\x1b]52;c;eA==\x07 \u202ebus\u200b now.".encode()
    text = read_document(name, data).text
    assert text == "Reset [31mthe]52;c;eA== bus now."


@pytest.mark.parametrize("name", ["x.md", "x.rst", "x.txt", "x.html"])
def test_square_brackets_of_registers_are_verbatim(name: str) -> None:
    text = "Bits PCI[3:0] = [RO] and [/etc/passwd] stay."
    assert read_document(name, text.encode()).text == text
