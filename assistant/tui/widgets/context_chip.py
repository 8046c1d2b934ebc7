"""How full the model's context was: "context 3.1k / 8k · 6 of 8 passages"."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from assistant.records import Answer
from assistant.tui.texts import MUTED

_NEARLY_FULL = 0.9


def context_chip(answer: Answer) -> Iterator[Content]:
    """Nothing where no model was asked. By the server's own count, where it tells it."""
    prompt, counted = answer.prompt, answer.prompt_eval_count
    if not prompt.messages:
        return
    used = _thousands(prompt.tokens if counted is None else counted)
    about = "~" if counted is None else ""
    filled = f"context {about}{used} / {_thousands(prompt.num_ctx)}"
    is_tight = prompt.tokens > _NEARLY_FULL * prompt.num_ctx
    if answer.is_prompt_cut:
        yield Content.styled(f"✂ {filled}: cut by the server", "bold $text-error")
    else:
        yield Content.styled(filled, "$text-warning" if is_tight else MUTED)
    n_sent, n_all = len(prompt.sent), len(prompt.passages)
    style = "$text-warning" if prompt.n_without_room else MUTED
    yield Content.styled(f"{n_sent} of {n_all} passages", style)


def _thousands(n: int) -> str:
    """980, 3.1k, 32k"""
    if n < 1000:
        return str(n)
    return f"{n / 1000:.1f}k" if n < 10_000 and n % 1000 >= 50 else f"{n / 1000:.0f}k"
