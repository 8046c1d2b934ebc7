"""Manual pages in both macro packages, files that only look like them, and hostile shapes."""

from __future__ import annotations

from time import perf_counter

import pytest

from assistant.documents import read_document
from assistant.errors import UnreadableFile
from tests.documents.laws import check_laws

TITLE = '.TH PADS 8 "2024-01-01" "Kestrel"\n'


def found(source: str, title: str = TITLE) -> list[tuple[str, int, str]]:
    sentences = check_laws(read_document("pads.8", (title + source).encode()))
    return [(s.kind, s.line, s.text) for s in sentences]


def texts(source: str, title: str = TITLE) -> list[str]:
    return [text for _, _, text in found(source, title)]


@pytest.mark.parametrize("name", ["log.1", "README.2", "libpads.so.1", "notes.9"])
def test_other_files_with_such_a_name_are_plain_text(name: str) -> None:
    document = read_document(name, b"Pads wait.\n.The bus waits.\n")
    assert document.format == "plain" and not document.warnings


def test_a_page_that_stands_for_another_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"stands for another page, man3/pads\.3"):
        read_document("pads.3", b'.\\" Copyright\n.so man3/pads.3\n')


def test_sections_are_headings_under_the_page() -> None:
    source = '.SH NAME\npads \\- set pads\n.SH\nNEXT LINE\n.SS "Sub part"\nText.\n'
    document = read_document("pads.8", (TITLE + source).encode())
    paths = {s.text: document.sections[s.section].heading_path for s in check_laws(document)}
    assert paths == {
        "pads - set pads": ("PADS(8)", "NAME"),
        "Text.": ("PADS(8)", "NEXT LINE", "Sub part"),
    }
    assert document.title == "PADS(8)"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"a \fBbold\fR, \f(CWmono\fP and \f[I]it\f[]", "a bold, mono and it"),
        (r"a\-b \(em c\[u2014]d \(bu \(lqq\(rq \*(lqr\*(rq \(co", "a-b — c—d • “q” “r” ©"),
        (r"path \e dir \\ x\&.\|y\ z \s-1SMALL\s0 \s+2x\s0", "path \\ dir \\ x.y z SMALL x"),
        (r"\h'-04'in\v'1' \[:a]\('e \N'65' \n(xx\k:", "in äé A"),
        (".ds P Pad\n\\*P-\\*(Aq\\*[Aq]", "Pad-''"),
        ('text \\" hidden\nmore\n.\\" hidden\n\'\\" hidden\n\\# hidden', "text more"),
        (".B bold words\n.BR a (1),\n.IR \"b c\" d\n.RB [ -x ]", "bold words a(1), b cd [-x]"),
        ("joined\\\n up", "joined up"),
        (".if t no\n.if n shown\n.ie n yes\n.el no\n.if !n no\n.if \\n(.g no", "shown yes"),
        (".if t \\{\\\n.ds X hidden\nhidden \\{ x \\}\nhidden\n.\\}\nshown", "shown"),
        (".ie n \\{\\\nshown\n.\\}\n.el \\{\\\nhidden\n.\\}\nmore", "shown more"),
        (".de XX\nhidden\n..\n.ig\nhidden\n..\n.de YY ZZ\nhidden\n..\n.ZZ\nshown", "shown"),
        ("see\n.UR https://x.org\nthe site\n.UE .\nAnd", "see the site . And"),
        (".MR pads 8 ,\n.IX hidden\n.ad l\n.XY kept text", "pads(8), kept text"),
    ],
)  # fmt: skip
def test_running_text(source: str, text: str) -> None:
    assert " ".join(texts(f".SH S\n{source}\n")) == text


def test_paragraphs_lists_and_code() -> None:
    source = (
        '.SH S\nOne\ntwo.\n.PP\nThree.\n.TP\n.BR \\-a ", " \\-\\-all\nShow all.\n.TP 4\n-b\n'
        "Brief.\n.IP\nGoes on.\n.IP \\(bu 2\nBullet.\n.IP 1. 3\nNumber.\n.IP term\nMeaning.\n"
        ".PP\nPlain.\n.RS\n.nf\nint x;\n\n\\fBchar\\fR y;\n.fi\n.RE\n.EX\n$ run\n.EE\n"
        "Last.\n.TP\ntag\n"
    )
    assert found(source) == [
        ("prose", 3, "One two."),
        ("prose", 6, "Three."),
        ("list_item", 8, "-a, --all: Show all."),
        ("list_item", 11, "-b: Brief."),
        ("list_item", 14, "Goes on."),
        ("list_item", 16, "Bullet."),
        ("list_item", 17, "1. Number."),
        ("list_item", 19, "term: Meaning."),
        ("prose", 22, "Plain."),
        ("code", 25, "int x;\n\nchar y;"),
        ("code", 31, "$ run"),
        ("prose", 33, "Last."),
        ("list_item", 35, "tag"),
    ]


