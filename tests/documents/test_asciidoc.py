"""AsciiDoc as it is written: blocks, lists, tables, inline markup, and hostile shapes."""

from __future__ import annotations

from time import perf_counter

import pytest

from assistant.documents import read_document
from tests.documents.laws import check_laws, texts_of


def found(source: str) -> list[tuple[str, int, str]]:
    sentences = check_laws(read_document("x.adoc", source.encode()))
    return [(s.kind, s.line, s.text) for s in sentences]


@pytest.mark.parametrize("extension", ["adoc", "asciidoc", "asc", "ADOC"])
def test_its_extensions(extension: str) -> None:
    assert read_document(f"x.{extension}", b"Pads.").format == "asciidoc"


def test_header_sections_and_titles() -> None:
    source = (
        "= Kestrel *guide*\nJane Doe <j@x.org>\nv1.2\n:soc: K2\n\nIntro.\n\n== Pads of {soc} ==\n\n"
        "One.\n\n==== Deep\nTwo.\n\nOld title\n---------\nThree.\n"
    )
    document = read_document("x.adoc", source.encode())
    assert document.title == "Kestrel guide"
    paths = {s.text: document.sections[s.section].heading_path for s in check_laws(document)}
    assert paths == {
        "Jane Doe <j@x.org>": ("Kestrel guide",),
        "v1.2": ("Kestrel guide",),
        "Intro.": ("Kestrel guide",),
        "One.": ("Kestrel guide", "Pads of K2"),
        "Two.": ("Kestrel guide", "Pads of K2", "Deep"),
        "Three.": ("Kestrel guide", "Old title"),
    }


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a *bold*, _it_ and `EFI_READY` pad", "a bold, it and EFI_READY pad"),
        ("**b**old __i__t #mark#ed# x", "bold it mark#ed x"),
        ("names a_b_c and int *p, *q stay", "names a_b_c and int *p, *q stay"),
        ("[.path]#x.txt# and [underline]#y#", "x.txt and y"),
        ("write `+*p*+` and +++_raw_+++ and pass:[*x*]", "write *p* and _raw_ and *x*"),
        ("see https://x.org/a_b[the _site_^] now", "see the site now"),
        ("see https://x.org/a_b now", "see https://x.org/a_b now"),
        ("see <<pads,the pads>> and <<_reset_flow>>", "see the pads and reset flow"),
        ("see xref:x.adoc#y[that] and link:a.pdf[]", "see that and a.pdf"),
        ("[[id]]Pads footnote:[Not all.] wait", "Pads (Not all.) wait"),
        ("press kbd:[F2] for menu:File[Save]", "press F2 for File > Save"),
        ("a ((term)) and (((hidden,entry)))no more", "a term and no more"),
        ("icon:x[] image:y.png[A small drawing,20] image:z.png[z]", "A small drawing"),
        ("2^10^ and H~2~O &amp; 3 &#62; 2", "210 and H2O & 3 > 2"),
        ("\"`quoted`\" it`'s", '"quoted" it\'s'),
        (r"literal \*star* and \{soc} and {undefined}", "literal *star* and {soc} and {undefined}"),
        ("line one +\nline two", "line one line two"),
        ("*bold\nover lines* end", "bold over lines end"),
    ],
)  # fmt: skip
def test_inline_markup(markup: str, text: str) -> None:
    assert texts_of("x.adoc", f"x:: y\n\n:soc: K2\n\n== S\n\nPads: {markup}") == [
        "x: y",
        f"Pads: {text}",
    ]


def test_lists_with_continuations_and_definitions() -> None:
    source = (
        "* First\ngoes on\n+\nAttached.\n+\n----\ncode ();\n----\n** [x] Nested\n\n"
        ". One\n\n- Dash\n\n<1> Callout\n\nCPU:: The core.\nLong term::\n  Below it.\nAlone::\n"
        "* Item\n\nstd::vector stays.\n\nAfter.\n"
    )
    assert found(source) == [
        ("list_item", 1, "First goes on"),
        ("list_item", 4, "Attached."),
        ("code", 7, "code ();"),
        ("list_item", 9, "Nested"),
        ("list_item", 11, "One"),
        ("list_item", 13, "Dash"),
        ("list_item", 15, "Callout"),
        ("list_item", 17, "CPU: The core."),
        ("list_item", 18, "Long term: Below it."),
        ("list_item", 20, "Alone"),
        ("list_item", 21, "Item"),
        ("prose", 23, "std::vector stays."),
        ("prose", 25, "After."),
    ]


