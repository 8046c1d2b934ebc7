"""Whatever the bytes: a document that keeps the laws, or UnreadableFile. Nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.documents import READERS, read_document
from assistant.errors import UnreadableFile
from tests.documents.laws import check_laws

NAMES = [
    reader.names[0] if reader.names else f"x{reader.extensions[0]}" for reader in READERS.values()
]
relaxed = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# fmt: off
PIECES = st.sampled_from(
    [
    "word ", "内存。", "a.b ", "e.g. ", "1. ", "0x1F ", '"', "“", "”", "（", "）", "(", ")", "。",
    "；", "…", "...", "!", "- ", "* ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "{", "};\n",
    "```\n", "`", "``", "**", "*", "_", "__", "[", "](", "![", "> ", "# ", "---\n", "=====\n",
    "|", "|-|-|\n", "|a|b\n", "+--+--+\n", "| a | b |\n", "====  ====\n", "| line\n", "::\n\n",
    ".. note::\n", ".. x:: y\n   :o: p\n", ":r:`", "`_", "|s|_", "[#]_", ".. [1] ", "--opt  x\n",
    ":field: x\n", "term\n  def\n", "<div>", "</div>", "<table>", "<tr>", "<td>", "<p>", "<b",
    "<pre>", "</pre>", "<!--", "-->", "<script>", "&amp;", "&#0;", "<li>", "<dl><dt>", "<dd>",
    "/* ", " */", "// ", "/**\n", " * @param x ", "#define A 1\n", "#if 0\n", "#endif\n", "\\\n",
    "typedef struct {\n", "} NAME;\n", "enum {", "int f (int a);\n", "'", "Method (_STA, 0) {\n",
    "Device (A)\n", "[Defines]\n", "[Pcd]\n", "  A = B\n", "## @file\n", "#string S #language en ",
    "\"t\"\n", "config A\n", "\thelp\n", "\tbool \"p\"\n", "menu \"m\"\n", "/ {\n", "node@1 {\n",
    "p = <1>;\n", "def f():\n", '\"\"\"', "class A:\n", ".TH A 3\n", ".SH N\n", ".B b\n", ".TS\n",
    ".TE\n", ".\\\"", "\\fB", "\\(bu", ".Dd x\n", ".Sh N\n", ".Bl -tag\n", ".El\n", ".de A\n",
    "..\n",
    "= T\n", "== T\n", "|===\n", "----\n", "[source]\n", "ifdef::a[]\n", "endif::[]\n", "a:: b\n",
    "a,b\n", ';', '{"cells":[', '"source":"x"}', "]}",
    "<h1>", "</h1>", "\x1b[2J", "\u202e", "\u2028", "\f", "\ud800",
    ]
)
# fmt: on


def assert_readable_or_refused(name: str, data: bytes) -> None:
    try:
        document = read_document(name, data)
    except UnreadableFile as error:
        assert name in error.message
        return
    assert check_laws(document)


@pytest.mark.parametrize("name", NAMES)
@relaxed
@given(text=st.lists(PIECES, max_size=60).map("".join))
def test_pieces_of_markup_in_any_order(name: str, text: str) -> None:
    assert_readable_or_refused(name, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", NAMES)
@relaxed
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text(name: str, text: str) -> None:
    assert_readable_or_refused(name, text.encode())


@pytest.mark.parametrize("name", NAMES)
@relaxed
@given(data=st.binary(max_size=300))
def test_any_bytes(name: str, data: bytes) -> None:
    assert_readable_or_refused(name, data)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000 + "x",
        "*a **b " * 20_000,
        "> " * 3_000 + "x",
        "".join(" " * i + "- i\n" for i in range(400)),
        "<div>" * 20_000 + "x",
        "<table><tr><td>" * 1_000 + "x",
        "<!--" * 20_000 + "x",
        "```\nint x;\n" * 999,
        "\n" * 100_000 + "x",
        " " * 1_000_000 + "x",
        "\t" * 50_000 + "x",
        ":ref:`a <b" * 10_000,
        "http://x.yy/z " * 5_000,
        "| a\n" * 5_000,
        '<table><tr><td rowspan="999999999" colspan="99999">a</table>',
    ],
    ids=range(15),
)
def test_hostile_shapes_end_soon_and_keep_the_laws(name: str, text: str) -> None:
    assert_readable_or_refused(name, text.encode())
