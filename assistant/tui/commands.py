"""Every mode, pooling and action as an entry of the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from assistant.tui.screens.main import MainScreen

_LESSON = "Demo: what dilution costs"


class SearchCommands(Provider):
    """Modes and poolings by name."""

    async def discover(self) -> Hits:
        for label, help_text, run in self._entries():
            yield DiscoveryHit(label, run, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, help_text, run in self._entries():
            score = matcher.match(label)
            if score > 0:
                yield Hit(score, matcher.highlight(label), run, help=help_text)

    def _entries(self) -> Iterator[tuple[str, str, partial[None]]]:
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return
        yield _LESSON, "A walk in steps, with live numbers", partial(screen.action_lesson)
        run = partial(screen.begin_command, "/only ")
        yield "Ask only some documents", "By path, format or language", run
        modes, poolings = screen.menus
        for mode in modes:
            yield f"Mode: {mode.label}", mode.summary, partial(screen.set_mode, mode.name)
        for pooling in poolings:
            run = partial(screen.set_pooling, pooling.name)
            yield f"Pooling: {pooling.label}", pooling.summary, run
