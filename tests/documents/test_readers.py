"""Every format: the laws, and that what a file says comes out as what it is."""

from __future__ import annotations

import pytest

from assistant.documents import READERS, read_document, reader_for
from tests.documents.laws import SAMPLE_NAMES, check_laws, read_sample, sample_lines, texts_of

ENGLISH_SAMPLES = [name for name in SAMPLE_NAMES if name.startswith("guide")]
CHINESE_SAMPLES = [name for name in SAMPLE_NAMES if name.startswith("zh")]


def test_every_format_has_samples_in_both_languages() -> None:
    formats = {"markdown", "rst", "html", "plain", "asciidoc", "man"}
    for names in (ENGLISH_SAMPLES, CHINESE_SAMPLES):
        found = {reader_for(name) for name in names}
        assert {reader.name for reader in found if reader} == formats


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_samples_keep_the_laws(name: str) -> None:
    assert check_laws(read_sample(name))


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sentence_begins_on_its_line(name: str) -> None:
    lines = sample_lines(name)
    for sentence in check_laws(read_sample(name)):
        first = sentence.text.split()[0][:11]  # Chinese words may go on in the next line
        spanned = first == "DW0" and name == "guide.html"  # its cell began a row above
        assert first.rstrip(":") in lines[sentence.line - 1] or spanned, sentence


@pytest.mark.parametrize("name", ENGLISH_SAMPLES)
def test_structure_is_recognised(name: str) -> None:
    document = read_sample(name)
    sentences = check_laws(document)
    found = {(s.kind, s.text.removesuffix(" | none")) for s in sentences}
    assert ("list_item", "First wait for the bus.") in found or name == "guide.md"
    assert ("table_row", "DW0 | 0x0") in found
    assert any(s.kind == "code" and s.text.startswith("Write (Pad, 1);") for s in sentences)
    rows = [s for s in sentences if s.kind == "table_row" and s.text.startswith("DW0")]
    assert rows[0].context.startswith("Register | Reset")
    assert "Register | Reset" in document.text
    wrapped = [s for s in sentences if s.text.startswith("It ends on this line")]
    assert wrapped, "the soft wrap was not joined"


@pytest.mark.parametrize("name", CHINESE_SAMPLES)
def test_chinese_lines_are_joined_without_a_space(name: str) -> None:
    texts = [s.text for s in check_laws(read_sample(name))]
    assert "控制器必须先就绪，然后写入寄存器 GPIO_PAD_CFG_DW0。" in texts
    assert "随后复位；" in texts


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_heading_paths_and_title(name: str) -> None:
    document = read_sample(name)
    heading = "内存初始化" if name.startswith("zh") else "Setting up the pads"
    paths = [tuple(h.capitalize() for h in s.heading_path) for s in document.sections]
    page = "Kestrel(1)" if name.endswith(".1") else ""  # a manual page's name is a heading too
    assert ((page, heading) if page else (heading,)) in paths
    expected = "Kestrel guide" if name == "guide.md" else page or heading
    assert document.title.capitalize() == expected.capitalize()


@pytest.mark.parametrize("name", ["guide.md", "guide.rst", "guide.html"])
def test_a_heading_with_nothing_under_it_is_a_sentence(name: str) -> None:
    sentences = check_laws(read_sample(name))
    assert [s.text for s in sentences if s.kind == "heading"] == ["Empty heading"]


@pytest.mark.parametrize("name", ["guide.md", "guide.rst", "guide.html", "guide.txt"])
def test_no_markup_is_left(name: str) -> None:
    text = read_sample(name).text
    for markup in ("``", "**", "::", "<b>", "&lt;", "](", ":ref:", "toctree", "¶", "---", "==="):
        assert markup not in text
    assert "Go to the start" not in text and "alert" not in text and "hidden/page" not in text


def test_undefined_substitutions_and_references_keep_their_names() -> None:
    text = read_sample("guide.rst").text
    assert "described in the list of SoC and pad-list." in text
    assert "locked SMBus." in text
    assert "Title of it" in text and "Text inside of it." in text