def test_blocks() -> None:
    source = (
        "NOTE: Lock it.\n\n[WARNING]\n====\nNot twice.\n====\n\n.A listing\n[source,c]\n----\n"
        "*p = 1;\n// kept\n----\n\n....\nASCII  art\n....\n\n```c\nint x;\n```\n\n[quote, Me]\n"
        "____\nQuoted.\n____\n\n literal line\n\n[listing]\none line\n\n--\nOpen.\n--\n\n---\n\n"
        "++++\n<p>Raw <b>html</b>.</p>\n++++\n"
    )
    assert found(source) == [
        ("prose", 1, "Lock it."),
        ("prose", 5, "Not twice."),
        ("caption", 8, "A listing"),
        ("code", 11, "*p = 1;\n// kept"),
        ("code", 16, "ASCII  art"),
        ("code", 20, "int x;"),
        ("prose", 25, "Quoted."),
        ("code", 28, "literal line"),
        ("code", 31, "one line"),
        ("prose", 34, "Open."),
        ("prose", 40, "Raw html."),
    ]


def test_comments_conditions_and_includes() -> None:
    source = (
        "Shown.\n// hidden\nMore.\n\n////\nhidden block\n////\n\n"
        "ifdef::x[]\nOne branch.\nendif::x[]\n"
        'ifeval::["{x}" == "1"]\nOther.\nendif::[]\n\nifndef::y[Inline branch.]\n\n'
        "include::/etc/passwd[]\n"
    )
    document = read_document("x.adoc", source.encode())
    texts = [s.text for s in check_laws(document)]
    assert " ".join(texts) == "Shown. More. One branch. Other. Inline branch."
    assert document.warnings == ("what it includes is not read with it: /etc/passwd",)


TABLE = """\
.Registers
[cols="1,2a,1",options="header"]
|===
|Register |Meaning |Reset

|`DW0`
|The first \\| only
|0x0

.2+|DW1
a|* item one
* item two
|0x1
2+|spans both

3*|same
|===
"""


def test_tables() -> None:
    sentences = check_laws(read_document("x.adoc", TABLE.encode()))
    assert [(s.kind, s.line, s.text) for s in sentences] == [
        ("caption", 1, "Registers"),
        ("table_row", 6, "DW0 | The first | only | 0x0"),
        ("table_row", 10, "DW1 | item one item two | 0x1"),
        ("table_row", 14, "DW1 | spans both"),
        ("table_row", 16, "same | same | same"),
    ]
    assert sentences[1].context == "Register | Meaning | Reset"


def test_a_first_row_apart_is_the_header_and_csv_is_a_table() -> None:
    source = '|===\n|A |B\n\n|1 |2\n|===\n\n|===\n|A |B\n|1 |2\n|===\n\n,===\nx,"y, z"\n,===\n'
    assert [(kind, text) for kind, _, text in found(source)] == [
        ("table_row", text) for text in ("1 | 2", "A | B", "1 | 2", "x | y, z")
    ]


@pytest.mark.parametrize(
    "source",
    [
        ":a: xxxxxxxx\n"
        + "".join(f":a{i}: {{a{i - 1}}}{{a{i - 1}}}\n" for i in range(99))
        + "{a98}",
        ":a: " + "x" * 999 + "\n\n" + "{a} " * 100_000,
        "|===\n" + "999*|x " * 20_000,
        "|===\n" + "999.999+|x\n" * 20_000,
        '[cols="999*"]\n|===\n200*|' + "long " * 100_000,
        "pass:[" * 30_000,
        "<<a," * 50_000,
        "https://x" * 20_000,
        "image:x[" * 20_000,
        "*a _b `c #d " * 20_000,
        "\n".join(["*a _b `c #d ++e +f [[g <<h ((i"] * 5_000),
        "term::\n" * 20_000,
        "====\n" * 50_000 + "x",
        "* a\n+\n" * 20_000,
        "[a]\n" * 50_000 + "x",
        "|===\n|===\n" * 20_000 + "x",
        "[opts=" * 20_000 + "]\n|===\n|a\n|===",
        "Text.\n\n,===\n" + '"' * 200_001 + "\n,===",
    ],
    ids=range(18),
)
def test_hostile_shapes_end_soon(source: str) -> None:
    started = perf_counter()
    document = read_document("x.adoc", source.encode())
    assert perf_counter() - started < 5
    assert document.format == "asciidoc" and not document.warnings
    assert len(document.text) < 4_000_000
