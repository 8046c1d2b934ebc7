"""How far an indexing run is, and how long the rest will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from assistant.indexing.scanning import ScannedFile
from assistant.records import IndexProgressed


@dataclass(slots=True)
class Progress:
    """By bytes: only they are known of a file that is not read yet."""

    total_bytes: int
    files: int
    started: float = field(default_factory=time.monotonic)
    read_bytes: int = 0
    committed_bytes: int = 0
    files_done: int = 0
    sentences: int = 0

    def pass_over(self, file: ScannedFile) -> None:
        """Count a file that brings no sentences: unchanged after all, or unreadable."""
        self.read_bytes += file.size
        self.files_done += 1

    def event(self, encoded_share: float, searchable: bool) -> IndexProgressed:
        """`encoded_share`: how much of what was read and not committed is encoded."""
        elapsed = max(time.monotonic() - self.started, 1e-3)
        waiting = self.read_bytes - self.committed_bytes
        done_bytes = self.committed_bytes + waiting * encoded_share
        left = elapsed * (self.total_bytes - done_bytes) / done_bytes if done_bytes else None
        return IndexProgressed(
            self.files_done, self.files, self.sentences, self.sentences / elapsed, left, searchable
        )
