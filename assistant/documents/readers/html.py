"""HTML into a document: the main text of the page without its navigation."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistant.documents.building import DocumentBuilder
from assistant.documents.characters import has_words
from assistant.documents.decoding import decode
from assistant.documents.joining import Fragment
from assistant.documents.locating import SourceCursor
from assistant.documents.readers.html_walk import HtmlWalk
from assistant.documents.sanitising import sanitise_source
from assistant.records import Document

MAX_DEPTH = 2_000  # lexbor 1.0 takes quadratic time in the depth: 34 s for 100,000 levels

# Where the page's own text is, as a selector and as it begins in the source.
_MAIN = {
    "main": re.compile(r"<main\b", re.IGNORECASE),
    "[role=main]": re.compile(r"<[^<>]*\brole=[\"']?main\b", re.IGNORECASE),
    "article": re.compile(r"<article\b", re.IGNORECASE),
    "div.body": re.compile(r"<div\b[^<>]*\bclass=[\"']?body\b", re.IGNORECASE),
    "#content": re.compile(r"<[^<>]*\bid=[\"']?content\b", re.IGNORECASE),
}
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[a-zA-Z!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
# Elements that must be closed, so that those left open add up to a depth.
_NESTING_TAG = re.compile(
    r"<(/?)(?:div|span|section|article|blockquote|[uod]l|table|font|a|b|i|u|s|em|strong|code|sub"
    r"|sup|small|big|center|form|main|aside|details|figure|svg|g|math|mrow|template|select)\b",
    re.IGNORECASE,
)


def read(path: str, data: bytes) -> Document:
    """The document; lines are those of the source, found by searching it forward.

    Raises: UnreadableFile for binary data.
    """
    decoded = decode(data)
    builder = DocumentBuilder(path, "html", decoded.encoding)
    builder.warn(*decoded.warnings)
    builder.count_source(decoded.text)
    add_html(builder, sanitise_source(decoded.text))
    return builder.build()


def add_html(builder: DocumentBuilder, source: str, line: int = 1) -> None:
    """Appends what a page, or a piece of one that begins on this line, says."""
    if _depth(source) > MAX_DEPTH:
        builder.warn(f"tags are nested deeper than {MAX_DEPTH}: read without structure")
        builder.block("prose", [Fragment(_words(source), line)])
        return
    tree = LexborHTMLParser(source)
    root, start = _main(tree, source)
    if root is None:
        return
    line += source.count("\n", 0, start)
    title = tree.css_first("title")
    if title is not None and root.css_first("h1") is None:
        builder.title = title.text()
    HtmlWalk(builder, SourceCursor(_words(source[start:]), line)).run(root)


def _main(tree: LexborHTMLParser, source: str) -> tuple[LexborNode | None, int]:
    """The element with the page's own text, and an offset in the source not after it."""
    for selector, tag in _MAIN.items():
        nodes = tree.css(selector)
        # Several articles are a list of them: then the page is what they stand in.
        if len(nodes) == 1 and has_words(nodes[0].text()):
            match = tag.search(source)
            return nodes[0], match.start() if match else 0
    return tree.body, 0


def _words(source: str) -> str:
    """The text between the tags, line by line as in the source."""
    return unescape(_MARKUP.sub(_newlines, source))


def _newlines(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _depth(source: str) -> int:
    deepest = depth = 0
    for match in _NESTING_TAG.finditer(source):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest
