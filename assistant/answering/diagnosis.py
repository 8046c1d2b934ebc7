"""The chat settings into a line of `doctor`: whether a server and a model would answer."""

from __future__ import annotations

from assistant.answering.backends import CHAT_BACKENDS
from assistant.errors import ChatUnavailable
from assistant.records import Check
from assistant.settings import ChatSettings

_LISTED = 5


def check_chat(settings: ChatSettings) -> Check:
    """Asks the first backend of the table, the one that needs a server."""
    entry = next(iter(CHAT_BACKENDS.values()))
    try:
        backend = entry.open(settings)
        try:
            models = [model.name for model in backend.models()]
            chosen = backend.find_model(settings.model)
        finally:
            backend.close()
    except ChatUnavailable as error:
        return Check("chat", False, error.message, error.hint)
    others = [name for name in models if chosen is None or name != chosen.name]
    more = f", {len(others) - _LISTED} more" if len(others) > _LISTED else ""
    also = f"; also there: {', '.join(others[:_LISTED])}{more}" if others else ""
    return Check("chat", True, f"{entry.name} answers with {chosen.name if chosen else '?'}{also}")
