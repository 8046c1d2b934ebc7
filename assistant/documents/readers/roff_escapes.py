"""Escapes of roff, in which manual pages are written, into the characters that they show."""

from __future__ import annotations

import re
from unicodedata import normalize

from assistant.documents.sanitising import sanitise

_NAMED = {
    "em": "—", "en": "–", "hy": "-", "mi": "-", "-": "-", "bu": "•", "ci": "○", "sq": "□",
    "co": "©", "rg": "®", "tm": "™", "aq": "'", "dq": '"', "lq": "“", "rq": "”", "oq": "‘",
    "cq": "’", "Bq": "„", "bq": "‚", "Fo": "«", "Fc": "»", "fo": "‹", "fc": "›", "ga": "`",
    "aa": "´", "ha": "^", "ti": "~", "rs": "\\", "sl": "/", "ba": "|", "br": "│", "or": "|",
    "ul": "_", "ru": "_", "at": "@", "sh": "#", "Do": "$", "Eu": "€", "eu": "€", "Po": "£",
    "Ye": "¥", "ct": "¢", "de": "°", "mc": "µ", "ps": "¶", "sc": "§", "dg": "†", "dd": "‡",
    "lA": "⇐", "rA": "⇒", "<-": "←", "->": "→", "<>": "↔", "ua": "↑", "da": "↓", "hA": "⇔",
    "<=": "≤", ">=": "≥", "!=": "≠", "==": "≡", "~=": "≅", "~~": "≈", "+-": "±", "mu": "×",
    "di": "÷", "if": "∞", "pl": "+", "eq": "=", "no": "¬", "14": "¼", "12": "½", "34": "¾",
    "S1": "¹", "S2": "²", "S3": "³", "la": "⟨", "ra": "⟩", "lB": "[", "rB": "]", "lC": "{",
    "rC": "}", "CQ": "'", "Tm": "™", "R": "®", "S": "", "OK": "✓", "CR": "↵", "lh": "☜", "rh": "☞",
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "/o": "ø", "/O": "Ø", "oA": "Å",
    "oa": "å", "*a": "α", "*b": "β", "*g": "γ", "*d": "δ", "*e": "ε", "*l": "λ", "*m": "μ",
    "*p": "π", "*r": "ρ", "*s": "σ", "*t": "τ", "*w": "ω", "*D": "Δ", "*S": "Σ", "*W": "Ω",
    "r!": "¡", "r?": "¿", "f/": "⁄", "%0": "‰", "fm": "′", "sd": "″",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", ":": "\u0308", "~": "\u0303", ",": "\u0327",
}  # fmt: skip
_STRINGS = {
    "lq": "“", "rq": "”", "R": "®", "Tm": "™", "Aq": "'", "L\"": '"', "R\"": '"', "C`": "",
    "C'": "", "C+": "C++", "--": "-", "Lq": "“", "Rq": "”", "q": '"', "Ba": "|", "Gt": ">",
    "Lt": "<", "Am": "&", "Ne": "≠", "Le": "≤", "Ge": "≥", "Pm": "±", "Pi": "π",
}  # fmt: skip
_SINGLE = {
    "-": "-", "e": "\\", "\\": "\\", " ": " ", "~": " ", "0": " ", "t": " ", ".": ".", "'": "´",
    "`": "`", "_": "_", '"': '"',
}  # fmt: skip

STRING_CHARACTERS = 1_000  # of a string's value; values may name others and so double
EXPANDED_CHARACTERS = 1_000_000  # that a page may gain from its strings

_NAME = r"(?:\[[^\[\]]{0,100}\]|\(..|[^\[(])"
_ESCAPE = re.compile(
    rf"\\(?:[fmMFgnkVY]{_NAME}|(?P<string>\*{_NAME})"
    r"|s(?:[-+]?(?:\[[^\]]{0,20}\]|'[^']{0,20}'|\([0-9]{2})|[-+]?[0-9]|\([-+][0-9]{2})"
    r"|\((?P<two>..)|\[(?P<long>[^\[\]]{1,60})\]|C'(?P<quoted>[^']{1,60})'"
    r"|N'(?P<code>\d{1,3})'|[oZ]'(?P<text>[^']{0,100})'"
    r"|[hvwlLbADRXxHSB]'[^']{0,200}'"
    r"|(?P<single>.)|\Z)",
    re.DOTALL,
)


class Escapes:
    """Texts of a page into what they show; knows the strings that the page defines."""

    def __init__(self) -> None:
        self._strings = dict(_STRINGS)
        self._budget = EXPANDED_CHARACTERS

    def define(self, name: str, value: str) -> None:
        """Sets a string; values that have grown too long are cut."""
        self._strings[name] = self.plain(value)[:STRING_CHARACTERS]

    def plain(self, text: str) -> str:
        """The text that a reader of the page sees."""
        return _ESCAPE.sub(self._shown, text) if "\\" in text else text

    def _shown(self, match: re.Match[str]) -> str:
        found = match.groupdict()
        if found["string"]:
            return self._string(found["string"][1:].strip("[]").removeprefix("("))
        name = found["two"] or found["long"] or found["quoted"]
        if name:
            return _character(name)
        if found["code"]:
            return sanitise(chr(int(found["code"])))
        if found["text"] is not None:
            return found["text"]
        return _SINGLE.get(found["single"] or "", "")

    def _string(self, name: str) -> str:
        value = self._strings.get(name, "")
        self._budget -= len(value)
        return value if self._budget >= 0 else ""


def _character(name: str) -> str:
    if name in _NAMED:
        return _NAMED[name]
    if re.fullmatch(r"u[0-9A-F]{4,6}(?:_[0-9A-F]{4,6}){0,3}", name):
        codes = [int(code, 16) for code in name[1:].split("_")]
        # What is no character, or one that may not be shown, shows nothing.
        return sanitise("".join(chr(code) for code in codes if code < 0x110000)).strip("\n")
    if len(name) == 2 and name[0] in _ACCENTS and name[1].isalpha():
        return normalize("NFC", name[1] + _ACCENTS[name[0]])
    return ""
