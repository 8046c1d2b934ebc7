"""Names within names as headings: a scope gets one when something in it is written."""

from __future__ import annotations

from assistant.documents.building import DocumentBuilder
from assistant.documents.joining import Fragment

MAX_PATH = 200  # characters; scopes nested deeper than that are named after an outer one


class Scopes:
    """The open scopes, anonymous ones too, and the heading that the document stands under."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._open: list[str] = []
        self._written = ""

    @property
    def path(self) -> str:
        return self._open[-1] if self._open else ""

    @property
    def depth(self) -> int:
        return len(self._open)

    def push(self, path: str) -> None:
        """Opens a scope; one too long to show is taken for the outer one."""
        self._open.append(path if len(path) <= MAX_PATH else self.path)

    def push_anonymous(self) -> None:
        self._open.append(self.path)

    def pop(self) -> None:
        if self._open:
            self._open.pop()

    def stand(self, line: int) -> None:
        """Writes the heading of the innermost scope unless we stand under it."""
        if self.path == self._written:
            return
        self._written = self.path
        self._builder.close_headings()
        if self.path:
            self._builder.heading(1, [Fragment(self.path, line)])
