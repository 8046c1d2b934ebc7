"""Data onto stdout and talk onto stderr, harmless whatever documents and file names hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MIN_WIDTH = 40
_CLEAR_LINE = "\r\x1b[K"


class Terminal:
    """The two streams of a command."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self.is_quiet = False
        self.has_screen = out.isatty()
        """Whether a person looks at stdout as it comes."""
        self.has_live_talk = err.isatty()
        self._console: Console | None = None
        self._live_line = False

    @property
    def width(self) -> int | None:
        """Columns of the screen; None in a pipe, where no line is cut or wrapped."""
        if not self.has_screen:
            return None
        return max(MIN_WIDTH, _columns())

    def print(self, lines: Iterable[Text]) -> None:
        console = self._styled()
        for line in lines:
            # Captured, because rich's own writing ends the process where a pipe is closed.
            with console.capture() as styled:
                console.print(_harmless(line), soft_wrap=True)
            self._end_live_line()
            self._out.write(styled.get())

    def write(self, text: str) -> None:
        """Text as it streams in, without a line end."""
        self._end_live_line()
        self._out.write(_sanitised(text))
        self._out.flush()

    def print_json(self, view: Any) -> None:
        from assistant.cli.json_output import json_text

        self._end_live_line()
        encoding = (self._out.encoding or "").lower().replace("-", "")
        self._out.write(json_text(view, is_ascii=encoding != "utf8") + "\n")

    def say(self, message: str) -> None:
        """One line of talk; nothing where talk is not wanted."""
        if not self.is_quiet:
            self._talk(message)

    def complain(self, message: str, hint: str = "") -> None:
        """What failed, and on a second line what to do."""
        self._talk(f"assistant: {message}")
        if hint:
            self._talk(f"  try: {hint}" if _is_command(hint) else f"  {hint}")

    def show_live(self, message: str) -> None:
        """A line that the next one overwrites; only where `has_live_talk`."""
        if self.is_quiet or not self.has_live_talk:
            return
        from rich.cells import set_cell_size

        # A full last column would wrap on some terminals, and the line could not be cleared.
        width = _columns() - 1
        self._err.write(_CLEAR_LINE + set_cell_size(_one_line(message), width).rstrip())
        self._err.flush()
        self._live_line = True

    def _talk(self, message: str) -> None:
        self._end_live_line()
        self._err.write(_one_line(message, keep_indent=True) + "\n")
        self._err.flush()

    def _end_live_line(self) -> None:
        if self._live_line:
            self._err.write(_CLEAR_LINE)
            self._err.flush()
            self._live_line = False

    def _styled(self) -> Console:
        if self._console is None:
            # Deferred: 0.1 s. It knows NO_COLOR, TERM=dumb and pipes.
            from rich.console import Console

            self._console = Console(file=self._out, highlight=False, markup=False, emoji=False)
        return self._console


def _columns() -> int:
    import shutil  # deferred: it takes as long as argparse

    return shutil.get_terminal_size().columns


def _harmless(line: Text) -> Text:
    """The last gate before the screen; what passes through it unchanged keeps its styles."""
    clean = _sanitised(line.plain)
    if clean == line.plain:
        return line
    from rich.text import Text

    return Text(clean)


def _sanitised(text: str) -> str:
    from assistant.documents.sanitising import sanitise

    return sanitise(text)


def _one_line(text: str, keep_indent: bool = False) -> str:
    clean = _sanitised(text)
    indent = clean[: len(clean) - len(clean.lstrip(" "))] if keep_indent else ""
    return indent + " ".join(clean.split())


def _is_command(hint: str) -> bool:
    return hint.startswith(("assistant ", "pip ", "ollama "))
