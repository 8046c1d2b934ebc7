"""What an Ollama server lists and shows into the models that can chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.answering.backends.chat_backend import ChatModel
from assistant.answering.backends.ollama_faults import explain_connection, explain_refusal
from assistant.answering.backends.ollama_host import OllamaHost
from assistant.answering.backends.ollama_wire import LISTING_TIMEOUT_S, open_client, raw_part
from assistant.answering.stopping import StopSwitch
from assistant.documents.sanitising import sanitise

if TYPE_CHECKING:
    import ollama

_MALFORMED = (ValueError, AttributeError, TypeError)
# Encoder families, for servers before 0.6.4, which do not tell capabilities.
_EMBEDDING_FAMILIES = ("bert", "nomic-bert", "roberta", "xlm-roberta")


@dataclass(frozen=True, slots=True)
class _Shown:
    context_length: int | None = None
    capabilities: tuple[str, ...] | None = None
    family: str = ""


class ModelShelf:
    """The models of one server. What it shows of a model is asked once per digest."""

    def __init__(self, host: OllamaHost) -> None:
        self._host = host
        self._shown: dict[tuple[str, str], _Shown] = {}
        self._families: dict[str, str] = {}

    def chat_models(self) -> list[ChatModel]:
        """Newest first. Raises: ChatUnavailable."""
        return [model for model in self.all_models() if self.can_chat(model)]

    def can_chat(self, model: ChatModel) -> bool:
        if model.capabilities is not None:
            return "completion" in model.capabilities
        return self._families.get(model.name, "") not in _EMBEDDING_FAMILIES

    def all_models(self) -> list[ChatModel]:
        """Newest first. Raises: ChatUnavailable."""
        import httpx
        import ollama

        client = open_client(self._host, StopSwitch(), LISTING_TIMEOUT_S)
        try:
            listed = [entry for entry in client.list().models if entry.model]
            listed.sort(key=_age_order)
            return [self._model(client, entry) for entry in listed]
        except ollama.ResponseError as error:
            raise explain_refusal(error.status_code, error.error, self._host.url, "") from error
        except (httpx.HTTPError, OSError, *_MALFORMED) as error:
            raise explain_connection(error, self._host.url) from error
        finally:
            client.close()  # type: ignore[no-untyped-call]

    def _model(self, client: ollama.Client, entry: ollama.ListResponse.Model) -> ChatModel:
        name = entry.model or ""
        key = (name, entry.digest or "")
        shown = self._shown.get(key) or _show(client, name)
        if shown is not None:
            self._shown[key] = shown
        shown = shown or _Shown()
        details = entry.details
        self._families[name] = shown.family or (details and details.family) or ""
        return ChatModel(
            name,
            int(entry.size or 0),
            sanitise((details and details.parameter_size) or ""),
            shown.context_length,
            shown.capabilities,
        )


def _age_order(entry: ollama.ListResponse.Model) -> float:
    return -entry.modified_at.timestamp() if entry.modified_at else 0.0


def _show(client: ollama.Client, name: str) -> _Shown | None:
    """None for a model that cannot be shown: it may still chat."""
    import httpx
    import ollama

    try:
        shown = client.show(name)
        return _shown(shown.modelinfo, shown.capabilities)
    except ValueError as error:
        # ollama-python insists on model_info, which remote models lack.
        part = raw_part(error) or {}
        return _shown(part.get("model_info"), part.get("capabilities"))
    except (ollama.ResponseError, httpx.HTTPError, OSError, AttributeError, TypeError):
        return None


def _shown(info: Any, capabilities: Any) -> _Shown:
    facts = dict(info or {})
    family = facts.get("general.architecture")
    context_length = facts.get(f"{family}.context_length")
    return _Shown(
        context_length if isinstance(context_length, int) and context_length > 0 else None,
        None if capabilities is None else tuple(str(each) for each in capabilities),
        str(family or ""),
    )
