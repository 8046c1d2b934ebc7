"""What the program gave its encoder for a folder, read from its index, into files for the peers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.indexing.database import opened
from assistant.indexing.embedded import embedded_passage, embedded_sentence
from tests.benchmarks.making import open_workspace

_SENTENCES = (
    "SELECT s.text, s.context, c.heading_path FROM sentences s JOIN documents d"
    " ON d.id = s.document_id JOIN sections c ON c.id = s.section_id ORDER BY d.path, s.start"
)
_PASSAGES = (
    "SELECT p.text, c.heading_path FROM passages p JOIN documents d ON d.id = p.document_id"
    " JOIN sections c ON c.id = p.section_id ORDER BY d.path, p.start"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("home", "docs", "to"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    index = open_workspace(arguments.home, arguments.docs).index_path
    with opened(index / "catalogue.db") as database:
        sentences = [
            embedded_sentence(text, context, json.loads(path))
            for text, context, path in database.execute(_SENTENCES)
        ]
        passages = [
            embedded_passage(text, json.loads(path)) for text, path in database.execute(_PASSAGES)
        ]
    for name, texts in (
        ("sentences", sentences),
        ("sentences and passages", sentences + passages),
    ):
        (arguments.to / f"{name}.json").write_text(json.dumps(texts), "utf-8")
    distinct = len(set(sentences)) + len(set(passages))
    counts = {"sentences": len(sentences), "passages": len(passages), "distinct": distinct}
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
