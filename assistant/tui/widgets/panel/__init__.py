"""The tabs of the side panel: one file and one row of TABS each."""

from __future__ import annotations

from collections.abc import Callable

from assistant.tui.widgets.panel.dilution import DilutionTab
from assistant.tui.widgets.panel.matches import MatchesTab
from assistant.tui.widgets.panel.poolings import PoolingsTab
from assistant.tui.widgets.panel.sent import SentTab
from assistant.tui.widgets.panel.tab import PanelTab
from assistant.tui.widgets.panel.tokens import TokensTab

TABS: dict[str, tuple[str, Callable[[], PanelTab]]] = {
    "matches": ("Matches", MatchesTab),
    "poolings": ("Poolings", PoolingsTab),
    "dilution": ("Dilution", DilutionTab),
    "tokens": ("Tokens", TokensTab),
    "prompt": ("Prompt", SentTab),
}
"""Name -> its title and how it is made, in the order of the panel."""
