"""Source code: comments, declarations and strings as sentences on their lines."""

from __future__ import annotations

import time

import pytest

from assistant.documents import READERS, read_document, reader_for
from assistant.records import Document, Sentence
from tests.documents.laws import check_laws

SOURCE_NAMES = ["x.c", "x.asl", "x.dec", "x.uni", "x.dts", "Kconfig", "x.py"]


def read(path: str, source: str) -> tuple[Document, dict[str, Sentence]]:
    """The document and its sentences by text; each text must be there once."""
    document = read_document(path, source.encode())
    assert not document.warnings
    sentences = check_laws(document)
    found = {sentence.text: sentence for sentence in sentences}
    assert len(found) == len(sentences)
    return document, found


def heading_of(document: Document, sentence: Sentence) -> tuple[str, ...]:
    return document.sections[sentence.section].heading_path


def lines_and_texts(path: str, source: str) -> list[tuple[int, str]]:
    _, found = read(path, source)
    return [(sentence.line, text) for text, sentence in found.items()]


@pytest.mark.parametrize(
    ("path", "format_name"),
    [
        ("a/Pch.H", "c"),
        ("Fadt.aslc", "c"),
        ("Dsdt.asl", "asl"),
        ("Mde.dec", "edk2"),
        ("Boot.fdf.inc", "edk2"),
        ("drivers/Kconfig", "kconfig"),
        ("Kconfig.debug", "kconfig"),
        ("Kconfig.rst", "rst"),
        ("Kconfig.txt", "plain"),
        ("board.overlay", "devicetree"),
        ("README", "plain"),
    ],
)
def test_names_choose_the_reader(path: str, format_name: str) -> None:
    assert reader_for(path) is READERS[format_name]


def test_names_that_no_reader_takes() -> None:
    assert reader_for("include.inc") is None
    assert reader_for("notes.fdf.zzz") is None


STRUCT = """\
/** @file
  Tables of the board.

  SPDX-License-Identifier: BSD-2-Clause-Patent
**/
#ifndef BOARD_H_
#define BOARD_H_

///
/// The header of all tables.
///
typedef struct {
  UINT8   Revision;   ///< Table revision
  UINT32  Length;     ///< In bytes, with
                      ///< the header
  //
  // Who made it
  //
  UINT8   OemId[6];
  union {
    UINT32  Raw;
  } Bits;
} TABLE_HEADER;

#define TABLE_MAGIC  0x4B  // shows as K
enum mode { ModeOff, ///< stopped
  ModeOn   /* running */
};
"""


def test_members_stand_with_their_comments_under_their_structure() -> None:
    document, found = read("Board.h", STRUCT)
    revision = found["UINT8 Revision; // Table revision"]
    assert (revision.line, revision.kind) == (13, "code")
    assert heading_of(document, revision) == ("TABLE_HEADER",)
    assert found["UINT32 Length; // In bytes, with the header"].line == 14
    assert found["UINT8 OemId[6]; // Who made it"].line == 19
    about = found["The header of all tables."]
    assert (about.line, about.kind) == (10, "prose")
    assert heading_of(document, about) == ("TABLE_HEADER",)
    magic = found["#define TABLE_MAGIC 0x4B // shows as K"]
    assert (magic.line, heading_of(document, magic)) == (25, ())
    assert heading_of(document, found["ModeOff, // stopped"]) == ("mode",)
    assert found["ModeOn // running"].line == 27
    assert document.title == "Board.h"


def test_guards_licences_and_rulers_are_no_sentences() -> None:
    document, _ = read("Board.h", "//=======\n" + STRUCT)
    for dropped in ("SPDX", "BOARD_H_", "@file", "===", "/**"):
        assert dropped not in document.text
    assert document.source_characters > len(document.text)


FUNCTION = """\
/* Reads the SPD of a module.
 *
 * @param[in]  Slot   The slot that
 *                    is read.
 * @retval EFI_NOT_FOUND  No module is there.
 */
EFI_STATUS
EFIAPI
ReadSpd (
  IN UINTN  Slot
  )
{
  // The bus must be reset first.
  Reset ("ok", '{');
  if (Slot > 3) {
    DEBUG ((DEBUG_ERROR, "%a: the SPD read "
      "failed: %r\\n", Status));
  }
  return Compute (Slot); /* 总线已经就绪。 */
}

int gCount; // How often
static const char *mNames[] = {
  "Reset",   // cold
  0x12,
};
"""