def test_includes_and_raw_markup_of_rst_are_never_followed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    source = (
        b".. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n\n"
        b".. csv-table:: T\n   :file: /etc/passwd\n\n.. literalinclude:: /etc/passwd\n\n"
        b":unknown:`role` `broken |too and a `link`_.\n"
    )
    document = read_document("x.rst", source)
    assert "root:" not in document.text and "passwd" not in document.text
    assert "role" in document.text
    assert capfd.readouterr() == ("", "")


def test_one_file_cannot_change_how_the_next_is_read() -> None:
    hostile = b".. role:: ref(raw)\n   :format: html\n\n:ref:`hidden` text\n"
    read_document("a.rst", hostile)
    assert "shown text" in read_document("b.rst", b":ref:`shown` text\n").text


def test_a_parser_that_gives_up_costs_the_structure_only() -> None:
    deep = "".join("  " * i + f"- item{i}\n" for i in range(200))
    for name in ("deep.md", "deep.rst"):
        document = read_document(name, deep.encode())
        assert "item199" in document.text
        assert "plain text" in document.warnings[0]
        check_laws(document)


def test_rows_repeat_the_cell_that_spans_them() -> None:
    grid = b"+---+---+\n| a | b |\n+   +---+\n|   | c |\n+---+---+\n"
    rows = [s.text for s in check_laws(read_document("t.rst", grid))]
    assert rows == ["a | b", "a | c"]


def test_code_is_split_at_blank_lines_and_capped() -> None:
    lines = [f"Write{i} ();" for i in range(30)]
    source = "```\n" + "\n".join([*lines, "", *lines[:8]]) + "\n```\n"
    sentences = check_laws(read_document("c.md", source.encode()))
    counts = [s.text.count("\n") + 1 for s in sentences]
    assert counts == [10, 10, 10, 8]
    assert [s.line for s in sentences] == [2, 12, 22, 33]


def test_plain_text_without_extension_is_read() -> None:
    assert reader_for("docs/README") is READERS["plain"]
    assert read_document("docs/README", b"Read me.").format == "plain"


def test_settings_of_tools_are_no_documents() -> None:
    assert reader_for("docs/.gitignore") is None


def test_columns_that_drift_are_still_cells() -> None:
    source = "A_MAGIC    0x1  user a.h\nLONGER_MAGIC     0x2    b  b.h\nC  0x3      c c.h\n"
    assert [s.text for s in check_laws(read_document("x.txt", source.encode()))] == [
        "A_MAGIC | 0x1 | user a.h",
        "LONGER_MAGIC | 0x2 | b | b.h",
        "C | 0x3 | c c.h",
    ]


def test_every_line_of_a_log_is_a_sentence() -> None:
    log = b"[0.1] PEI core entered\n[0.2] SPD read failed: 0x8\n"
    sentences = check_laws(read_document("boot.log", log))
    assert [(s.line, s.text) for s in sentences] == [
        (1, "[0.1] PEI core entered"),
        (2, "[0.2] SPD read failed: 0x8"),
    ]


PLAIN = """\
第一章 概述
===========

Name:  Kestrel
Board: rev 2

The table of codes:

  0x01   SEC    reset vector
  0x02   SEC    microcode, loaded twice
  0x03   PEI    CAR

static int probe(void)
{
    int x;

    return x;
}

+------+     +------+
| BL1  |---->| BL2  |
+------+     +------+
"""


def test_plain_text_layout() -> None:
    sentences = check_laws(read_document("layout.txt", PLAIN.encode()))
    kinds = [(s.kind, s.line) for s in sentences]
    assert kinds == [
        ("prose", 4),
        ("prose", 5),
        ("prose", 7),
        ("table_row", 9),
        ("table_row", 10),
        ("table_row", 11),
        ("code", 13),
        ("code", 17),
        ("code", 20),
    ]
    assert sentences[4].text == "0x02 | SEC | microcode, loaded twice"


@pytest.mark.parametrize("rule", ["=" * 24, "-" * 24, "=" * 60, "-" * 9])
@pytest.mark.parametrize("gap", ["\n", ""])
def test_underlined_numbered_titles_are_headings(rule: str, gap: str) -> None:
    source = f"2.  RESET AND  PADS  (01-0F)\n{rule}\n{gap}The bus waits.\n"
    document = read_document("x.txt", source.encode())
    assert [s.text for s in check_laws(document)] == ["The bus waits."]
    assert document.sections[-1].heading_path == ("2. RESET AND PADS (01-0F)",)


