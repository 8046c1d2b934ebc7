from __future__ import annotations

import time

import pytest

from assistant.documents import read_document, split_sentences
from assistant.documents.sentences import MAX_CHARACTERS
from tests.documents.laws import check_laws, texts_of

# Sentences are separated by " / "; the text is what stands there without the marks.
TRICKY = [
    "See e.g. the PPI. / It is used, i.e. read, once.",
    "Fig. 3 shows the map. / Sec. 4.2 lists the pads.",
    "The rev. 2 board vs. the old one. / Both boot.",
    "Use approx. 5 ms. / Then retry.",
    "It needs v2.10. / Older ones fail.",
    "Fit jumper No. 5 first. / See No. 7 for it.",
    "Buffers, queues, etc. are freed. / Locks, etc. / The rest stays.",
    "Intel Corp. ships it. / Made by Intel Corp. / The board boots.",
    "The U.S. Government has rights. / It is made in the U.S. / This is all.",
    "1. Enter SMM. / 2. Save the state.",
    "2) Write the lock bit. / Read it back.",
    "The file Platform.dsc lists it. / Edit MdePkg/Include/Base.h too.",
    "Bits SPI_HSFS.FLOCKDN and PSTATE.DAIF are set. / Nothing else is.",
    "Open https://uefi.org/specs/a.b?c=d.e and read. / Then close it.",
    "The value is 3.3 V (typ. 3.25 V). / It drifts.",
    "Wait... then go on. / Is it set? / Yes!",
    "The call (see above. It is long.) returns. / Done.",
    'It prints "Halt. Press a key." and stops. / Reboot.',
    "(It is reserved.) / The next bit is not.",
    "A. B. Smith wrote it. / He left.",
    "Choose option A. / Then reset.",
    "gBS->LocateProtocol() fails. / bl31 then panics.",
    "Write PCI[3:0] = [RO]. / [/etc/passwd] is a path.",
    "The range is 0x00..0xFF. / Others trap.",
    "Use DDR4-3200 or DDR5-4800. / _OSC decides.",
    "Dr. Chen and Mr. Li agree. / OK.",
    "The min. value is 1 and the max. value is 3. / Both are read.",
    "It halts at 10 a.m. each day. / Reset it.",
    "Read Table 7-1, cf. chapter 2. / Write it.",
    "控制器必须先就绪。 / 然后写入寄存器！ / 完成了吗？ / 是的。",
    "先锁定寄存器； / 再复位总线。",
    "他说：“停止。” / 随后复位。",
    "位 3（见图 2。保留）为零。 / 其余不变。",
    "使用 v2.10。 / 旧版本 (v1.9) 不行。",
    "等待…… / 超时后报告 EFI_TIMEOUT。",
    "参见 Platform.dsc 与 PSTATE.DAIF。 / 其余忽略。",
    "《规范。第二版》要求如此。 / 「注意。」 / 结束。",
    "PEI 阶段没有内存。 / Memory is found later. / 然后进入 DXE。",
    "The pad is in gpio_pads.c. / These are listed. / It is done.",
    "Codes come from errno.h. / Possible values follow.",
    "Read README.md. / Build it. / Assemble entry.S. / Link last.",
    "Only the 2.6.x. / Others fail.",
    "It is part of TF-A. / Specifically, it boots. / It talks to TF-M. / Measurements stay there.",
    "Use Type-C. / Plug it in. / The port does I/O. / Port 80 is read.",
    "The link runs at 6 Gb/s. / A healthy one holds.",
    "It waits 2.6 s. / Cards differ. / It needs 3.3 V. / Apply it.",
    "It prints nv 0x%x. / A frequent case is zero.",
    "Wait e.g. Monday. / J. Smith and a.k.a. Boot Guard stay. / It is 5 p.m. Monday.",
    "1.) Rebuild the image. / 2.) Flash it.",
    "Step1. Open the editor. / Step 2. Close it. / STEP 3. Done.",
    "步骤1. 打开编辑器。 / 然后关闭。",
    "It is specified (bit 3) by the bus. 2.",
    "保留“某甲说到……”这几行。 / 其余删除。",
    "（见下文……）保留这一段。 / 其余删除。",
    "处理：先复位总线。 / 再写寄存器。",
    "值为 0x8；",
    "步骤如下：",
]