def test_functions_keep_what_is_said_but_no_statements() -> None:
    document, found = read("Spd.c", FUNCTION)
    texts = [(s.line, s.kind, s.text) for s in found.values()]
    assert texts == [
        (1, "prose", "Reads the SPD of a module."),
        (3, "list_item", "Parameter Slot (in): The slot that is read."),
        (5, "list_item", "Returns EFI_NOT_FOUND: No module is there."),
        (7, "code", "EFI_STATUS\nEFIAPI\nReadSpd (\n  IN UINTN  Slot\n  )"),
        (13, "prose", "The bus must be reset first."),
        (16, "prose", "%a: the SPD read failed: %r"),
        (19, "prose", "总线已经就绪。"),
        (22, "code", "int gCount; // How often"),
        (23, "code", "static const char *mNames[] ="),
        (24, "code", '"Reset", // cold'),
    ]
    headings = [heading_of(document, s) for s in found.values()]
    assert headings == [("ReadSpd",)] * 7 + [()] + [("mNames",)] * 2


def test_a_broken_function_does_not_swallow_the_next() -> None:
    source = "int a(void)\n{\n  if (x) {\n#ifdef Y\n  if (y) {\n#endif\n  }\n}\n\nint b(void);\n"
    document, found = read("x.c", source)
    assert found["int b(void);"].line == 10
    assert heading_of(document, found["int b(void);"]) == ()


def test_groups_of_macros_share_the_comment_above_them() -> None:
    source = "// Pad modes\n#define PAD_A 1\n#define PAD_B 2\n\n// Reset\n#define PAD_R 3\n"
    assert lines_and_texts("x.h", source) == [
        (1, "Pad modes"),
        (2, "#define PAD_A 1"),
        (3, "#define PAD_B 2"),
        (6, "#define PAD_R 3 // Reset"),
    ]


def test_line_comments_merge_and_code_in_them_is_code() -> None:
    source = "// The bus waits\n// for the pads.\n\n// foo (1);\n// bar (2);\n"
    _, found = read("x.cpp", source)
    assert found["The bus waits for the pads."].kind == "prose"
    assert [s.kind for s in found.values()] == ["prose", "code"]


def test_kernel_parameters_are_items_and_ends_of_conditions_nothing() -> None:
    source = (
        "/**\n * poll - Polls it.\n * @slot: The slot.\n */\n"
        "int poll(int slot);\n#endif /* A_B */\n"
    )
    document, found = read("x.h", source)
    assert (found["slot: The slot."].line, found["slot: The slot."].kind) == (3, "list_item")
    assert heading_of(document, found["int poll(int slot);"]) == ("poll",)
    assert "A_B" not in document.text


def test_namespaces_and_methods_of_classes() -> None:
    source = (
        "namespace a {\n// A bus.\nclass Bus : public Base {\n public:\n"
        "  int wait() { return poll(); } // waits\n  int n;\n};\n}\n"
    )
    document, found = read("x.hpp", source)
    assert heading_of(document, found["A bus."]) == ("Bus",)
    assert heading_of(document, found["int n;"]) == ("Bus",)
    assert "poll" not in document.text


ASL = """\
Scope (\\_SB.PCI0) {
  // The bridge to LPC
  Device (LPCB) {
    Name (_ADR, 0x001F0000)  // D31:F0
    OperationRegion (PRR0, PCI_Config, 0x60, 4)
    Field (PRR0, ByteAcc, NoLock, Preserve) {
      PIRA, 8,   // Routing of A
      , 8,
      PIRB, 8
    }
    Method (_STA, 0, NotSerialized) {
      If (LEqual (DIS, 1)) { Return (0) }
      /* present otherwise */
      Return (0xF)
    }
  }
  Name (CNT, 1)
}
"""


def test_asl_has_paths_fields_and_names() -> None:
    document, found = read("Lpc.asl", ASL)
    bridge = "\\_SB.PCI0.LPCB"
    expected = {
        "The bridge to LPC": (2, bridge),
        "Device (LPCB)": (3, bridge),
        "Name (_ADR, 0x001F0000) // D31:F0": (4, bridge),
        "OperationRegion (PRR0, PCI_Config, 0x60, 4)": (5, f"{bridge}.PRR0"),
        "Field (PRR0, ByteAcc, NoLock, Preserve)": (6, f"{bridge}.PRR0"),
        "PIRA, 8, // Routing of A": (7, f"{bridge}.PRR0"),
        "PIRB, 8": (9, f"{bridge}.PRR0"),
        "Method (_STA, 0, NotSerialized)": (11, f"{bridge}._STA"),
        "present otherwise": (13, f"{bridge}._STA"),
        "Name (CNT, 1)": (17, "\\_SB.PCI0"),
    }
    shown = {text: (s.line, heading_of(document, s)[-1]) for text, s in found.items()}
    assert shown == expected
    assert "Return" not in document.text and "LEqual" not in document.text


