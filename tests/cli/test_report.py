"""Reports of one question: the same ranks as the JSON, harmless whatever documents hold."""

from __future__ import annotations

import dataclasses
import html
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.paths import Paths
from assistant.records import Trace
from assistant.reporting.rendering import MARKER, REPORTS, render_html, render_svg
from assistant.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.tui.support import QUESTION, index_now, settings_for, write_documents


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Workspace:
    home = tmp_path_factory.mktemp("report-home")
    (home / "cache").mkdir()
    (home / "cache" / "models").symlink_to(model_cache)
    folder = write_documents(tmp_path_factory.mktemp("report") / "docs")
    index_now(folder, home)
    return Workspace(settings_for(), Paths.below(home), folder, load=HashingEncoder.load)


@pytest.fixture(scope="module")
def trace(workspace: Workspace) -> Trace:
    return workspace.explain(workspace.compare(workspace.retrieve(QUESTION)))


@pytest.fixture(scope="module")
def calm(trace: Trace) -> Reader:
    return read(render_html(trace, "a model"))


@pytest.fixture(scope="module")
def calm_tags(trace: Trace) -> set[str]:
    return {each.tag for each in ET.fromstring(render_svg(trace, "a model")).iter()}


class Reader(HTMLParser):
    """The text and the tags of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_holds_the_trace_s_ranks(trace: Trace) -> None:
    page = render_html(trace, "a model")
    table = re.search(r'<table id="ranks">(.*?)</table>', page, re.DOTALL)
    assert table is not None and trace.comparison is not None
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", table[1], re.DOTALL)
    assert len(rows) == len(trace.hits)
    for row, compared in zip(rows, trace.comparison.sentences, strict=True):
        cells = re.findall(r'<td class="n[^"]*">([^<]*)</td>', row)
        expected = [*compared.ranks.values(), *compared.mode_ranks.values()]
        assert cells[: len(expected)] == ["–" if r is None else f"{r:,}" for r in expected]


def test_the_page_says_how_it_was_searched_and_needs_nothing_from_elsewhere(trace: Trace) -> None:
    page = render_html(trace, "a model")
    reader = read(page)
    for said in (trace.question, "a model", "Kendall tau", trace.hits[0].place.document):
        assert said in reader.text
    assert reader.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert reader.attributes.isdisjoint({"src", "href", "onload", "onclick"})
    assert "url(" not in page and "http" not in page.replace("http://www.w3.org", "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(["<script>alert(1)</script>", "]]>", "{{ 7*7 }}"]))
def test_hostile_text_stays_text(
    trace: Trace, calm: Reader, calm_tags: set[str], text: str
) -> None:
    hit = dataclasses.replace(trace.hits[0], sentence=text, terms=())
    hostile = dataclasses.replace(trace, question=text, hits=(hit, *trace.hits[1:]))
    reader = read(render_html(hostile, text))
    assert reader.tags <= calm.tags
    assert reader.attributes <= calm.attributes
    picture = ET.fromstring(render_svg(hostile, text))
    assert {each.tag for each in picture.iter()} <= calm_tags


def test_the_picture_is_a_document_of_its_own(trace: Trace) -> None:
    picture = ET.fromstring(render_svg(trace, "a model"))
    text = " ".join("".join(each.itertext()) for each in picture.iter())
    assert QUESTION in text and "★" in text


def test_a_trace_without_hits_has_a_report_too(workspace: Workspace) -> None:
    empty = workspace.compare(workspace.retrieve("zzzz", "bm25"))
    assert not empty.hits
    assert "No sentence was found" in html.unescape(render_html(empty, "a model"))
    ET.fromstring(render_svg(empty, "a model"))


@pytest.mark.parametrize("kind", REPORTS)
def test_a_report_is_replaced_and_nothing_else_is(
    workspace: Workspace, trace: Trace, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"out.{kind}"
    assert workspace.write_report(trace, file, kind) == file
    assert MARKER in file.read_text("utf-8")[:300]
    workspace.write_report(trace, file, kind)
    file.write_text("my notes", "utf-8")
    with pytest.raises(UsageError, match="not a report of ours"):
        workspace.write_report(trace, file, kind)
    assert file.read_text("utf-8") == "my notes"
    workspace.write_report(trace, file, kind, force=True)
    assert MARKER in file.read_text("utf-8")[:300]


def test_the_indexed_folder_is_only_read(workspace: Workspace, trace: Trace) -> None:
    before = sorted(workspace.folders.roots[0].iterdir())
    with pytest.raises(UsageError, match="indexed folder"):
        workspace.write_report(trace, workspace.folders.roots[0] / "r.html", "html", force=True)
    assert sorted(workspace.folders.roots[0].iterdir()) == before