def test_a_rule_under_a_numbered_list_makes_no_heading() -> None:
    source = "1. Set the pad\n2. Read it back\n------\n\nThe bus waits.\n"
    sentences = check_laws(read_document("x.txt", source.encode()))
    assert [s.kind for s in sentences] == ["list_item", "list_item", "prose"]


def test_numbers_in_a_log_stay_on_their_lines() -> None:
    sentences = check_laws(read_document("boot.log", b"1.\nPEI entered\n"))
    assert [s.text for s in sentences] == ["1.", "PEI entered"]


def test_terms_have_a_colon_of_their_script_before_the_definition() -> None:
    rst = "总线\n   一组导线。\n\n值：\n   一个数。\n\n位宽 : 整数\n   线数。\n\nPad\n   A pin.\n"
    html = "<dl><dt>总线</dt><dd>一组导线。</dd><dt>值：</dt><dd>一个数。</dd></dl>"
    plain = "总线（组）\n    一组导线。\n"
    assert texts_of("x.rst", rst) == [
        "总线：一组导线。",
        "值：一个数。",
        "位宽 : 整数：线数。",
        "Pad: A pin.",
    ]
    assert texts_of("x.html", html) == ["总线：一组导线。", "值：一个数。"]
    assert texts_of("x.txt", plain) == ["总线（组）：一组导线。"]


def test_a_full_line_that_hangs_over_the_next_is_no_term() -> None:
    source = "这一行中文一直写到了行末而且没有任何标点所以由下一行接着写\n    其余的内容。\n"
    assert texts_of("x.txt", source) == [source.replace("\n    ", "").strip()]


@pytest.mark.parametrize(
    "source",
    [
        "<p>Pads.</p><pre>digraph pads { a -&gt; b; }</pre>",
        "<p>Pads.</p><p><code>digraph pads { a -&gt; b; }</code></p>",
        '<p>Pads.</p><div><img alt="digraph pads { a -&gt; b; }"></div>',
        '<p>Pads. <img alt="digraph pads { a -&gt; b; }"></p>',
    ],
)
def test_graphviz_source_is_code(source: str) -> None:
    sentences = check_laws(read_document("x.html", source.encode()))
    assert [(s.kind, s.text) for s in sentences] == [
        ("prose", "Pads."),
        ("code", "digraph pads { a -> b; }"),
    ]


def test_the_fallback_of_an_embedded_drawing_is_left_out() -> None:
    source = "<p>Pads.</p><object>digraph pads { a; }</object><svg><text>a</text></svg>"
    assert texts_of("x.html", source) == ["Pads."]


def test_lines_are_not_those_of_equal_words_in_the_navigation() -> None:
    source = "<nav>\nReset\nPads\n</nav>\n<main>\n<h1>Pads</h1>\n<p>Reset</p>\n</main>"
    assert [(s.line, s.text) for s in check_laws(read_document("x.html", source.encode()))] == [
        (7, "Reset")
    ]


def test_fields_of_rst_stand_on_their_own_lines() -> None:
    source = ":Owner: Kestrel\n:Owner: Merlin\n:orphan:\n"
    assert [(s.line, s.text) for s in check_laws(read_document("x.rst", source.encode()))] == [
        (1, "Owner: Kestrel"),
        (2, "Owner: Merlin"),
    ]


def test_html_definitions_tables_and_lines() -> None:
    source = (
        "<p>one</p>\n<table><tr><td>a&amp;b<td>c</table>\n"
        "<pre>\n  int x;\n</pre>\n<p>an <em>in</em>line &lt;tag&gt;<br>break\nwrap</p>"
    )
    sentences = check_laws(read_document("x.html", source.encode()))
    assert [(s.line, s.kind, s.text) for s in sentences] == [
        (1, "prose", "one"),
        (2, "table_row", "a&b | c"),
        (4, "code", "  int x;".strip()),
        (6, "prose", "an inline <tag> break wrap"),
    ]