DEC = """\
## @file
# Board package
##
[Defines]
  DEC_SPECIFICATION = 0x00010005
[PcdsFixedAtBuild.common]
  ## The size of the heap.
  #  @Prompt Heap size
  gBoard.PcdHeap|0x1000|UINT32|0x01
  gBoard.PcdName|L"a # b"|VOID*|0x02   # Its name
[Components]
  Board/Init.inf {
    <LibraryClasses>
      SpdLib|Board/Spd.inf
  }
  Board/Late.inf
"""


def test_edk2_metadata_entries_with_their_comments() -> None:
    document, found = read("Board.dec", DEC)
    pcds = ("PcdsFixedAtBuild.common",)
    heap = found["gBoard.PcdHeap|0x1000|UINT32|0x01 # The size of the heap. Prompt: Heap size"]
    assert (heap.line, heading_of(document, heap)) == (9, pcds)
    name = found['gBoard.PcdName|L"a # b"|VOID*|0x02 # Its name']
    assert (name.line, heading_of(document, name)) == (10, pcds)
    inner = found["SpdLib|Board/Spd.inf"]
    assert heading_of(document, inner) == ("Components", "LibraryClasses")
    assert heading_of(document, found["Board/Late.inf"]) == ("Components",)


UNI = """\
// Strings of the board
#langdef en-US "English"

#string STR_BOOT  #language en-US "Boot now.\\n"
                                  "Really?"
                  #language zh-Hans "立即启动。"
"""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
def test_uni_strings_of_every_language(encoding: str) -> None:
    document = read_document("Setup.uni", UNI.encode(encoding))
    sentences = check_laws(document)
    assert [(s.line, s.text) for s in sentences] == [
        (1, "Strings of the board"),
        (2, "en-US: English"),
        (4, "STR_BOOT (en-US): Boot now. Really?"),
        (6, "STR_BOOT (zh-Hans): 立即启动。"),
    ]


DTS = """\
/dts-v1/;
/ {
\t#address-cells = <1>;
\tcompatible = "kestrel,board", "x;{";
\t/* The console of the board */
\tuart0: serial@4000 {
\t\treg = <0x4000 0x100>; // base
\t\tstatus = "okay";

\t\tempty { };
\t};
\tmodel = "Kestrel";
};
&uart0 { current-speed = <115200>; };
"""


def test_device_tree_nodes_are_headings_of_their_properties() -> None:
    document, found = read("board.dts", DTS)
    node = ("/serial@4000 (uart0)",)
    console = found["The console of the board"]
    assert (console.line, console.kind, heading_of(document, console)) == (5, "prose", node)
    properties = found['reg = <0x4000 0x100>; // base\nstatus = "okay";']
    assert (properties.line, properties.kind) == (7, "code")
    assert heading_of(document, properties) == node
    assert found["empty { }"].line == 10
    assert heading_of(document, found['model = "Kestrel";']) == ()
    assert heading_of(document, found["current-speed = <115200>;"]) == ("&uart0",)
    assert found['#address-cells = <1>;\ncompatible = "kestrel,board", "x;{";'].line == 3


KCONFIG = """\
menu "Serial drivers"
# Boards choose one.
config SERIAL_8250
\ttristate "8250 support"
\tdepends on PCI && \\
\t\tX86
\tdefault y # mostly
\thelp
\t  This selects whether the
\t  console is there.

\t  Say Y.

config SILENT
\tbool
endmenu
config LAST
\tint "Last"
"""


def test_kconfig_options_with_prompt_help_and_conditions() -> None:
    document, found = read("Kconfig", KCONFIG)
    option = ("Serial drivers", "SERIAL_8250: 8250 support")
    expected = [
        (2, "prose", "Boards choose one.", option),
        (4, "code", 'tristate "8250 support"', option),
        (5, "code", "depends on PCI && X86", option),
        (7, "code", "default y # mostly", option),
        (9, "prose", "This selects whether the console is there.", option),
        (12, "prose", "Say Y.", option),
        (15, "code", "bool", ("Serial drivers", "SILENT")),
        (18, "code", 'int "Last"', ("LAST: Last",)),
    ]
    shown = [(s.line, s.kind, s.text, heading_of(document, s)) for s in found.values()]
    assert shown == expected


