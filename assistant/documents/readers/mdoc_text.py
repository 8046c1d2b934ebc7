"""The macros of mdoc(7) that stand in running text into what they show."""

from __future__ import annotations

from assistant.documents.readers.roff_escapes import Escapes

_CLOSING = frozenset((".", ",", ";", ":", "?", "!", ")", "]"))
_OPENING = frozenset(("(", "["))
_ENCLOSED = {  # on one line, and from where the pair begins to where it ends
    "Op": ("[", "]"), "Pq": ("(", ")"), "Bq": ("[", "]"), "Brq": ("{", "}"), "Aq": ("<", ">"),
    "Dq": ("“", "”"), "Qq": ('"', '"'), "Sq": ("‘", "’"), "Ql": ("‘", "’"), "En": ("", ""),
}  # fmt: skip
_BEGINNING = {
    "Oo": "[", "Po": "(", "Bo": "[", "Bro": "{", "Ao": "<", "Do": "“", "Qo": '"', "So": "‘",
    "Eo": "", "Xo": "",
}  # fmt: skip
_ENDING = {
    "Oc": "]", "Pc": ")", "Bc": "]", "Brc": "}", "Ac": ">", "Dc": "”", "Qc": '"', "Sc": "’",
    "Ec": "", "Xc": "",
}  # fmt: skip
_SYSTEMS = {
    "Bx": "BSD", "Nx": "NetBSD", "Fx": "FreeBSD", "Ox": "OpenBSD", "Dx": "DragonFly", "Ux": "UNIX",
    "At": "AT&T UNIX", "Bsx": "BSD/OS",
}  # fmt: skip
_PLAIN = frozenset(
    (
        "Ar", "Cm", "Ic", "Em", "Sy", "Li", "Va", "Vt", "Ft", "Fa", "Ev", "Er", "Dv", "Pa", "Ad",
        "An", "Cd", "No", "Tn", "Ms", "Mt", "Lk", "St", "Sx", "Bf", "Lb", "Sq", "Nm", "Xr", "Fl",
        "Fn", "Ns", "Ap", "Pf", "In", "Ta", "Nd", "Hf", "Ot", "Fr",
    )
)  # fmt: skip
_CALLABLE = _PLAIN | set(_ENCLOSED) | set(_BEGINNING) | set(_ENDING) | set(_SYSTEMS)
CELL_END = "\x1f"  # between the columns of a list; no sanitised text holds it


def is_inline(macro: str) -> bool:
    """Whether the macro stands in running text."""
    return macro in _CALLABLE


class _Pieces:
    """Words with spaces where they belong."""

    def __init__(self, has_spaces: bool) -> None:
        self.texts: list[str] = []
        self.is_glued = True
        self._has_spaces = has_spaces

    def add(self, text: str) -> None:
        if self.texts and not self.is_glued and self._has_spaces and text not in _CLOSING:
            self.texts.append(" ")
        self.texts.append(text)
        self.is_glued = text in _OPENING

    def close(self, text: str) -> None:
        self.texts.append(text)
        self.is_glued = False

    def open(self, text: str) -> None:
        self.add(text)
        self.is_glued = True


class MdocText:
    """Lines of macros into text; knows the name that the page describes."""

    def __init__(self, escapes: Escapes) -> None:
        self.name = ""
        self.has_spaces = True
        """Off where the page puts words together itself."""
        self._plain = escapes.plain

    def text(self, words: list[str]) -> str:
        """What a line shows whose words, macros among them, are these."""
        words, tail = _without_punctuation(words)
        pieces = _Pieces(self.has_spaces)
        closers: list[str] = []
        i = 0
        while i < len(words):
            macro = words[i]
            n_taken = 1
            if macro in _ENCLOSED:
                begin, end = _ENCLOSED[macro]
                pieces.open(begin)
                closers.append(end)
            elif macro in _BEGINNING:
                pieces.open(_BEGINNING[macro])
            elif macro in _ENDING:
                pieces.close(_ENDING[macro])
            elif macro == "Ns":
                pieces.is_glued = True
            elif macro == "Ap":
                pieces.open("'") if not pieces.texts else pieces.close("'")
                pieces.is_glued = True
            elif macro == "Ta":
                pieces.open(CELL_END)
            elif macro in _CALLABLE:
                n_taken += self._call(macro, _operands(words, i + 1), pieces)
                if macro == "Fl" and words[i + n_taken : i + n_taken + 1] == ["Fl"]:
                    pieces.is_glued = n_taken == 1
            else:
                pieces.add(self._plain(macro))
            i += n_taken
        for end in reversed(closers):
            pieces.close(end)
        for mark in tail:
            pieces.close(self._plain(mark))
        return "".join(pieces.texts)

    def _call(self, macro: str, operands: list[str], pieces: _Pieces) -> int:
        """Adds what the macro makes of its operands; how many of them it took."""
        given = [self._plain(word) for word in operands]
        words = [word for word in given if word]
        if macro in _SYSTEMS:
            pieces.add(" ".join([_SYSTEMS[macro], *words]))
        elif macro == "Nm":
            self.name = self.name or " ".join(words)
            pieces.add(" ".join(words) or self.name)
        elif macro == "Fl":
            for word in words or [""]:
                pieces.add(word if word in _CLOSING or word == "|" else f"-{word}")
        elif macro == "Ar" and not words:
            pieces.add("file ...")
        elif macro == "Xr" and len(words) > 1:
            pieces.add(f"{words[0]}({words[1]})")
            for word in words[2:]:
                pieces.add(word)
        elif macro == "Fn" and words:
            pieces.add(f"{words[0]}({', '.join(words[1:])})")
        elif macro == "In" and words:
            pieces.add(f"<{words[0]}>")
        elif macro == "Lk" and len(words) > 1:
            pieces.add(" ".join(words[1:]))
        elif macro == "Nd":
            pieces.add(" ".join(["–", *words]))
        elif macro == "Pf" and words:
            pieces.add(words[0])
            pieces.is_glued = True
            return 1
        else:
            for word in words:
                pieces.add(word)
        return len(operands)


def _operands(words: list[str], start: int) -> list[str]:
    """The words up to the next macro."""
    end = start
    while end < len(words) and words[end] not in _CALLABLE:
        end += 1
    return words[start:end]


def _without_punctuation(words: list[str]) -> tuple[list[str], list[str]]:
    """The words, and the marks at their end, which stand outside of every enclosure."""
    end = len(words)
    while end > 1 and words[end - 1] in _CLOSING:
        end -= 1
    return words[:end], words[end:]
