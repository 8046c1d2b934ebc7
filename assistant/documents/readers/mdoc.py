"""The macros of mdoc(7) into the text of a page."""

from __future__ import annotations

from assistant.documents.building import Row
from assistant.documents.readers.man_page import ManPage
from assistant.documents.readers.mdoc_text import CELL_END, MdocText, is_inline
from assistant.documents.readers.roff import RoffLine, arguments
from assistant.documents.readers.roff_escapes import Escapes

MAX_NESTING = 1_000
_PLAIN_LISTS = ("-bullet", "-dash", "-hyphen", "-enum", "-item")
_LITERAL = ("-literal", "-unfilled")
_REFERENCE = ("%A", "%B", "%C", "%D", "%I", "%J", "%N", "%O", "%P", "%Q", "%R", "%T", "%U", "%V")
_OWN_LINE = ("Fn", "Ft", "Vt", "In", "Fd", "Cd")
_SILENT = (
    "Dd", "Os", "Bk", "Ek", "Ex", "Rv", "Rs", "Re", "Bf", "Ef", "Db", "Tg", "Ud", "Es", "Hf",
)  # fmt: skip


class MdocMacros:
    """Takes lines in order."""

    def __init__(self, page: ManPage, escapes: Escapes) -> None:
        self._page = page
        self._text = MdocText(escapes)
        self._plain = escapes.plain
        self._is_titled = False
        self._section = ""
        self._lists: list[str] = []
        self._displays: list[bool] = []
        """Whether lines stand as they are in each display that is open."""
        self._rows: list[Row] = []
        self._head: list[str] = []
        """An item's head that goes on over lines, until it is closed."""
        self._head_line = 0
        self._function: list[str] | None = None
        """A function's name and parameters, while they come one by one."""

    def line(self, line: RoffLine) -> None:
        """A line of text or a macro."""
        if not line.macro:
            self._running(self._plain(line.rest), line.number)
            return
        words = arguments(line.rest)
        if is_inline(line.macro):
            self._inline(line.macro, words, line.number)
        else:
            self._macro(line.macro, words, line.number)

    def end(self) -> None:
        """The page is over."""
        self._end_head()
        self._end_rows()
        self._page.end_code()
        self._page.end_paragraph()

    def _running(self, text: str, line: int) -> None:
        if self._head:
            self._head.append(text)
        elif self._rows and self._in_columns:
            self._continue_row(text)
        elif not text.strip() and not self._page.is_code:
            self._page.end_block()
        else:
            self._page.add(text, line)

    @property
    def _in_columns(self) -> bool:
        return bool(self._lists) and self._lists[-1] == "-column"

    def _inline(self, macro: str, words: list[str], line: int) -> None:
        if self._function is not None and macro == "Fa":
            self._function += [self._plain(word) for word in words]
            return
        is_synopsis = self._section == "SYNOPSIS"
        if is_synopsis and (macro in _OWN_LINE or (macro == "Nm" and not self._head)):
            self._page.end_block()
        if macro == "Nd" and self._section != "NAME":
            macro = "No"
        self._running(self._text.text([macro, *words]), line)
        if self._head and "Xc" in (macro, *words):
            self._end_head()

    def _macro(self, macro: str, words: list[str], line: int) -> None:
        page = self._page
        if macro == "Dt":
            self._title(words, line)
        elif macro in ("Sh", "Ss"):
            self._heading(3 if macro == "Ss" else 2, self._text.text(words), line)
        elif macro in ("Pp", "Lp"):
            page.end_paragraph()
        elif macro in ("br", "sp"):
            page.end_block()
        elif macro in ("Bl", "El", "It"):
            self._list(macro, words, line)
        elif macro in ("Bd", "Ed"):
            self._display(macro, words)
        elif macro in ("D1", "Dl"):
            page.begin_code()
            page.add(self._text.text(words), line)
            page.is_code = bool(self._displays) and self._displays[-1]
            page.end_block()
        elif macro in ("Fo", "Fc"):
            self._open_function(macro, words, line)
        elif macro == "Sm":
            self._text.has_spaces = words[:1] != ["off"]
        elif macro in _REFERENCE:
            page.add(f"{self._text.text(words)},", line)
        elif macro == "Fd":
            page.end_block()
            page.add(self._text.text(words), line)
        elif macro not in _SILENT and not macro.islower():
            self._running(self._text.text(words), line)

    def _title(self, words: list[str], line: int) -> None:
        if self._is_titled or not words:
            return
        self._is_titled = True
        name, *section = [self._plain(word) for word in words[:2]]
        self._page.heading(1, f"{name}({section[0]})" if section else name, line)

    def _heading(self, level: int, text: str, line: int) -> None:
        self.end()
        self._lists, self._displays = [], []
        if level == 2:
            self._section = text
        self._page.heading(level, text, line)

    def _list(self, macro: str, words: list[str], line: int) -> None:
        if macro == "Bl":
            self._page.end_block()
            if len(self._lists) < MAX_NESTING:
                self._lists.append(next((word for word in words if word in _KNOWN_LISTS), "-tag"))
        elif macro == "El":
            self._end_rows()
            self._page.end_paragraph()
            if self._lists:
                self._lists.pop()
            self._page.kind = "list_item" if self._lists else "prose"
        else:
            self._item(words, line)

    def _item(self, words: list[str], line: int) -> None:
        self._end_head()
        kind = self._lists[-1] if self._lists else "-item"
        if kind == "-column":
            cells = [cell.strip() for cell in _cells(self._text.text(words))]
            self._rows.append(Row(cells, line))
        elif kind in _PLAIN_LISTS:
            self._page.tag("", line)
        elif "Xo" in words and "Xc" not in words:
            self._page.end_paragraph()
            self._head, self._head_line = [self._text.text(words)], line
        else:
            self._page.tag(self._text.text(words), line)

    def _end_head(self) -> None:
        head, self._head = self._head, []
        if head:
            self._page.tag(" ".join(head), self._head_line)

    def _continue_row(self, text: str) -> None:
        row = self._rows[-1]
        first, *others = _cells(text)
        cells = list(row.cells) or [""]
        cells[-1] = f"{cells[-1]} {first}".strip()
        self._rows[-1] = Row([*cells, *(cell.strip() for cell in others)], row.line)

    def _end_rows(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            self._page.rows(rows)

    def _display(self, macro: str, words: list[str]) -> None:
        if macro == "Bd":
            is_literal = any(word in _LITERAL for word in words)
            self._displays.append(is_literal)
            self._page.end_block()
            if is_literal:
                self._page.begin_code()
            return
        if self._displays:
            self._displays.pop()
        self._page.end_block()
        self._page.is_code = bool(self._displays) and self._displays[-1]
        self._page.end_block()

    def _open_function(self, macro: str, words: list[str], line: int) -> None:
        if macro == "Fo":
            if self._section == "SYNOPSIS":
                self._page.end_block()
            self._function = [self._plain(word) for word in words[:1]] or [""]
        elif self._function is not None:
            name, *parameters = self._function
            self._function = None
            self._running(f"{name}({', '.join(parameters)})" + "".join(words), line)


_KNOWN_LISTS = (*_PLAIN_LISTS, "-tag", "-hang", "-ohang", "-inset", "-diag", "-column")


def _cells(text: str) -> list[str]:
    return text.replace("\t", CELL_END).split(CELL_END)
