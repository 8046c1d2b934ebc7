from __future__ import annotations

import codecs
import random
import time

import pytest

from assistant.documents import decode, read_document
from assistant.errors import UnreadableFile

ENGLISH = "The controller waits until EFI_READY is set.\nIt must be written before that.\n"
CHINESE = "内存控制器必须先初始化，然后写入寄存器 GPIO_PAD_CFG_DW0。\n复位之后，设备会重新枚举。\n"
GERMAN = "Der Zähler läuft über, wenn die Prüfsumme größer ist. Für ältere Geräte gilt das nicht.\n"


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, ENGLISH + CHINESE])
@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "utf-32"),
    ],
)
def test_unicode_encodings_are_read_with_and_without_mark(
    text: str, codec: str, mark: bytes, name: str
) -> None:
    decoded = decode(mark + text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, name, ())


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "gb2312"])
def test_chinese_legacy_encodings_are_read(codec: str) -> None:
    decoded = decode((ENGLISH * 50 + CHINESE).encode(codec))
    assert decoded.text == ENGLISH * 50 + CHINESE
    assert decoded.encoding == "gb18030"


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_western_legacy_encodings_are_read(codec: str) -> None:
    assert decode(GERMAN.encode(codec)).text == GERMAN


def test_a_single_western_letter_is_not_taken_for_chinese() -> None:
    assert decode("Resistance of 5 Ω is not 5 µs.".replace("Ω", "W").encode("latin-1")).text == (
        "Resistance of 5 W is not 5 µs."
    )


def test_few_broken_bytes_in_utf8_cost_only_themselves() -> None:
    decoded = decode((CHINESE * 5).encode() + b"\xff tail")
    assert decoded.text == CHINESE * 5 + "\ufffd tail"
    assert decoded.encoding == "utf-8"
    assert "1 characters" in decoded.warnings[0]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
        (b"\x7fELF\x02\x01", "ELF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"text with a \x00 in it", "NUL"),
        (bytes(range(1, 32)) * 20, "control"),
        (random.Random(7).randbytes(4096), "NUL"),
    ],
)
@pytest.mark.parametrize("name", ["notes.md", "notes.rst", "notes.txt", "notes.html", "NOTES"])
def test_what_is_no_text_is_refused_with_path_and_reason(name: str, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document(name, data)
    assert caught.value.message.startswith(f"{name}: ")
    assert why in caught.value.message
    assert caught.value.hint


def test_unknown_formats_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document("image.iso", b"text")
    assert "image.iso" in caught.value.message
    assert ".md" in caught.value.hint


def test_files_without_words_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="no text"):
        read_document("rules.md", b"---\n\n***\n")


def test_five_megabytes_of_legacy_chinese_are_decoded_within_a_second() -> None:
    data = (ENGLISH + CHINESE).encode("gb18030") * 35_000
    started = time.perf_counter()
    assert decode(data).encoding == "gb18030"
    assert time.perf_counter() - started < 1.0
