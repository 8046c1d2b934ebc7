"""Small corpora, a deterministic encoder and short ways to an index, for the core rooms' tests."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.embedding.encoder import Encoder
from assistant.embedding.models import ModelInfo
from assistant.embedding.poolings import Floats
from assistant.folders import Folders
from assistant.indexing.indexer import Indexer, IndexOptions
from assistant.indexing.reading_process import Reading as FileReading
from assistant.indexing.reading_process import ReadingHere
from assistant.indexing.snapshot import Snapshot
from assistant.records import (
    FileFailed,
    FolderScanned,
    IndexEvent,
    IndexFinished,
    IndexReport,
    Reading,
)
from assistant.retrieval.glossary import NO_TERMS, Glossary
from assistant.retrieval.parents import Parents
from assistant.retrieval.search import Approximate, Search, SearchParts
from tests.fakes import HashingEncoder

N_SPECIAL = 2
LONG_AGO_NS = 3_600 * 10**9
"""A file this old cannot have changed again within one tick of the clock."""
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")

WORD_MODEL = ModelInfo(
    name="words",
    folder=Path("/nowhere"),
    revision="0" * 64,
    dimension=24,
    window=64,
    trained_pooling="mean",
    query_prompt="",
    document_prompt="",
    is_plain=True,
)


class WordEncoder(HashingEncoder):
    """A `HashingEncoder` that, like most English models, does not know ideographs."""

    def __init__(self, model: ModelInfo = WORD_MODEL) -> None:
        super().__init__(model)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [
            replace(reading, unknown=len(_IDEOGRAPH.findall(text)))
            for text, reading in zip(texts, super().read(texts), strict=True)
        ]

    def states(self, text: str) -> Floats:
        """All token states of one text (n_tokens, dim), special tokens among them."""
        return self._states(text)


@dataclass
class Corpus:
    """A folder of documents, its index and the encoder that makes it."""

    root: Path
    encoder: WordEncoder = field(default_factory=WordEncoder)
    loads: int = 0
    """How often an indexing run asked for the encoder."""
    max_file_bytes: int = 2**20
    token_budget_bytes: int = 2**24
    passages: str = "heading"
    reading: FileReading = field(default_factory=ReadingHere)

    @property
    def folder(self) -> Path:
        return self.root / "docs"

    @property
    def index(self) -> Path:
        return self.root / "index"

    def write(self, files: Mapping[str, str | bytes]) -> Corpus:
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            # An edit within one tick of the clock must still be one that a stat shows.
            tick = file.stat().st_mtime_ns - LONG_AGO_NS + 1_000_000 * (1 + len(content))
            os.utime(file, ns=(tick, tick))
        return self

    def indexer(self) -> Indexer:
        return Indexer(
            Folders.of(self.folder),
            self.index,
            self._load,
            self.encoder.model.name,
            self.encoder.model.dimension,
            IndexOptions(self.max_file_bytes, self.token_budget_bytes, self.passages),
            self.reading,
        )

    def _load(self) -> Encoder:
        self.loads += 1
        return self.encoder

    def refresh(self) -> list[IndexEvent]:
        return list(self.indexer().refresh())

    def report(self) -> IndexReport:
        return report_of(self.refresh())

    def snapshot(self) -> Snapshot:
        return Snapshot(self.index, self.encoder.model.dimension)

    def search(
        self,
        question: str,
        pooling: str = "mean",
        approximate: Approximate | None = None,
        snapshot: Snapshot | None = None,
        glossary: Glossary = NO_TERMS,
    ) -> Search:
        snapshot = snapshot or self.snapshot()
        parents = Parents(snapshot, self.encoder.model.window, N_SPECIAL)
        return Search(
            snapshot,
            question,
            pooling,
            self.encoder.read([question])[0],
            SearchParts(lambda: self.encoder, lambda: parents, glossary=glossary),
        ).under(pooling, approximate)


def corpus(root: Path, files: Mapping[str, str | bytes]) -> Corpus:
    """The folder, indexed."""
    made = Corpus(root).write(files)
    made.folder.mkdir(parents=True, exist_ok=True)
    made.refresh()
    return made


def report_of(events: Iterable[IndexEvent]) -> IndexReport:
    (report,) = (event.report for event in events if isinstance(event, IndexFinished))
    return report


def failures_of(events: Iterable[IndexEvent]) -> list[FileFailed]:
    return [event for event in events if isinstance(event, FileFailed)]


def changed_of(events: Iterable[IndexEvent]) -> int:
    (scanned,) = (event for event in events if isinstance(event, FolderScanned))
    return scanned.changed


def taking(events: Iterator[IndexEvent], n: int) -> list[IndexEvent]:
    """The first n events, after which the run is cancelled."""
    taken = [event for _, event in zip(range(n), events, strict=False)]
    close: Callable[[], None] = events.close  # type: ignore[attr-defined]
    close()
    return taken


FIRMWARE: dict[str, str] = {
    "memory.md": """# Memory initialisation

## DDR4 training

DDR4 memory is initialised by the memory reference code in PEI.
Write leveling aligns DQS with CK at each DRAM.
It must be written before memory is enabled.
The SPD is read over SMBus at address 0x50.

## ECC

ECC errors are reported through MCA banks.
The register IMC_CTL[3:0] selects scrubbing.

| Register | Offset | Access |
| -------- | ------ | ------ |
| MC_STS   | 0xB2   | [RO]   |
| MC_CTL   | 0xB4   | [RW]   |
""",
    "pci.md": """# PCI enumeration

The PCI host bridge driver enumerates buses depth first.
Each function has a BAR that is sized by writing all ones.
Bus numbers are assigned before resources.
Memory is needed for the bridge windows.

- Option ROMs are shadowed into memory.
- EFI_NOT_READY is returned until the root bridge is ready.
""",
    "boot/secure.txt": """Secure Boot

Secure Boot verifies each image against db and dbx.
The variable PcdFlashNvStorageVariableBase names the flash region.
Keys are stored in authenticated variables.

Measured boot extends PCR 0 with the firmware volume.
It must be written before memory is enabled.
""",
    "zh/memory.md": """# 内存初始化

DDR4内存在PEI阶段由内存参考代码初始化。写入均衡使DQS与CK对齐。

ECC错误通过MCA上报。
""",
}
