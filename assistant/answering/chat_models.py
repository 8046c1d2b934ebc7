"""Who answers: the chat backend, its server's models, and what a sitting changes of them."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from assistant.answering.asking import Chat, open_chat
from assistant.answering.backends.ollama_host import find_host
from assistant.answering.backends.ollama_shelf import delete_model, model_rows, pull_model
from assistant.answering.stopping import StopSwitch
from assistant.errors import UsageError
from assistant.records import ChatModelRow, PullProgressed
from assistant.settings import ChatSettings


class ChatModels:
    """Safe to call from several threads."""

    def __init__(self, settings: ChatSettings) -> None:
        self.settings = settings
        """Of this sitting; the settings file stays as it is."""
        self._chat: Chat | None = None
        self._pulling: StopSwitch | None = None

    def open(self) -> Chat:
        """Raises: ChatUnavailable where the backend that was asked for does not work."""
        # One that was chosen for want of a better one is chosen anew: a server may be there now.
        if self._chat is None or self._chat.notes:
            self._chat = open_chat(self.settings)
        return self._chat

    def stop(self) -> None:
        """End the answer under way, from any thread, also while the server is silent."""
        if self._chat is not None:
            self._chat.cancel()

    def change(self, **changes: object) -> None:
        """Other options from the next answer on. Raises: UsageError naming the wrong one."""
        values = {**msgspec.structs.asdict(self.settings), **changes}
        try:
            self.settings = msgspec.convert(values, ChatSettings)
        except msgspec.ValidationError as error:
            raise UsageError(
                f"this option cannot be used: {error}", "type another value"
            ) from error
        self._chat = None

    # ── the server's models ──

    @property
    def server(self) -> str:
        """Raises: ChatUnavailable where the setting is no address."""
        return find_host(self.settings.host).url

    def rows(self) -> list[ChatModelRow]:
        """Newest first. Raises: ChatUnavailable."""
        return model_rows(find_host(self.settings.host))

    def pull(self, name: str) -> Generator[PullProgressed, None, None]:
        """Raises: ChatUnavailable."""
        self._pulling = StopSwitch()
        yield from pull_model(find_host(self.settings.host), name.strip(), self._pulling)

    def stop_pulling(self) -> None:
        """From any thread; what was fetched is kept by the server."""
        if self._pulling is not None:
            self._pulling.stop()

    def delete(self, name: str) -> None:
        """Raises: ChatUnavailable."""
        delete_model(find_host(self.settings.host), name)
