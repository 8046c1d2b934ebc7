"""PDF files made from scratch: text at places on pages, bookmarks, page labels, and broken ones."""

from __future__ import annotations

import random
import textwrap
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PAGE_HEIGHT = 792


@dataclass
class Page:
    """Text as (x, y, size, text), the origin at the bottom left, in points."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)

    def at(self, x: float, y: float, text: str, size: float = 10) -> Page:
        self.texts.append((x, y, size, text))
        return self

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = 10) -> Page:
        for i, line in enumerate(lines):
            self.at(x, y - 1.2 * size * i, line, size)
        return self

    def stream(self) -> bytes:
        shown = [
            f"BT /F1 {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET"
            for x, y, size, text in self.texts
        ]
        return "\n".join(shown).encode("latin-1")


def pdf(
    pages: Sequence[Page],
    outline: Sequence[tuple[str, int]] = (),
    labels: str = "",
    title: str = "",
    trailer: str = "",
) -> bytes:
    """A file; `outline`: (title, page index) entries of one level; `labels`: a number tree."""
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(pages)))
    first_bookmark = 10 + 2 * len(pages)
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R"
        f"{' /Outlines 4 0 R' if outline else ''}"
        f"{f' /PageLabels << /Nums [{labels}] >>' if labels else ''} >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        5: f"<< /Title ({_escaped(title)}) >>",
    }
    if outline:
        last = first_bookmark + len(outline) - 1
        objects[4] = f"<< /First {first_bookmark} 0 R /Last {last} 0 R /Count {len(outline)} >>"
    for i, (entry, page) in enumerate(outline):
        number = first_bookmark + i
        following = f" /Next {number + 1} 0 R" if i + 1 < len(outline) else ""
        objects[number] = (
            f"<< /Title ({_escaped(entry)}) /Parent 4 0 R"
            f" /Dest [{10 + 2 * page} 0 R /Fit]{following} >>"
        )
    made: dict[int, bytes] = {number: text.encode("latin-1") for number, text in objects.items()}
    for i, page_content in enumerate(pages):
        made[10 + 2 * i] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 {PAGE_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {11 + 2 * i} 0 R >>"
        ).encode()
        packed = zlib.compress(page_content.stream())
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        made[11 + 2 * i] = head + packed + b"\nendstream"
    return _file(made, trailer)


def encrypted() -> bytes:
    """Wants a password that nobody has."""
    secret = "<" + "5a" * 32 + ">"
    crypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {secret} /U {secret} /P -4 >>"
    return pdf([Page().at(72, 700, "Secret words.")], trailer=f"{crypt} /ID [{secret} {secret}]")


def endless_pages() -> bytes:
    """A page tree that is its own child."""
    return _file(
        {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"}
    )


def bomb(n_bytes: int) -> bytes:
    """A page whose content unpacks to that many bytes of nothing."""
    packed = zlib.compress(b" " * n_bytes, 9)
    return _file(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
            4: f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
            + packed
            + b"\nendstream",
        }
    )


def manual(n_pages: int, seed: int = 1) -> bytes:
    """A manual of sections with running headers, page numbers and bookmarks."""
    chance = random.Random(seed)
    words = ("register", "controller", "memory", "timing", "bridge", "channel", "value", "field")
    pages, outline = [], []
    for i in range(n_pages):
        page = Page().at(72, 760, "Example Controller Manual").at(300, 30, f"Page {i + 1}")
        page.at(72, 720, f"{i + 1}.1 Register group {i}", 16)
        outline.append((f"{i + 1}.1 Register group {i}", i))
        for paragraph in range(6):
            sentences = (
                f"The {' '.join(chance.choices(words, k=8))} is {chance.randrange(10**6)}."
                for _ in range(3)
            )
            text = " ".join(sentences)
            lines = textwrap.wrap(text, 80)
            page.lines(72, 690 - 105 * paragraph, lines)
        pages.append(page)
    return pdf(pages, outline)


def _file(objects: dict[int, bytes], trailer: str = "") -> bytes:
    parts, offsets, length = [b"%PDF-1.7\n"], {}, 9
    for number, body in sorted(objects.items()):
        offsets[number] = length
        parts.append(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        length += len(parts[-1])
    size = max(objects) + 1
    rows = [b"0000000000 65535 f \n"]
    for number in range(1, size):
        known = f"{offsets[number]:010} 00000 n \n" if number in offsets else None
        rows.append((known or "0000000000 00000 f \n").encode())
    info = "/Info 5 0 R" if 5 in objects else ""
    parts.append(f"xref\n0 {size}\n".encode() + b"".join(rows))
    parts.append(
        f"trailer\n<< /Size {size} /Root 1 0 R {info} {trailer} >>\n"
        f"startxref\n{length}\n%%EOF\n".encode()
    )
    return b"".join(parts)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