PYTHON = '''\
#!/usr/bin/env python
"""Tools of the board."""

LIMIT = 3  # of tries

# Reads one module.
@cached
def read_spd(slot: int, tries=(1, 2)) -> bytes:
    """Reads the SPD.

    Args:
        slot: the slot that
            is read
    """
    # The bus waits.
    value = poll(slot)
    raise Error(f"no module in {slot} " "answers")

class Bus(Base):
    speed: int = 3
    """In kHz."""

    def reset(self): pass

after = read_spd(1)
'''


def test_python_docstrings_comments_and_signatures() -> None:
    document, found = read("tool.py", PYTHON)
    read_spd, bus = ("read_spd",), ("Bus",)
    shown = [(s.line, s.text, heading_of(document, s)) for s in found.values()]
    assert shown == [
        (2, "Tools of the board.", ()),
        (4, "LIMIT = 3 # of tries", ()),
        (6, "Reads one module.", read_spd),
        (8, "def read_spd(slot: int, tries=(1, 2)) -> bytes", read_spd),
        (9, "Reads the SPD.", read_spd),
        (11, "Args:", read_spd),
        (12, "slot: the slot that is read", read_spd),
        (15, "The bus waits.", read_spd),
        (17, "no module in {slot} answers", read_spd),
        (19, "class Bus(Base)", bus),
        (20, "speed: int = 3", bus),
        (21, "In kHz.", bus),
        (23, "def reset(self)", ("Bus.reset",)),
    ]


@pytest.mark.parametrize("path", SOURCE_NAMES)
def test_carriage_returns_and_tabs_move_no_line(path: str) -> None:
    mark = "#" if path in ("Kconfig", "x.py", "x.dec") else "//"
    source = f"\r\n\r\n{mark} The first one.\r\n\r\n\t{mark} The\tsecond one.\r\n"
    assert lines_and_texts(path, source) == [(3, "The first one."), (5, "The second one.")]


SHAPES = {
    "braces": "{" * 100_000 + "// the end\n",
    "closing": "}" * 100_000 + "\n// the end\n",
    "parentheses": "f(" * 50_000,
    "comment": "/* the words" + " go on" * 50_000,
    "comments": "/*" * 100_000 + "/* a */" * 20_000,
    "string": '"' + "the words " * 50_000,
    "quotes": "\"'" * 100_000,
    "structures": "struct a { " * 30_000,
    "members": "struct a { " + "int b; " * 30_000,
    "enumerators": "enum a { " + "b, " * 50_000,
    "scopes": "Device (A) { " * 20_000,
    "fields": "Field (A, B) { " + "ABCD, 8, " * 30_000,
    "nodes": "a { " * 50_000,
    "menus": 'menu "a"\n' * 20_000 + "config A\n",
    "help": "config A\n help\n" * 10_000,
    "defs": "".join(f"{' ' * i}def a{i}():\n" for i in range(300)),
    "docstrings": '"""a' * 50_000,
    "continued": "a \\\n" * 50_000,
    "defines": "#define A \\\n" * 30_000,
    "rulers": "// " + "-*-" * 50_000 + "x",
    "languages": '#string A #language en "a" ' * 10_000,
    "sections": "[a]\n<b>\n" * 10_000,
    "tags": "/** @param" * 1_000 + " a\n@p b @ref" * 10_000,
}


@pytest.mark.parametrize("path", SOURCE_NAMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_shapes_are_read_soon_and_by_their_reader(path: str, shape: str) -> None:
    begin = time.process_time()
    try:
        document = read_document(path, SHAPES[shape].encode())
    except Exception as error:
        assert "no text in it" in str(error)
    else:
        assert not document.warnings
    assert time.process_time() - begin < 6


def test_a_single_line_of_megabytes_is_read_in_linear_time() -> None:
    piece = 'f (a, "the words of it", 0x1); /* a note */ '
    times = []
    for n in (5_000, 20_000):
        begin = time.process_time()
        document = read_document("x.c", (piece * n).encode())
        times.append(time.process_time() - begin)
        assert document.blocks
    assert times[1] < 10 * times[0] + 0.5
