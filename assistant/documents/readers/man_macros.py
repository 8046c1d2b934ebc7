"""The macros of man(7) into the text of a page."""

from __future__ import annotations

from assistant.documents.readers.man_page import ManPage, is_item_mark
from assistant.documents.readers.roff import RoffLine, arguments
from assistant.documents.readers.roff_escapes import Escapes

_JOINING = ("B", "I", "SM", "SB", "R", "CW")
_ALTERNATING = ("BR", "RB", "BI", "IB", "IR", "RI")
_FONTS = (*_JOINING, *_ALTERNATING)
_PARAGRAPHS = ("PP", "LP", "P", "HP")
_BREAKS = ("br", "sp", "RS", "RE", "Sp", "ti", "bp", "ce", "in")
_BEGIN_CODE = ("nf", "EX", "Vb")
_END_CODE = ("fi", "EE", "Ve")
# Of no text: indices, page layout and what other packages set up.
_SILENT = ("IX", "PD", "DT", "UC", "AT", "YS", "TA", "XX", "ME", "HN", "PU", "TQ", "TP", "TH")


class ManMacros:
    """Takes lines in order."""

    def __init__(self, page: ManPage, escapes: Escapes) -> None:
        self._page = page
        self._escapes = escapes
        self._is_titled = False
        self._awaits_tag = False
        self._awaited_level = 0
        """Of a heading whose text is the next line."""
        self._address = ""
        """Of a link, until something is said about it."""

    def line(self, line: RoffLine) -> None:
        """A line of text or a macro."""
        plain = self._escapes.plain
        if not line.macro:
            self._text(plain(line.rest), line.number)
        elif line.macro in _FONTS:
            words = [plain(word) for word in arguments(line.rest)]
            self._text(("" if line.macro in _ALTERNATING else " ").join(words), line.number)
        else:
            self._macro(line.macro, [plain(word) for word in arguments(line.rest)], line.number)

    def end(self) -> None:
        """The page is over."""
        self._page.end_code()
        self._page.end_paragraph()

    def _text(self, text: str, line: int) -> None:
        page = self._page
        if self._awaited_level and text.strip():
            page.heading(self._awaited_level, text, line)
            self._awaited_level = 0
        elif self._awaits_tag and text.strip():
            page.tag(text, line)
            self._awaits_tag = False
        elif not text.strip() and not page.is_code:
            page.end_block()
        elif is_item_mark(text.strip()) and not page.is_code:
            page.tag(text, line)  # as converters from DocBook write items
        else:
            self._address = "" if text.strip() else self._address
            # A line that begins with a space stands apart.
            if text.startswith(" ") and not page.is_code:
                page.end_block()
            page.add(text, line)

    def _macro(self, name: str, words: list[str], line: int) -> None:
        page = self._page
        if name == "TH":
            self._title(words, line)
        elif name in ("SH", "SS", "Sh", "Ss"):
            self._heading(3 if name in ("SS", "Ss") else 2, words, line)
        elif name in _PARAGRAPHS:
            page.end_paragraph()
            page.kind = "prose"
        elif name in ("TP", "TQ"):
            page.end_paragraph()
            self._awaits_tag = True
        elif name == "IP":
            page.tag(words[0] if words else "", line)
        elif name in _BREAKS:
            page.end_block()
        elif name in _BEGIN_CODE:
            page.begin_code()
        elif name in _END_CODE:
            page.end_code()
        else:
            self._rare(name, words, line)

    def _rare(self, name: str, words: list[str], line: int) -> None:
        page = self._page
        if name in ("UR", "MT"):
            self._address = words[0] if words else ""
        elif name in ("UE", "ME"):
            page.add(self._address + "".join(words), line)
            self._address = ""
        elif name == "SY":
            page.end_paragraph()
            page.add(" ".join(words), line)
        elif name == "OP":
            page.add(f"[{' '.join(words)}]", line)
        elif name == "MR" and words:
            page.add(
                f"{words[0]}({words[1]})" + "".join(words[2:]) if words[1:] else words[0], line
            )
        elif name not in _SILENT and not name.islower():
            self._text(" ".join(words), line)

    def _title(self, words: list[str], line: int) -> None:
        if self._is_titled or not words:
            return
        self._is_titled = True
        name = f"{words[0]}({words[1]})" if words[1:] and words[1] else words[0]
        self._page.heading(1, name, line)

    def _heading(self, level: int, words: list[str], line: int) -> None:
        self._awaits_tag = False
        self._awaited_level = 0 if words else level
        if words:
            self._page.heading(level, " ".join(words), line)