@pytest.mark.parametrize("marked", TRICKY)
def test_tricky_firmware_text_is_split_where_a_reader_would(marked: str) -> None:
    expected = marked.split(" / ")
    is_chinese = not marked.isascii()
    text = ("" if is_chinese and " / M" not in marked else " ").join(expected)
    assert texts_of("x.txt", text) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Step 1.</p><p>Press the key. Wait.</p>", ["Step 1. Press the key.", "Wait."]),
        ("<p>1.)</p><p>2.)</p><p>Wait.</p>", ["1.)", "2.) Wait."]),
        ("<p>3.</p><h2>Pads</h2><p>Wait.</p>", ["3.", "Wait."]),
        ("<p>3.</p><pre>Write ();</pre>", ["3.", "Write ();"]),
        ("<p>Wait.</p><p>3.</p>", ["Wait.", "3."]),
        ("<p>原因：</p><p>没有供电。</p>", ["原因：没有供电。"]),
        ("<p>步骤如下：</p><p>先供电。</p>", ["步骤如下：", "先供电。"]),
    ],
)
def test_a_lone_number_or_label_goes_with_the_prose_after_it(
    source: str, expected: list[str]
) -> None:
    sentences = check_laws(read_document("x.html", source.encode()))
    assert [s.text for s in sentences] == expected


def test_a_label_on_its_own_line_goes_with_the_first_item_under_it() -> None:
    source = "问题 1：黑屏。\n  原因：没有供电。\n  处理：\n    (1) 先复位；\n    (2) 再供电。\n"
    sentences = check_laws(read_document("x.txt", source.encode()))
    assert [(s.line, s.text) for s in sentences] == [
        (1, "问题 1：黑屏。"),
        (2, "原因：没有供电。"),
        (3, "处理：(1) 先复位；"),
        (5, "(2) 再供电。"),
    ]


def test_a_lead_in_line_is_a_sentence_of_its_own() -> None:
    assert texts_of("x.txt", "Write these:\n- first\n- second") == [
        "Write these:",
        "first",
        "second",
    ]


def test_words_are_not_glued_or_broken_at_wraps() -> None:
    assert texts_of("x.md", "one\ntwo 内\n存 three\n内存\nx") == ["one two 内存 three 内存 x"]


def test_marks_without_words_stay_with_their_neighbour() -> None:
    assert texts_of("x.txt", "Stop. *** ! Then go.") == ["Stop. *** !", "Then go."]
    assert texts_of("x.txt", "... ! ? Go.") == ["... ! ? Go."]


def test_long_sentences_are_cut_at_clauses() -> None:
    text = "; ".join(f"clause number {i} of the sentence" for i in range(100))
    texts = texts_of("x.txt", text)
    assert all(len(t) <= MAX_CHARACTERS for t in texts)
    assert all(t.endswith(";") for t in texts[:-1])
    assert " ".join(texts) == text


def test_a_line_without_any_space_is_cut_anyway() -> None:
    texts = texts_of("x.txt", "a" * 2_500)
    assert [len(t) for t in texts] == [1_000, 1_000, 500]


@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.rst", "x.html"])
@pytest.mark.parametrize(
    "text",
    ["Wait for it (bit 3). ", "总线复位（位三）。", "(a. B", "word ", "“a。", "x"],
)
def test_100_kilobytes_on_one_line_takes_linear_time(name: str, text: str) -> None:
    data = (text * (100_000 // len(text.encode()))).encode()
    started = time.perf_counter()
    check_laws(read_document(name, data))
    assert time.perf_counter() - started < 5.0  # well under one; quadratic would be minutes


def test_two_megabytes_of_text_are_split_in_seconds() -> None:
    paragraph = "The controller waits until EFI_READY is set (bit 3). It must\nbe written.\n\n"
    data = (paragraph * (2_000_000 // len(paragraph))).encode()
    started = time.perf_counter()
    sentences = split_sentences(read_document("big.txt", data))
    assert time.perf_counter() - started < 10.0
    assert len(sentences) == 2 * data.count(b"\n\n")
