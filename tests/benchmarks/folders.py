"""Folders of about N sentences, made of another folder's, the same ones every time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.benchmarks.texts import Made, made_documents

VERSION = 1
"""Raise it with any change of what is written here: folders of the older kind are made anew."""


def folder_of(n_sentences: int, source: Path, place: Path) -> Path:
    """Markdown files with those sentences, each a paragraph of its own below its heading.

    The program splits them anew, so that it may find some more or fewer.
    """
    mark = place.with_suffix(".made.json")
    recipe = {"sentences": n_sentences, "folder": str(source), "version": VERSION}
    if mark.is_file() and json.loads(mark.read_text("utf-8")) == recipe:
        return place
    mark.unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for made in made_documents(source, n_sentences):
        (place / made.document.path).with_suffix(".md").write_text(_markdown(made), "utf-8")
    mark.write_text(json.dumps(recipe), "utf-8")
    return place


def _markdown(made: Made) -> str:
    blocks = []
    section = -1
    for sentence in made.sentences:
        if sentence.section != section:
            section = sentence.section
            path = made.document.sections[section].heading_path
            blocks.append(f"# {path[-1] if path else 'Text'}")
        blocks.append(" ".join(sentence.text.split()))
    return "\n\n".join(blocks) + "\n"