def test_tables() -> None:
    source = (
        ".SH S\n.TS\nallbox tab(:);\nlb lb\nl l.\nBit:Meaning\n_\n0:T{\nLocks\nthe pad\nT}\n"
        "\\^:\\fBsame\\fR\n.TE\nAfter.\n.EQ\nx over y\n.EN\n"
    )
    document = read_document("pads.8", (TITLE + source).encode())
    sentences = check_laws(document)
    assert [(s.kind, s.line, s.text, s.context) for s in sentences] == [
        ("table_row", 9, "0 | Locks the pad", "Bit | Meaning"),
        ("table_row", 13, "0 | same", "Bit | Meaning"),
        ("prose", 15, "After.", ""),
    ]
    assert document.warnings == ("formulas and drawings are not read",)


MDOC = """\
.\\" Only authors see this.
.Dd January 1, 2024
.Dt PADS 8
.Os
.Sh NAME
.Nm pads
.Nd set pads
.Sh SYNOPSIS
.Nm
.Op Fl ab
.Op Fl f Ar file ,
.Fl Fl all
.Ar
.In sys/pads.h
.Ft int
.Fn pads "int x" "char *y"
.Fo long_pads
.Fa "int x"
.Fa y
.Fc
.Sh DESCRIPTION
The
.Nm
utility, see
.Xr bus 4 ,
.Pq in Pa /dev/pads ,
is
.Em not
.Dq so good .
.Pp
.Bl -tag -width Ds
.It Fl a , Fl Fl all
Show
.Cm all .
.It Xo
.Fl x
.Ar y
.Xc
Crossed.
.El
.Bl -bullet
.It
First.
.El
.Bl -column a b
.It Em Bit Ta Meaning
.It 0 Ta Locks
the pad
.El
.Bd -literal
int x;

Sy y;
.Ed
.Dl pads -a
.Sm off
.Ar user @ host
.Sm on
.Bx 4.3
.Ns x
\\&.Em
.Ss Sub
Last.
"""


def test_mdoc() -> None:
    document = read_document("pads.8", MDOC.encode())
    sentences = check_laws(document)
    assert [(s.kind, s.line, s.text) for s in sentences] == [
        ("prose", 6, "pads – set pads"),
        ("prose", 9, "pads [-ab] [-f file], --all file ..."),
        ("prose", 14, "<sys/pads.h>"),
        ("prose", 15, "int"),
        ("prose", 16, "pads(int x, char *y)"),
        ("prose", 20, "long_pads(int x, y)"),
        ("prose", 22, "The pads utility, see bus(4), (in /dev/pads), is not “so good”."),
        ("list_item", 32, "-a, --all: Show all."),
        ("list_item", 35, "-x y: Crossed."),
        ("list_item", 43, "First."),
        ("table_row", 46, "Bit | Meaning"),
        ("table_row", 47, "0 | Locks the pad"),
        ("code", 51, "int x;\n\nSy y;"),
        ("code", 55, "pads -a"),
        ("prose", 57, "user@host BSD 4.3 x .Em"),
        ("prose", 63, "Last."),
    ]
    last = document.sections[sentences[-1].section].heading_path
    assert last == ("PADS(8)", "DESCRIPTION", "Sub")


@pytest.mark.parametrize(
    "source",
    [
        ".ds A xxxxxxxx\n" + ".ds A \\*A\\*A\n" * 100 + "\\*A",
        ".ds A " + "x" * 999 + "\n" + "\\*A\n" * 100_000,
        ".if n \\{" * 20_000,
        ".if n " * 30_000 + "x",
        "x\\" * 50_000,
        "x\\\n" * 50_000,
        '.B "' * 30_000,
        ".TS\n" * 30_000,
        ".TS\nl.\n" + "T{\n" * 30_000,
        ".RS\n" * 50_000 + "x",
        ".de\n" * 50_000,
        ".TP\n" * 50_000 + "x",
        ".nf\nx\n.fi\n" * 10_000,
        "\\h'" * 30_000,
        "\\f[" * 30_000,
        ".if '" * 30_000,
    ],
    ids=range(16),
)
def test_hostile_shapes_end_soon(source: str) -> None:
    started = perf_counter()
    document = read_document("x.1", (".TH X 1\n.SH S\nText.\n" + source).encode())
    assert perf_counter() - started < 5
    assert document.format == "man" and not document.warnings
    assert len(document.text) < 4_000_000


@pytest.mark.parametrize(
    "source",
    [
        ".Bl -tag\n.It x\n" * 20_000,
        ".Bd -literal\n" * 20_000 + "x",
        ".Op " * 20_000,
        ".Op" + " Op" * 20_000 + " x",
        ".Bl -column\n.It a\n" + "Ta b\n" * 5_000,
        ".Bl -tag\n.It Xo\n" + "x\n" * 20_000,
        ".Fo f\n" + ".Fa x\n" * 20_000,
    ],
    ids=range(7),
)
def test_hostile_mdoc_ends_soon(source: str) -> None:
    started = perf_counter()
    document = read_document("x.1", (".Dd x\n.Dt X 1\n.Sh S\nText.\n" + source).encode())
    assert perf_counter() - started < 5
    assert document.format == "man" and not document.warnings
