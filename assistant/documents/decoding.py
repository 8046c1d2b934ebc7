"""Bytes of unknown encoding into text, or the reason why they are not text."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from assistant.errors import UnreadableFile

SAMPLE_BYTES = 65_536
CONTROL_SHARE = 0.05  # of the characters; logs with colours stay well below it

_CONVERT = "convert it to text, HTML or Markdown, or move it out of the folder"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ\x90", "a Windows program"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a rich text file"),
)
_CONTROLS = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_READABLE_UTF16 = re.compile(
    r"[\t\n\r -~\u00a0-\u00ff\u2010-\u2027\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
)
_FIRST_HIGH = re.compile(rb"[\x80-\xff]")
_GBK_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
# GB 2312 rows 16-55 are the 3,755 commonest characters, rows 1-9 punctuation and full width.
_GBK_COMMON = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
_GBK_BEYOND_HANGUL = re.compile(rb"[\xc9-\xd7][\xa1-\xfe]")
_OTHERS = ["big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1252"]


class Decoded(NamedTuple):
    text: str
    encoding: str
    """The name that Python's codecs know it by."""
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text; a byte order mark is not part of it.

    Raises: UnreadableFile for empty and binary data, without the file's name.
    """
    if not data.strip():
        raise UnreadableFile("it is empty", "nothing to do: it holds no text")
    _refuse_known_binary(data)
    decoded = _by_mark(data) or _as_utf16(data) or _as_utf8(data) or _as_legacy(data)
    _refuse_controls(decoded.text)
    return decoded


def _refuse_known_binary(data: bytes) -> None:
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableFile(f"it is {what}, not text", _CONVERT)


def _refuse_controls(text: str) -> None:
    if "\x00" in text:
        raise UnreadableFile("it is binary: it holds NUL bytes", _CONVERT)
    sample = text[:SAMPLE_BYTES]
    if len(_CONTROLS.findall(sample)) > CONTROL_SHARE * len(sample):
        raise UnreadableFile("it is binary: too many control characters", _CONVERT)


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding) or _replacing(data, encoding)
    return None


def _as_utf16(data: bytes) -> Decoded | None:
    """Without a mark: NULs must be there, as halves of ASCII, and the rest must read well."""
    sample = data[: SAMPLE_BYTES & ~1]
    if b"\x00" not in sample:
        return None
    shares = {name: _readable_share(sample, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < 0.95:
        return None
    return _strict(data, best) or _replacing(data, best)


def _readable_share(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, "replace")
    return len(_READABLE_UTF16.findall(text)) / max(1, len(text))


def _as_utf8(data: bytes) -> Decoded | None:
    strict = _strict(data, "utf-8")
    if strict is not None:
        return strict
    first = _FIRST_HIGH.search(data)
    start = first.start() if first else 0
    sample = data[start : start + SAMPLE_BYTES].decode("utf-8", "replace")
    bad = sample.count("\ufffd")
    good = sum(1 for character in sample if character > "\x7f") - bad
    # A few broken characters in UTF-8 are likelier than another encoding that looks like it.
    return _replacing(data, "utf-8") if good > 10 * bad else None


def _as_legacy(data: bytes) -> Decoded:
    first = _FIRST_HIGH.search(data)
    start = first.start() if first else 0
    sample = data[start : start + SAMPLE_BYTES]
    names = ["gb18030"] if _looks_chinese(sample) else _guesses(sample)
    for name in [*names, "cp1252", "latin-1"]:
        decoded = _strict(data, name)
        if decoded is not None:
            return decoded
    return _replacing(data, "utf-8")


def _looks_chinese(sample: bytes) -> bool:
    pairs = _GBK_PAIR.findall(sample)
    common = [pair for pair in pairs if _GBK_COMMON.match(pair)]
    if not pairs or len(common) < 0.6 * len(pairs):
        return False
    # Korean EUC uses rows 16-40 only, Chinese all 40: without the later rows it is Korean.
    later = sum(1 for pair in common if _GBK_BEYOND_HANGUL.match(pair))
    return len(common) < 40 or later > 0.05 * len(common)


def _guesses(sample: bytes) -> list[str]:
    # Deferred: 0.1 s that only files in neither UTF-8 nor Chinese encodings should cost.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_OTHERS, steps=5, chunk_size=512).best()
    return [best.encoding] if best is not None else []


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding.removesuffix("-sig"))
    except UnicodeDecodeError:
        return None


def _replacing(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    warning = f"{bad} characters are not valid {encoding.removesuffix('-sig')} and were replaced"
    return Decoded(text, encoding.removesuffix("-sig"), (warning,))
