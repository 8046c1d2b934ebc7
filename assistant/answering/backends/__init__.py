"""The ways to get an answer, in the order in which `auto` tries them."""

from __future__ import annotations

from assistant.answering.backends.chat_backend import ChatBackendEntry
from assistant.answering.backends.extractive import ExtractiveBackend
from assistant.answering.backends.ollama import OllamaBackend

CHAT_BACKENDS: dict[str, ChatBackendEntry] = {
    "ollama": ChatBackendEntry("ollama", "A local chat model through Ollama", OllamaBackend),
    "extractive": ChatBackendEntry(
        "extractive", "Quoted sentences, no chat model", ExtractiveBackend
    ),
}
