"""The errors that a user may see: what failed, on which name, and what to do about it.

AssistantError
├── UsageError            a question, option, folder or settings value that cannot be used
│   └── SettingsError     the settings file
├── UnreadableFile        one document; becomes a row in the report, never the end of a run
├── IndexFault            the index on disk
│   ├── IndexLocked       another program is writing it
│   └── IndexDamaged      it does not fit itself
├── SessionFault          the file of saved sessions
├── ModelUnavailable      the embedding model
└── ChatUnavailable       the chat model or its server
"""

from __future__ import annotations


class AssistantError(Exception):
    """Says in `message` what failed and on which name, in `hint` what to do."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AssistantError):
    """The request cannot be carried out as it was put."""


class SettingsError(UsageError):
    """The settings file cannot be used."""


class UnreadableFile(AssistantError):
    """One file cannot be turned into a document."""


class IndexFault(AssistantError):
    """The index on disk cannot be used."""


class IndexLocked(IndexFault):
    """Another program is writing the index."""


class IndexDamaged(IndexFault):
    """The index on disk contradicts itself."""


class SessionFault(AssistantError):
    """The file of saved sessions cannot be used."""


class ModelUnavailable(AssistantError):
    """The embedding model cannot be loaded."""

    exit_code = 3


class ChatUnavailable(AssistantError):
    """The chat model or its server did not do what was asked."""

    exit_code = 3
